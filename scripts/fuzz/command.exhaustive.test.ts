import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, vi } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  file: string,
  args: readonly string[],
  onOutput: (text: string, kill: (signal?: NodeJS.Signals) => void) => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const words = ['--conditions=@model-signing/source', path.join(import.meta.dirname, file), ...args];
  const child = spawn(process.execPath, words, { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onOutput(stdout, (signal = 'SIGINT') => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

it('the command exits with 1 if something was found, and says how to see it again', async () => {
  const findings = temporaryDirectory();
  const { code, stdout, stderr } = await run('testing/planted-main.ts', [
    ...[findings, '--inputs', '80', '--seed', '3', 'none', 'accepts-wrongly'],
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('accepts-wrongly: wrong verdict');
  expect(stderr).toContain('npm run fuzz -- --seed 3 --input s7 accepts-wrongly');
  expect(stdout).toMatch(/^accepts-wrongly +40 .* 1$/m);
  expect(stdout).toMatch(/^none +40 .* 0$/m);
  expect(readdirSync(findings).sort()).toEqual(['accepts-wrongly-3-s7', 'accepts-wrongly-3-s7.txt']);
});

it('the command tries a failed input again, by its identifier and from its file', async () => {
  const findings = temporaryDirectory();
  const again = await run('testing/planted-main.ts', [findings, '--seed', '3', '--input', 's7', 'throws-untyped']);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('throws-untyped: untyped error')]);
  const file = path.join(findings, 'throws-untyped-3-s7');
  expect((await run('testing/planted-main.ts', [findings, '--file', file, 'throws-untyped'])).code).toBe(1);
  expect((await run('testing/planted-main.ts', [findings, '--file', file, 'none'])).code).toBe(0);
});

it('the command prints its table when it is interrupted', async () => {
  const { code, stdout } = await run(
    'testing/planted-main.ts',
    [temporaryDirectory(), '--minutes', '60', 'none'],
    (text, kill) => {
      if (text.startsWith('seed') && !text.includes('target')) kill();
    },
  );
  expect(code).toBe(130);
  expect(stdout).toMatch(/^target +inputs .*failures\nnone/m);
});

// Windows has no signals that a program could handle.
describe.skipIf(process.platform === 'win32')('while an input hangs', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', null],
  ] as const)(
    'the signal %s ends the process that tries it too, and removes its temporary files',
    async (signal, code) => {
      const folder = temporaryDirectory();
      const { code: ended, stdout } = await run(
        'testing/planted-main.ts',
        [temporaryDirectory(), '--minutes', '60', 'tells-and-hangs'],
        (text, kill) => {
          if (text.endsWith('hangs\n')) kill(signal);
        },
        { ...process.env, TMPDIR: folder },
      );
      expect(ended).toBe(code);
      const pid = Number(/process (\d+) hangs/.exec(stdout)?.[1]);
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 300_000 });
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

it('a run in which a target had no time for an input could not run', async () => {
  const { code, stderr } = await run('main.ts', ['--minutes', '0.0000001', 'names']);
  expect([code, stderr]).toEqual([3, expect.stringContaining('no input of names was tried')]);
});

it('an unknown input is named', async () => {
  const { code, stderr } = await run('main.ts', ['--seed', '1', '--input', 's9999999.1', 'names']);
  expect([code, stderr]).toEqual([3, expect.stringContaining('has no input "s9999999.1"')]);
});

it('the command exits with 0 if nothing was found, with 2 for a wrong command line and with 3 if it cannot run', async () => {
  expect((await run('main.ts', ['--inputs', '50', 'names'])).code).toBe(0);
  const wrong = await run('main.ts', ['--minutes', 'many']);
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toContain('usage: npm run fuzz');
  expect((await run('main.ts', ['--file', path.join(temporaryDirectory(), 'missing'), 'names'])).code).toBe(3);
});
