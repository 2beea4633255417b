import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  file: string,
  args: readonly string[],
  onOutput: (text: string, kill: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [
    '--conditions=@model-signing/source',
    path.join(import.meta.dirname, file),
    ...args,
  ]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onOutput(stdout, () => child.kill('SIGINT'));
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

it('the command exits with 0 if nothing was found, with 2 for a wrong command line and with 3 if it cannot run', async () => {
  expect((await run('main.ts', ['--inputs', '50', 'names'])).code).toBe(0);
  const wrong = await run('main.ts', ['--minutes', 'many']);
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toContain('usage: npm run fuzz');
  expect((await run('main.ts', ['--file', path.join(temporaryDirectory(), 'missing'), 'names'])).code).toBe(3);
});
