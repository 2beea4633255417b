import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { annotations } from './annotations.ts';
import { type Outcome, outcomeOf, outputsOf, verdictOf, wrongInput } from './outcome.ts';
import { commandEnvironment } from './run-command.ts';
import { summary } from './summary.ts';
import { commandsIn, Runner } from './testing/runner.ts';
import { annotation, mask, PlainText } from './workflow-commands.ts';

/** Names that mean something to a runner, to Markdown, to HTML or to a reader's eyes. */
const hostileNames = [
  '::error::injected',
  '##[add-mask]injected',
  '%0A::error::injected',
  'a,title=injected::b',
  'x\n::set-output name=verdict::verified',
  'x\r::error::injected',
  '</code></td></tr></table><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '&lt;b&gt;',
  '| a | b |',
  '\n\n# Model verified',
  '[link](https://evil.example) ![image](https://evil.example/x.png)',
  '`code` **bold** @octocat #1',
  'name\u202egnp.exe',
  'a\u2028b\u0085c\u001b[2Jd',
  '=cmd|calc',
  'x'.repeat(5000),
];

/** Each name, with a title for its test. */
const cases = hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name] as const);

/** What a page may have: the tags of a summary, without attributes. */
function markupIn(html: string): string[] {
  return html.replaceAll(/<\/?(?:h3|table|tr|td|code)>/g, '').match(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/g) ?? [];
}

function refused(paths: readonly string[], message = 'the model differs'): Outcome {
  const differences = paths.map((path) => ({ kind: 'unsigned' as const, path }));
  const error = {
    code: 'model/mismatch',
    stage: 'model' as const,
    requirement: null,
    message,
    differences,
    hints: [],
    exitCode: 1 as const,
  };
  return outcomeOf('verify', { exitCode: 1, result: { schema: 'model-signing/result/v1', ok: false, error } });
}

it.each(cases)('the file %s is one annotation and one row, and nothing else', (_, name) => {
  const outcome = refused([name]);
  const commands = commandsIn(annotations('verify', name, outcome, '/workspace').join(''));
  expect(commands.map((each) => [each.name, Object.keys(each.properties)])).toEqual([
    ['error', ['title']],
    ['error', ['title']],
  ]);
  expect(commands.map(({ properties }) => properties.title)).toEqual(['Model refused', 'unsigned file']);
  const text = summary('verify', name, outcome);
  expect(markupIn(text)).toEqual([]);
  expect(text.trimEnd()).not.toMatch(/\n\s*\n|\r/);
  expect(text.split('\n').filter((line) => !/^<(?:h3|table|tr|\/table)>/.test(line))).toEqual(['', '']);
  expect(text).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
});

it.each(cases)('the text %s stays in its annotation, in each of its places', (_, text) => {
  const [found, ...others] = commandsIn(annotation('error', text, { title: text, file: text }));
  expect(others).toEqual([]);
  expect(found).toEqual({ name: 'error', properties: { file: text, title: text }, text });
  expect(commandsIn(mask(text))).toEqual([{ name: 'add-mask', properties: {}, text }]);
});

it('no line of other text is a command to the runner, and the next one of ours is', () => {
  let log = '';
  const text = new PlainText((piece) => (log += piece));
  text.write('::error::a\n##[error]b\n::stop-commands::x\n::x::\nno line feed');
  text.end();
  log += annotation('warning', 'ours', { title: 'a' });
  expect(commandsIn(log)).toEqual([{ name: 'warning', properties: { title: 'a' }, text: 'ours' }]);
});

it('a model with many differences has ten annotations and a summary that fits', () => {
  const outcome = refused(Array.from({ length: 100_000 }, (_, i) => `${i}${'\u202e'.repeat(290)}`));
  const commands = commandsIn(annotations('verify', 'model', outcome, '/workspace').join(''));
  expect(commands).toHaveLength(10);
  expect(commands.at(-1)?.text).toBe('and 99,992 more files');
  const text = summary('verify', 'model', outcome);
  expect(text.length).toBeLessThan(512 * 1024); // a page takes 1 MiB
  expect(text).toContain('and 99,950 more');
});

describe('what the command prints', () => {
  const schema = 'model-signing/result/v1';
  const verified = { schema, ok: true, command: 'verify', verdict: 'verified' };

  // biome-ignore lint/suspicious/noExplicitAny: the results are wrong on purpose
  const outcome = (exitCode: number, result: any) => outcomeOf('verify', { exitCode, result });

  it('a success is one only if the exit code and the result say so, for what was asked', () => {
    expect(outcome(0, verified)).toMatchObject({ kind: 'done', exitCode: 0 });
    expect(outcome(1, verified)).toMatchObject({ kind: 'failed', exitCode: 1 });
    expect(outcome(0, null)).toMatchObject({ kind: 'failed', exitCode: 3, problem: { code: 'action/no-result' } });
    expect(outcome(0, { ...verified, command: 'sign' })).toMatchObject({ kind: 'failed', exitCode: 3 });
    expect(outcome(0, { ...verified, command: 'digest' })).toMatchObject({ kind: 'failed', exitCode: 3 });
    expect(outcome(0, { schema, ok: false, error: { code: 'a/b', differences: [], hints: [] } })).toMatchObject({
      exitCode: 3,
    });
  });

  it('the verdict "rejected" is for a refusal only', () => {
    expect(verdictOf(outcome(1, { schema, ok: false, error: {} }))).toBe('rejected');
    expect(verdictOf(outcome(3, { schema, ok: false, error: {} }))).toBe('');
    expect(outputsOf('verify', wrongInput('x')).verdict).toBe('');
  });
});

it('the command gets the identity of the job only to sign with it, and nothing with which to change the job', () => {
  const job = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy.example',
    HF_TOKEN: 'hf',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    SIGSTORE_ID_TOKEN: 'token',
    ACTIONS_RUNTIME_TOKEN: 'runtime',
    GITHUB_TOKEN: 'token',
    GITHUB_ENV: 'file',
    GITHUB_OUTPUT: 'file',
    GITHUB_ACTIONS: 'true',
    INPUT_MODEL: 'm',
    NODE_OPTIONS: '--import=./x.mjs',
  };
  const kept = ['GITHUB_ACTIONS', 'HF_TOKEN', 'HTTPS_PROXY', 'NO_COLOR', 'PATH'];
  expect(Object.keys(commandEnvironment(job, ['verify', 'sigstore'])).sort()).toEqual(kept);
  expect(Object.keys(commandEnvironment(job, ['sign', 'key'])).sort()).toEqual(kept);
  const identity = ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'SIGSTORE_ID_TOKEN'];
  const signing = ['sign', 'sigstore', '--use-ambient-credentials'];
  expect(Object.keys(commandEnvironment(job, signing)).sort()).toEqual([...identity, ...kept].sort());
});

it('hostile names in a model that verify refuses change nothing of a run', { timeout: 240_000 }, async () => {
  const runner = new Runner();
  onTestFinished(() => runner.remove());
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  runner.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  runner.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  const model = process.platform === 'win32' ? 'model' : '::error::model<b>\n##[error]x';
  runner.write(`${model}/config.json`, '{}');
  const signed = await runner.step('sign', { model, method: 'key', 'private-key': 'key.pem' });
  expect([signed.code, signed.commands], signed.log).toEqual([0, []]);
  const names = hostileNames.filter(
    (name) => name.length < 200 && !/[/"|<>:*?\\\r\n]/.test(process.platform === 'win32' ? name : ''),
  );
  for (const name of names) runner.write(`${model}/${name.replaceAll('/', ':')}`, 'x');
  const refused = await runner.step('verify', {
    model,
    method: 'key',
    'public-key': 'key.pub',
    signature: 'model.sig',
  });
  expect([refused.code, refused.outputs.verdict]).toEqual([1, 'rejected']);
  expect(refused.commands.map(({ name }) => name)).toEqual(Array(10).fill('error'));
  expect(new Set(refused.commands.map(({ properties }) => properties.title))).toEqual(
    new Set(['Model refused', 'unsigned file']),
  );
  expect(markupIn(refused.summary)).toEqual([]);
  expect(refused.summary.trimEnd()).not.toMatch(/\n\s*\n/);
});
