import { expect, test, vi } from 'vitest';
import { Output } from './output.ts';
import { startProgress } from './progress.ts';
import type { Settings } from './settings.ts';
import type { Streams } from './standard-streams.ts';
import { Sandbox } from './testing/command.ts';

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly code: string | null;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The records of a text: each line must be one object with these members, without control characters. */
function recordsIn(text: string): LogLine[] {
  expect(text).toMatch(/^(?:[ -~\u00a0-\uffff]*\n)*$/);
  const records: LogLine[] = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  for (const record of records) {
    expect(Object.keys(record).filter((name) => name !== 'fields')).toEqual(['time', 'level', 'code', 'message']);
    expect(new Date(record.time).toISOString()).toBe(record.time);
  }
  return records;
}

const asJson = ['--log-format', 'json'];

test('a refusal is one record with its code, hints and differences, and stdout stays empty', async () => {
  const box = new Sandbox();
  await box.sign();
  box.write('model/weights.bin', 'changed');
  const args = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub', ...asJson];
  const { code, stdout, stderr } = await box.run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const records = recordsIn(stderr);
  expect(records.at(-1)).toMatchObject({
    level: 'error',
    code: 'model/mismatch',
    message: expect.stringContaining('1 modified'),
    fields: {
      stage: 'model',
      exitCode: 1,
      differences: [{ kind: 'modified', path: 'weights.bin' }],
      differenceCount: 1,
    },
  });
});

test('with --json too, stdout is the result and stderr the record', async () => {
  const box = new Sandbox();
  const { code, result, stderr } = await box.json(['digest', 'none', ...asJson]);
  expect({ code, error: result.error }).toMatchObject({ code: 3, error: { code: 'model/not-found' } });
  expect(recordsIn(stderr)).toMatchObject([{ level: 'error', code: 'model/not-found', fields: { exitCode: 3 } }]);
});

test('a warning is a record, and information too', async () => {
  const box = new Sandbox();
  box.write('secret.pem', 'x');
  const { stderr } = await box.run([
    'sign',
    'key',
    'model',
    '--private-key',
    'key.pem',
    '--password=hunter2-hunter2',
    ...asJson,
  ]);
  const records = recordsIn(stderr);
  expect(records).toContainEqual(expect.objectContaining({ level: 'warning', code: 'command/secret-visible' }));
  expect(stderr).not.toContain('hunter2');
});

test.each([
  [['sgn', ...asJson], {}],
  [['--log_format=JSON', 'sgn'], {}],
  [['sgn'], { MODEL_SIGNING_LOG_FORMAT: 'json' }],
])('a wrong command line is a record: %j with %j', async (args, env) => {
  const { code, stderr } = await new Sandbox().run(args, { env });
  expect(code).toBe(2);
  expect(recordsIn(stderr)).toMatchObject([
    { level: 'error', code: 'command/usage', fields: { hints: expect.arrayContaining(['did you mean sign?']) } },
  ]);
});

test('a flag overrides the environment, and another format is refused', async () => {
  const box = new Sandbox();
  const env = { MODEL_SIGNING_LOG_FORMAT: 'json' };
  expect((await box.run(['digest', 'none', '--log-format', 'text'], { env })).stderr).toMatch(
    /^model-signing: error: /,
  );
  const { code, stderr } = await box.run(['digest', 'none', '--log-format', 'xml']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('must be one of text, json') });
  expect((await box.run(['digest', 'none'], { env: { MODEL_SIGNING_LOG_FORMAT: 'xml' } })).code).toBe(2);
});

test('details for debugging are records, and --quiet leaves only the failure', async () => {
  const box = new Sandbox();
  const debug = recordsIn((await box.run(['digest', 'model', '--log-level', 'debug', ...asJson])).stderr);
  expect(debug.map(({ level }) => level)).toContain('debug');
  const quiet = recordsIn((await box.run(['digest', 'none', '--quiet', ...asJson])).stderr);
  expect(quiet).toMatchObject([{ level: 'error', fields: { hints: [] } }]);
});

test.skipIf(process.platform === 'win32')('an interruption is a record', async () => {
  const box = new Sandbox();
  // The model is never listed, so that the command waits until the signal comes.
  const waits = `require('node:fs/promises').realpath = () => {
    process.stdout.write('waiting');
    return new Promise(() => setInterval(() => {}, 1000));
  };`;
  box.write('hook.cjs', waits);
  const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--log-level', 'debug', ...asJson];
  const child = box.start(args, { nodeArgs: ['--require', box.path('hook.cjs')] });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => child.kill('SIGINT'));
  await new Promise((resolve) => child.on('close', resolve));
  expect(recordsIn(stderr).findLast(({ level }) => level === 'error')).toMatchObject({
    code: 'command/interrupted',
    fields: { exitCode: 130 },
  });
});

/** An output whose stderr is kept. */
function kept(changes: Partial<Settings> = {}, secrets: readonly string[] = []) {
  let text = '';
  const stderr = { write: (more: string) => (text += more) };
  const settings: Settings = { json: false, quiet: false, logLevel: 'info', logFormat: 'json', ...changes };
  const output = new Output(settings, { stdout: stderr, stderr } as unknown as Streams, secrets);
  return { output, records: () => recordsIn(text) };
}

test('records repeat no secret, and escape what a terminal would obey', () => {
  const { output, records } = kept({}, ['MIGHAgEAMBMGByqGSM49AgEG']);
  output.warning('the key MIGHAgEAMBMGByqGSM49AgEG is odd \u001b[2J\u202e');
  output.request('open\nthis');
  expect(records()).toMatchObject([
    { level: 'warning', message: 'the key (secret) is odd \u001b[2J\u202e' },
    { level: 'info', code: 'command/request', message: 'open\nthis' },
  ]);
});

test('progress is a record every five seconds, and none where information is not wanted', () => {
  vi.useFakeTimers();
  try {
    const { output, records } = kept();
    const silent = kept({ logLevel: 'warning' });
    const lines = [startProgress(output, {}), startProgress(silent.output, {})];
    for (let second = 1; second <= 11; second++) {
      vi.advanceTimersByTime(1000);
      for (const line of lines) line.update({ bytes: second * 1000, totalBytes: 20_000, jobs: second, totalJobs: 20 });
    }
    for (const line of lines) line.stop();
    const fields = { totalBytes: 20_000, totalJobs: 20, bytesPerSecond: 1000 };
    expect(records()).toMatchObject([
      { level: 'info', code: 'command/progress', fields: { ...fields, bytes: 5000, jobs: 5 } },
      { level: 'info', code: 'command/progress', fields: { ...fields, bytes: 10_000, jobs: 10 } },
    ]);
    expect(silent.records()).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
