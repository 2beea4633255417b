import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Answer, defaultLimits } from './answer.ts';
import { parseCapabilities } from './capabilities.ts';
import { CommandSession } from './command-session.ts';
import { LineSession } from './line-session.ts';
import { ReasonMap } from './reason-map.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const call = { operation: 'verify', args: { method: 'key' } } as const;
const { signal } = new AbortController();
const adapter = (body: string) => [process.execPath, '--input-type=module', '-e', body] as const;
let count = 0;

function script(body: string): readonly [string, string] {
  const file = path.join(directory, `${count++}.mjs`);
  writeFileSync(file, body);
  return [process.execPath, file];
}

async function once(body: string, limits = defaultLimits): Promise<Answer> {
  const reasons = new ReasonMap([{ pattern: /differs/, reason: 'model/modified' }]);
  const session = new CommandSession({ adapter: adapter(body), writesResult: false, reasons, signal });
  return (await session.call({ operation: 'verify', args: {} }, directory, limits)).answer;
}

it.each([
  ['accept for exit code 0', '', 'accept'],
  ['reject for exit code 1', 'process.exit(1)', 'reject'],
  ['usage for exit code 2', 'process.exit(2)', 'usage'],
  ['protocol for exit code 3', 'process.exit(3)', 'protocol'],
  ['crash for exit code 134', 'process.exit(134)', 'crash'],
  ['crash for a signal', "process.kill(process.pid, 'SIGSEGV'); setTimeout(() => {}, 9e3)", 'crash'],
  ['crash for a stack trace', "throw new Error('bug')", 'crash'],
])('a command session answers %s', async (_, body, kind) => {
  expect((await once(body)).kind).toBe(kind);
});

it('a command session finds the class of a refusal in the output', async () => {
  const answer = await once("console.error('the file differs'); process.exitCode = 1");
  expect(answer).toMatchObject({ kind: 'reject', reason: 'model/modified' });
});

it('a command session ends a command that takes too long, with everything it started', async () => {
  const body = "import { spawn } from 'node:child_process'; spawn('sleep', ['600'], { stdio: 'inherit' });";
  expect((await once(body, { ...defaultLimits, seconds: 0.3 })).kind).toBe('timeout');
});

it('a command session ends a command that prints too much', async () => {
  const body =
    "for (;;) process.stdout.write('x'.repeat(65536)) || (await new Promise((r) => process.stdout.once('drain', r)));";
  expect((await once(body, { ...defaultLimits, outputBytes: 1_000_000 })).kind).toBe('resource');
});

it.runIf(process.platform === 'linux')('a command session ends a command that uses too much memory', async () => {
  const body = 'const all = []; setInterval(() => all.push(Buffer.alloc(50_000_000, 1)), 5)';
  expect((await once(body, { ...defaultLimits, memoryBytes: 300_000_000 })).kind).toBe('resource');
});

it('a command session reports a command that cannot be started', async () => {
  const session = new CommandSession({ adapter: ['/nothing/here'], writesResult: false, reasons: null, signal });
  expect((await session.call(call, directory, defaultLimits)).answer.kind).toBe('protocol');
});

const serving = (answer: string) => `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { op, seq } = JSON.parse(line);
  if (op === 'stop') break;
  if (op === 'start') console.log('{}');
  else { ${answer} }
}`;

async function ask(answer: string, limits = defaultLimits): Promise<Answer[]> {
  const session = new LineSession(script(serving(answer)), directory, signal);
  const first = await session.call(call, directory, limits);
  const second = await session.call(call, directory, limits);
  await session.close();
  return [first.answer, second.answer];
}

it('a line session makes call after call in one process', async () => {
  const answers = await ask("console.log(JSON.stringify({ seq, outcome: seq === 1 ? 'accept' : 'unsupported' }))");
  expect(answers.map(({ kind }) => kind)).toEqual(['accept', 'unsupported']);
});

it('a line session starts the program again after it died', async () => {
  expect((await ask('process.exit(0)')).map(({ kind }) => kind)).toEqual(['crash', 'crash']);
});

it('a line session that starts a program no more gives the failure that it had for the reason', async () => {
  const session = new LineSession(script(serving("process.kill(process.pid, 'SIGKILL')")), directory, signal);
  const observations = [];
  for (let at = 0; at < 13; at++) observations.push(await session.call(call, directory, defaultLimits));
  await session.close();
  expect(new Set(observations.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
  expect(observations.at(-1)).toMatchObject({
    answer: { kind: 'crash', message: 'it was ended by SIGKILL' },
    output: expect.stringContaining('not started again'),
  });
});

it.each([
  ['prints what is not JSON', "console.log('hello')"],
  ['answers another call', "console.log(JSON.stringify({ seq: seq + 1, outcome: 'accept' }))"],
  [
    'answers twice',
    "const a = JSON.stringify({ seq, outcome: 'accept' }); console.log([a, a].join(String.fromCharCode(10)))",
  ],
  ['gives no outcome', 'console.log(JSON.stringify({ seq }))'],
])('a line session reports a program that %s', async (_, answer) => {
  expect((await ask(answer))[0]?.kind).toBe('protocol');
});

it('a line session ends a program that does not answer in time', async () => {
  const session = new LineSession(script(serving('')), directory, signal);
  const { answer } = await session.call(call, directory, { ...defaultLimits, seconds: 0.3 });
  expect(answer.kind).toBe('timeout');
  await session.close();
});

const leaves = (options: string) =>
  `import { spawn } from 'node:child_process';
   const left = spawn('sleep', ['600'], { stdio: 'inherit'${options} });
   left.on('spawn', () => { console.log(left.pid); process.exit(1); });`;

it.skipIf(process.platform === 'win32').each([
  ['in its process group', ''],
  ['in a process group of its own', ', detached: true'],
])('a process that a command left behind %s does not keep the call from its end', async (_, options) => {
  const session = new CommandSession({ adapter: adapter(leaves(options)), writesResult: false, reasons: null, signal });
  const { answer, output } = await session.call({ operation: 'verify', args: {} }, directory, defaultLimits);
  expect(answer.kind).toBe('reject');
  try {
    process.kill(Number(output));
  } catch {
    // it was ended with the command
  }
});

it.skipIf(process.platform === 'win32')(
  'a program that dies has crashed, although a process that it left behind holds its output',
  async () => {
    const dying = script(leaves(', detached: true').replace('console.log(left.pid)', 'console.error(left.pid)'));
    const session = new LineSession(dying, directory, signal);
    const { answer, output } = await session.call(call, directory, defaultLimits);
    await session.close();
    expect(answer.kind).toBe('crash');
    process.kill(Number(output));
  },
);

it('a role that does not exist is an error, because all of its vectors would be left out', () => {
  const declared = (roles: string[]) => parseCapabilities({ oms: { protocol: 2, roles } });
  expect(declared(['verify']).roles).toEqual(['verify']);
  expect(() => declared(['verifier'])).toThrow('oms.roles has "verifier"');
});
