import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseCapabilities } from '../../suite/src/adapter/capabilities.ts';
import { exitCodeOf, goWords } from './adapter.ts';

const adapter = path.join(import.meta.dirname, 'adapter.ts');

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'go-adapter-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs the adapter with a command that is this shell script. */
function call(script: string, ...args: string[]) {
  const program = path.join(directory, 'model-signing');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return spawnSync(process.execPath, [adapter, program, ...args], { encoding: 'utf8' });
}

const verify = [
  'verify-model',
  '--method',
  'key',
  '--model-path',
  '/m',
  '--bundle',
  '/m.sig',
  '--public-key',
  '/k.pem',
];

it('the Go adapter declares level 1, and neither results as JSON nor what the command cannot do', () => {
  const declared = parseCapabilities(JSON.parse(call('exit 0', 'capabilities').stdout));
  expect(declared.level).toBe(1);
  expect(declared.flags).not.toContain('result-json');
  expect(declared.flags).not.toContain('hash-algorithm');
  expect(declared.profiles).not.toContain('blake3');
  expect(declared.profiles).not.toContain('draft');
});

it('the Go adapter translates a verification, and says of each switch whether it is on', () => {
  expect(goWords([...verify, '--ignore-paths', '/m/a,b', '--no-ignore-git-paths', '--allow-symlinks'])).toEqual([
    'verify',
    'key',
    '--signature=/m.sig',
    '--public-key=/k.pem',
    '--allow-symlinks=true',
    '--ignore-git-paths=false',
    '--ignore-unsigned-files=false',
    '--ignore-paths="/m/a,b"',
    '--',
    '/m',
  ]);
});

it('the Go adapter translates a signature with a certificate', () => {
  const files = ['--private-key', '/k', '--signing-cert', '/c', '--cert-chain', '/i', '--cert-chain', '/r'];
  const words = goWords([
    'sign-model',
    '--method',
    'certificate',
    '--model-path',
    '/m',
    '--output-bundle',
    '/s',
    ...files,
  ]);
  expect(words).toEqual([
    'sign',
    'certificate',
    '--signature=/s',
    '--private-key=/k',
    '--signing-certificate=/c',
    '--certificate-chain=/i',
    '--certificate-chain=/r',
    '--',
    '/m',
  ]);
});

it('the Go adapter refuses an argument that it does not declare as a wrong command line', () => {
  expect(call('exit 0', ...verify, '--result-json', '/r').status).toBe(2);
});

it.skipIf(process.platform === 'win32').each([
  ['exit 0', 0],
  ['echo "error during command execution: verification failed" >&2; exit 1', 1],
  ['echo "error during command execution: unknown flag: --x" >&2; exit 1', 2],
  ['printf "panic: index out of range\\n\\ngoroutine 1 [running]:\\n" >&2; exit 2', 134],
  ['kill -9 $$', 134],
])('a command that runs %j gives the exit code %i', (script, code) => {
  expect(call(script, ...verify).status).toBe(code);
});

it('a refusal that quotes a goroutine of no panic stays a refusal', () => {
  expect(exitCodeOf(1, 'model "goroutine 1" differs')).toBe(1);
});
