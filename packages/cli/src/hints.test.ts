import { type Difference, errorCodes, OmsError } from '@model-signing/core';
import { describe, expect, test } from 'vitest';
import { commandsBelow, isGroup, keyOf, pathText } from './grammar.ts';
import { type Call, flagsIn, hintsFor } from './hints.ts';
import { leftoverOf } from './leftovers.ts';
import { program } from './program.ts';
import { ignoreFlags, shellWord } from './shell-words.ts';

const commands = commandsBelow([program]).flatMap((path) => {
  const entry = path.at(-1);
  return entry && !isGroup(entry)
    ? [{ words: pathText(path.slice(1)), flags: [...entry.flags, ...program.flags] }]
    : [];
});

function callOf(words: string, given: Readonly<Record<string, unknown>> = {}, operand = 'my-model'): Call {
  const flags = commands.find((command) => command.words === words)?.flags ?? [];
  return { known: new Set(flags.map(({ name }) => name)), given, operand };
}

/** Every call that could change a hint: each command, with no flag, each flag alone, and all. */
const calls = commands.flatMap(({ words, flags }) => [
  callOf(words),
  ...flags.map(({ name }) => callOf(words, { [keyOf(name)]: 'x' })),
  callOf(words, Object.fromEntries(flags.map(({ name }) => [keyOf(name), 'x']))),
]);

const requirements = [undefined, 'OMS-LINK-8', 'OMS-LINK-9', 'OMS-LINK-10', 'OMS-SIGSTORE-8', 'OMS-CERT-10'] as const;

describe('every hint for every code, cause and command', () => {
  test.each(errorCodes)('the hints for %s name only flags and commands that exist where they are shown', (code) => {
    for (const requirement of requirements) {
      for (const call of calls) {
        for (const hint of hintsFor(new OmsError(code, 'it has /draft/ in it', { requirement }), call)) {
          for (const flag of flagsIn(hint)) expect(call.known, hint).toContain(flag);
          const [, named] = /model-signing ([a-z]+(?: (?:generate|public))?)/.exec(hint) ?? [];
          if (named) expect(commands.map(({ words }) => words)).toContain(named);
        }
      }
    }
  });

  test.each(errorCodes)('no hint for %s offers a flag that was given, or to leave out one that was not', (code) => {
    const offers = ['any-usage', 'allow-symlinks', 'allow-external-symlinks', 'hub-cache', 'refresh-trust'];
    for (const call of calls) {
      const hints = hintsFor(new OmsError(code, ''), call).join('\n');
      for (const flag of offers)
        if (call.given[keyOf(flag)] && !call.known.has('hash')) expect(flagsIn(hints)).not.toContain(flag);
      if (!call.given.strict) expect(hints).not.toContain('leave out --strict');
      if (!call.given.requireSelfSignedRoot) expect(hints).not.toContain('--require-self-signed-root');
    }
  });
});

test('standard input that holds the key is not offered for the passphrase', () => {
  const hintsOf = (privateKey: string) =>
    hintsFor(new OmsError('signer/passphrase-missing', ''), callOf('sign key', { privateKey })).join('\n');
  expect(hintsOf('key.pem')).toContain('--passphrase-file -');
  for (const name of ['-', '/dev/stdin']) expect(hintsOf(name)).not.toContain('--passphrase-file -');
});

const mismatch = (differences: readonly Difference[], operand = 'my-model') =>
  hintsFor(new OmsError('model/mismatch', '', { differences }), callOf('verify key', {}, operand)).join('\n');

const unsigned = (path: string): Difference => ({ kind: 'unsigned', path });

test.each(['modified', 'missing'] as const)('with a %s file, no hint offers to accept other files', (kind) => {
  const differences = [{ kind, path: 'a' }, unsigned('b'), unsigned('.DS_Store')];
  expect(mismatch(differences)).not.toContain('--ignore');
});

test('unsigned files alone: the hint names the flags that leave them out, as they are typed', () => {
  expect(mismatch([unsigned('b'), unsigned('c/d e')])).toBe(
    "leave out what is not part of the model with --ignore-paths my-model/b --ignore-paths 'my-model/c/d e'; " +
      '--ignore-unsigned-files accepts all files that are not signed, and lists them',
  );
});

test.each([
  ['.DS_Store', '.DS_Store'],
  ['sub/.DS_Store', 'sub/.DS_Store'],
  ['Thumbs.db', 'Thumbs.db'],
  ['.cache/huggingface/download/w.bin.metadata', '.cache/huggingface'],
  ['__pycache__/code.cpython-312.pyc', '__pycache__'],
  ['a/b/__pycache__/c.pyc', 'a/b/__pycache__'],
  ['.ipynb_checkpoints/x-checkpoint.ipynb', '.ipynb_checkpoints'],
  ['modeling.pyc', 'modeling.pyc'],
  ['._config.json', '._config.json'],
  ['sub/.git/HEAD', 'sub/.git'],
  ['.config.json.swp', '.config.json.swp'],
  ['desktop.ini', 'desktop.ini'],
])('the leftover %s is left out by %s', (path, topmost) => {
  expect(mismatch([unsigned(path)])).toBe(
    `other tools left these files behind: remove them, or leave them out with --ignore-paths my-model/${topmost}`,
  );
});

test.each([
  'model.safetensors',
  'cache/huggingface/x',
  '.cache/other',
  'pycache/x.py',
  'DS_Store',
  'git/HEAD',
  'x.sig',
])('%s is no leftover', (path) => expect(leftoverOf(path)).toBeNull());

test.each([
  ['hf://org/model', {}],
  ['oci://registry.example/org/model:v1', {}],
  ['manifest.json', { ociManifest: 'manifest.json' }],
])('what is left out of the model %s is named from its top', (operand, given) => {
  const error = new OmsError('model/mismatch', '', { differences: [unsigned('a/b.bin')] });
  expect(hintsFor(error, callOf('verify key', given, operand)).join()).toContain('with --ignore-paths a/b.bin; ');
});

test.each([
  ['my-model', {}, ['git lfs pull', '--lfs-pointers']],
  ['my-model', { strict: true }, ['git lfs pull']],
  ['my-model', { lfsPointers: true }, ['git lfs pull']],
  ['hf://org/model', {}, ['uploaded']],
])('a pointer in %s with the flags %j leads only to what works there', (operand, given, expected) => {
  const differences: Difference[] = [{ kind: 'modified', path: 'w.bin', pointer: 'git-lfs' }];
  const call = callOf('verify key', given, operand);
  const hints = hintsFor(new OmsError('model/mismatch', '', { differences }), call).join();
  expect(['git lfs pull', '--lfs-pointers', 'uploaded'].filter((one) => hints.includes(one))).toEqual(expected);
});

test('a name in a store with one slash is explained, and a path is not', () => {
  const hintsOf = (operand: string) => hintsFor(new OmsError('model/not-found', ''), callOf('verify key', {}, operand));
  for (const name of ['hf:/org/model', 'HF:org/model', 'oci:/host/name']) expect(hintsOf(name)).toHaveLength(1);
  for (const name of ['hf', './hf:/x', 'c:/models/hf:']) expect(hintsOf(name)).toEqual([]);
});

test('many leftovers in one folder are one flag, also beside other files', () => {
  const files = Array.from({ length: 50 }, (_, i) => unsigned(`.cache/huggingface/${i}`));
  expect(mismatch(files)).toContain('leave them out with --ignore-paths my-model/.cache/huggingface');
  const others = Array.from({ length: 10 }, (_, i) => unsigned(`other${i}`));
  expect(mismatch([...files, ...others])).toMatch(
    /^leave out what other tools left behind with --ignore-paths my-model\/\.cache\/huggingface; --ignore-unsigned-files/,
  );
});

test('a name that cannot be typed or left out is in no flag', () => {
  for (const name of ['a*b', 'x[1]', 'a\nb', 'a\u202eb'])
    expect(mismatch([unsigned(name)])).not.toContain('--ignore-paths');
});

test.each([
  ['my-model', 'my-model/x'],
  ['my-model/', 'my-model/x'],
  ['.', './x'],
  ['/', '//x'],
  ["it's", "'it'\\''s/x'"],
  ['$HOME', "'$HOME/x'"],
])('the model %s gives the flag with %s', (operand, word) => {
  expect(ignoreFlags(operand, ['x'])).toBe(`--ignore-paths ${word}`);
});

test('a word for a shell is null if it would hide something', () => {
  expect([shellWord('a b'), shellWord('a\u200bb'), shellWord('a\tb')]).toEqual(["'a b'", null, null]);
});

const hint = (code: (typeof errorCodes)[number], words: string, given = {}, options: object = {}, message = '') =>
  hintsFor(new OmsError(code, message, options), callOf(words, given)).join('\n');

test('with a verification time, no hint speaks of the clock', () => {
  const code = 'signer/certificate-not-yet-valid';
  expect(hint(code, 'verify certificate')).toContain('clock');
  expect(hint(code, 'verify certificate', { verificationTime: new Date() })).not.toContain('clock');
  expect(hint('signer/certificate-expired', 'verify certificate', { verificationTime: new Date() })).toBe(
    '--verification-time is after the certificate is valid: choose an earlier one',
  );
});

test('a link that the signer did not follow is never met with an offer to follow it', () => {
  expect(hint('model/symlink', 'verify key', {}, { requirement: 'OMS-LINK-8' })).not.toContain('symlinks');
  expect(hint('model/symlink', 'verify key', {}, { requirement: 'OMS-LINK-9' })).toContain('--allow-symlinks');
});

test('a certificate that is not trusted gets the hint of its flags', () => {
  const code = 'signer/certificate-untrusted';
  expect(hint(code, 'verify certificate')).toContain('--certificate-chain');
  expect(hint(code, 'verify certificate', { requireSelfSignedRoot: true })).toContain('must name the root itself');
  expect(hint(code, 'verify sigstore', {}, { requirement: 'OMS-SIGSTORE-8' })).toContain('--trusted-root');
});

test('a signature in a draft gets a hint on --draft only if it was not given', () => {
  const message = 'the predicate type is https://example/draft/x';
  expect(hint('statement/predicate-type', 'verify key', {}, {}, message)).toContain('which --draft accepts');
  expect(hint('statement/predicate-type', 'verify key', { draft: '1.1' }, {}, message)).toContain('another draft');
});

test('the hint to inspect names the signature as it was typed', () => {
  expect(hint('signer/method-mismatch', 'verify key', { signature: "my model's.sig" })).toContain(
    "model-signing inspect 'my model'\\''s.sig' shows",
  );
});
