import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bin, Sandbox } from '../testing/command.ts';

async function candidates(...words: string[]): Promise<string[]> {
  const { code, stdout } = await new Sandbox().run(['complete', '--', ...words]);
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] as string);
}

test.each([
  { words: ['s'], expected: ['sign', ':4'] },
  { words: ['sign', ''], expected: ['sigstore', 'key', 'certificate', ':4'] },
  { words: ['verify', 'key', 'm', '--public'], expected: ['--public-key', ':4'] },
  { words: ['sign', 'm', '--private'], expected: ['--private-key', ':4'] },
  { words: ['digest', '--hash', 'bl'], expected: ['blake2b', 'blake3', ':4'] },
  { words: ['digest', '--log'], expected: ['--log-level', ':4'] },
  { words: ['digest', 'mod'], expected: [':0'] },
  { words: ['sign', 'key', 'm', '--private-key', ''], expected: [':0'] },
  { words: ['digest', '--nonsense'], expected: [':4'] },
])('completion offers $expected after $words', async ({ words, expected }) => {
  expect(await candidates(...words)).toEqual(expected);
});

const { PATH, ...env } = process.env;

/** A folder in which `model-signing` is on the path. */
function installed(): { box: Sandbox; env: NodeJS.ProcessEnv } {
  const box = new Sandbox();
  box.write('bin/model-signing', `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(box.path('bin/model-signing'), 0o755);
  return { box, env: { ...env, PATH: `${box.path('bin')}:${PATH}` } };
}

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

test.skipIf(!has('bash')).each([
  ['model-signing si', 'sign'],
  ['model-signing verify key m --ignore-u', '--ignore-unsigned-files'],
  ['model-signing digest --hash sha', 'sha256'],
])('bash completes %j without the package bash-completion', (line, expected) => {
  const { box, env } = installed();
  box.write(
    'try.bash',
    `set -eu; compopt() { :; } # works only while a key is pressed
     source <(model-signing completion bash); source <(model-signing completion bash)
     read -r -a COMP_WORDS <<< "$1"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
     __model_signing_complete; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  expect(execFileSync('bash', ['--norc', box.path('try.bash'), line], { env, encoding: 'utf8' })).toBe(`${expected}\n`);
});

test.skipIf(!has('fish'))('fish completes commands and values', () => {
  const shell = 'fish';
  const { env } = installed();
  const complete = (line: string) =>
    execFileSync(
      shell,
      ['--no-config', '-c', `model-signing completion fish | source; complete -C ${JSON.stringify(line)}`],
      { env, encoding: 'utf8' },
    );
  expect(complete('model-signing si')).toMatch(/^sign\t/);
  expect(complete('model-signing digest --hash bl')).toMatch(/^blake2b.*\nblake3/);
});

test.skipIf(!has('zsh'))('zsh can parse its completion script', async () => {
  const { stdout } = await new Sandbox().run(['completion', 'zsh']);
  expect(stdout).toMatch(/^#compdef model-signing/);
  expect(spawnSync('zsh', ['-n'], { input: stdout }).status).toBe(0);
});

test('completion refuses an unknown shell', async () => {
  const { code, stderr } = await new Sandbox().run(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
