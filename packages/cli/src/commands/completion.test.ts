import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
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
  { words: ['s'], expected: ['sign', 'signatures', ':4'] },
  { words: ['sign', ''], expected: ['sigstore', 'key', 'certificate', 'pkcs11-key', 'pkcs11-certificate', ':4'] },
  { words: ['key', ''], expected: ['public', 'generate', ':4'] },
  { words: ['key', 'generate', '--curve', ''], expected: ['P-256', 'P-384', 'P-521', ':4'] },
  { words: ['key', '--p'], expected: [':4'] },
  { words: ['verify', 'key', 'm', '--public'], expected: ['--public-key', ':4'] },
  { words: ['sign', 'm', '--private'], expected: ['--private-key', ':4'] },
  { words: ['digest', '--hash', 'bl'], expected: ['blake2b', 'blake3', ':4'] },
  { words: ['digest', '--log'], expected: ['--log-level', '--log-format', ':4'] },
  { words: ['digest', '--log-format', 'j'], expected: ['json', ':4'] },
  { words: ['digest', '--log-level', 'd'], expected: ['debug', ':4'] },
  { words: ['h'], expected: ['hash', 'help', ':4'] },
  { words: ['ver'], expected: ['verify', 'version', ':4'] },
  { words: ['help', 'd'], expected: ['digest', ':4'] },
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

/** Completes the words of a line in bash, without the package bash-completion. */
function inBash({ box, env }: ReturnType<typeof installed>, line: string, words: readonly string[]): string[] {
  box.write(
    'try.bash',
    `set -eu; compopt() { :; } # works only while a key is pressed
     source <(model-signing completion bash); source <(model-signing completion bash)
     COMP_LINE=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
     _model_signing_complete; printf '%s\\n' "\${COMPREPLY[@]-}"`,
  );
  const options = { env, encoding: 'utf8', cwd: box.dir } as const;
  return execFileSync('bash', ['--norc', box.path('try.bash'), line, ...words], options)
    .trim()
    .split('\n');
}

function spaced(line: string): string[] {
  return line.split(' ');
}

test.skipIf(!has('bash')).each([
  { line: 'model-signing si', expected: ['sign', 'signatures'] },
  {
    line: 'model-signing verify key hf://org/model@v1.0 --meta',
    words: 'verify key hf : //org/model@v1.0 --meta',
    expected: ['--metadata-only'],
  },
  { line: 'model-signing verify key m --ignore-u', expected: ['--ignore-unsigned-files'] },
  { line: 'model-signing digest --hash sha', expected: ['sha256'] },
  { line: 'model-signing digest --hash=bl', words: 'digest --hash = bl', expected: ['blake2b', 'blake3'] },
  { line: 'model-signing digest --hash=', words: 'digest --hash =', expected: ['blake2b', 'blake3', 'sha256'] },
  { line: 'model-signing digest m > out --js', expected: ['--json'] },
  { line: 'model-signing digest m 2>out --js', words: 'digest m 2 > out --js', expected: ['--json'] },
  { line: 'model-signing digest > ou', expected: [''] },
  {
    line: 'model-signing verify m --identity-provider https://x:1/a --public',
    words: 'verify m --identity-provider https : //x : 1/a --public',
    expected: ['--public-key'],
  },
])('bash completes $line without the package bash-completion', ({ line, words, expected }) => {
  const all = words === undefined ? spaced(line) : ['model-signing', ...spaced(words)];
  expect(inBash(installed(), line, all).sort()).toEqual(expected);
});

/** Words that would do something if any part of a script evaluated them. */
const active = [
  '$(touch evil)',
  '`touch evil`',
  "'$(touch evil)'",
  '";touch evil;"',
  '<(touch evil)',
  '$x$(touch evil)',
];

test.skipIf(!has('bash')).each([...active, 'a[$(touch evil)]', '*'])(
  'bash does not evaluate the word %s when it completes a line, and completes what follows',
  (word) => {
    const place = installed();
    const words = ['model-signing', 'sign', word, '--pri'];
    expect(inBash(place, words.join(' '), words)).toEqual(['--private-key']);
    expect(inBash(place, word, ['model-signing', 'sign', word])).toEqual(['']);
    expect(place.box.list()).not.toContain('evil');
  },
);

test.skipIf(!has('bash'))('bash leaves a file alone to which the line that it completes would write', () => {
  const place = installed();
  place.box.write('keep.json', 'kept');
  const line = 'model-signing inspect model.sig --json > keep.json --a';
  expect(inBash(place, line, spaced(line))).toEqual(['--all']);
  expect(readFileSync(place.box.path('keep.json'), 'utf8')).toBe('kept');
});

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s has no eval, and quotes every word that it passes on',
  async (shell) => {
    const { stdout } = await new Sandbox().run(['completion', shell]);
    expect(stdout).not.toMatch(/\beval\b|compgen|\$\{=/);
    expect(stdout).toMatch(
      /command model-signing complete -- (?:"\$\{words\[@\]\}"|"\$\{\(@\)given\}"|\$given\[2\.\.-1\])/,
    );
  },
);

test('nothing that completion offers has a meaning to a shell', async () => {
  const lines = [
    [''],
    ['help', ''],
    ['sign', ''],
    ['sign', '-'],
    ['verify', '-'],
    ['digest', '-'],
    ['digest', '--hash', ''],
  ];
  for (const line of lines) {
    for (const candidate of await candidates(...line)) expect(candidate).toMatch(/^[\w:-]+$/);
  }
});

test.skipIf(!has('fish'))('fish completes commands and values, and evaluates no word', () => {
  const shell = 'fish';
  const { box, env } = installed();
  const complete = (line: string) =>
    execFileSync(shell, ['--no-config', '-c', 'model-signing completion fish | source; complete -C $argv[1]', line], {
      env,
      encoding: 'utf8',
      cwd: box.dir,
    });
  expect(complete('model-signing si')).toMatch(/^sign\t/);
  expect(complete('model-signing digest --hash bl')).toMatch(/^blake2b.*\nblake3/);
  expect(complete('model-signing digest --hash=bl')).toMatch(/^--hash=blake2b.*\n--hash=blake3/);
  expect(complete('model-signing inspect --all mod')).toMatch(/^model\//);
  for (const word of ['$(touch evil)', '(touch evil)', "'$(touch evil)'"]) {
    expect(complete(`model-signing sign ${word} --pri`)).toMatch(/^--private-key\t/);
  }
  expect(box.list()).not.toContain('evil');
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
