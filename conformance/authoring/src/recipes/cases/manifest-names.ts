import { createHash } from 'node:crypto';
import type { RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import { type Forged, listAlso } from '../signed-model.ts';
import { plainFiles } from './models.ts';

import { inPredicate, PLAIN } from './predicate.ts';

const escaping = { around: [{ kind: 'file' as const, path: 'outside.bin', content: { utf8: 'outside' } }] };

/**
 * Names that no resource may have, each listed besides all files of the model, with the digest of what a program finds that
 * opens it below the model; of a directory, that of nothing.
 */
const namesCases: [fault: string, title: string, name: string, found: string][] = [
  ['escape', 'points outside the model', '../outside.bin', 'outside'],
  ['escape-inside', 'points outside the model from within', 'weights/../../outside.bin', 'outside'],
  ['parent', 'goes up and down again', 'weights/../config.json', '{}\n'],
  ['up', 'is ".."', '..', ''],
  ['up-at-end', 'ends in ".."', 'weights/..', ''],
  ['absolute', 'is absolute, and that of a listed file but for the slash', '/weights/a.bin', 'aaaa'],
  ['absolute-device', 'is the path of a device', '/dev/null', ''],
  ['absolute-system', 'is the path of a file that every Linux system has', '/proc/sys/kernel/ostype', 'Linux\n'],
  ['dot-first', 'begins with "./"', './weights/a.bin', 'aaaa'],
  ['dot-inside', 'has a component "."', 'weights/./a.bin', 'aaaa'],
  ['dot-last', 'ends in "/."', 'weights/a.bin/.', 'aaaa'],
  ['double-slash', 'has an empty component', 'weights//a.bin', 'aaaa'],
  ['trailing-slash', 'ends in a slash', 'weights/a.bin/', 'aaaa'],
  ['directory-slash', 'is that of a directory, with a slash', 'weights/', ''],
  ['empty', 'is empty', '', ''],
  ['nul', 'is that of a listed file, with a NUL', 'weights/a.bin\0', 'aaaa'],
  ['dot-of-directory', 'is "."', '.', ''],
];
const listed = { 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb', 'config.json': '{}\n' };
const ordinary: [id: string, title: string, name: string][] = [
  ['backslash', 'a backslash', 'a\\b'],
  ['backslashes-up', 'what would point outside the model elsewhere', '..\\up'],
  ['drive', 'a drive letter', 'C:'],
  ['colon', 'what looks like a shard', 'a:0:4'],
  ['line-feed', 'a line feed', 'a\nb'],
  ['control', 'a terminal escape', '\u001b[2Jx'],
  ['wildcard', 'wildcards', '*?[a].bin'],
  ['spaces', 'spaces at both ends', ' a '],
  ['dots', 'three dots', '...'],
  ['dots-first', 'two dots in front of a letter', '..a'],
  ['percent', 'what a URL would decode', '%2e%2e%2fa'],
  ['tilde', 'a tilde', '~'],
  ['device', 'the name of a device elsewhere', 'NUL'],
  ['quotes', 'all three quotes', `"'\``],
  ['bidirectional', 'a direction mark', 'a\u202eb'],
  ['zero-width', 'a character without a width', 'a\u200bb'],
  ['decomposed', 'a letter and its accent', 'cafe\u0301'],
  ['emoji', 'a character beyond 16 bits', '\u{1f600}'],
  ['bom', 'a byte order mark', '\ufeffa'],
  ['long', '255 bytes', 'x'.repeat(255)],
  ['prototype', 'a word that means something elsewhere', '__proto__'],
  ['signature', 'the name that signature files have', 'model.sig'],
  ['dash', 'what looks like an option', '--strict'],
];

// biome-ignore format: each vector is a row of a table
export const names: readonly Recipe[] = [
  variant(PLAIN, 'manifest_name-beside', 'a file is beside the model', ['OMS-ENUM-1', 'OMS-NAME-9'],
    { model: directory(plainFiles, [], escaping) }),
  ...namesCases.map(([fault, title, name, found]): VerifyRecipe => {
    const escapes = fault.startsWith('escape');
    return variant(
      escapes ? 'manifest_name-beside' : PLAIN,
      `manifest_name-${fault}`,
      `one more resource is listed, whose name ${title}`,
      ['OMS-NAME-6'],
      {
        ...inPredicate(({ resources }) => listAlso(resources, name, found)),
        ...(escapes ? { why: 'a verifier that opens it reads, and vouches for, what is not in the model' } : {}),
      },
      ['manifest/name-invalid', 'manifest/malformed'],
    );
  }),
  ...ordinary.map(
    ([id, title, name]): VerifyRecipe => variant(PLAIN, `manifest_name-with-${id}`,
      `the name of a file contains ${title}`, ['OMS-NAME-12', 'OMS-NAME-7'],
      { signed: directory({ ...listed, [name]: 'x', [`sub/${name}`]: 'y' }) })),
];

const strict = { inputs: { strict: true } };
const warned = accept({ warnings: ['manifest/unsorted'] });
const reorder = (compare: (a: string, b: string) => number) => ({
  forge: { statement: (s: Forged) => s.predicate.resources.sort((a: Forged, b: Forged) => compare(a.name, b.name)) },
});
const utf16 = (a: string, b: string) => (a < b ? -1 : 1);
const components = (a: string, b: string) => utf16(a.replaceAll('/', '\0'), b.replaceAll('/', '\0'));
const folded = (a: string, b: string) => utf16(a.toLowerCase(), b.toLowerCase());
const models = {
  tokenizer: [
    'a directory "tokenizer" is beside "tokenizer.json" and "tokenizer-2"',
    { 'tokenizer.json': '{}', 'tokenizer/vocab.json': '[]', 'tokenizer-2/vocab.json': '[1]' },
    components,
    'path components',
  ],
  unicode: [
    'one name begins with U+FF5E and another with U+1F600',
    { '\uff5e.bin': 'first', '\u{1f600}.bin': 'second', '\ue000.bin': 'zeroth' },
    utf16,
    'UTF-16 units',
  ],
  case: [
    'names begin with capitals and small letters',
    { B: '1', a: '2', C: '3', _: '4', A1: '5' },
    folded,
    'letters without their case',
  ],
} as const;

// biome-ignore format: each vector is a row of a table
export const orders: readonly Recipe[] = [
  ...Object.entries(models).flatMap(([id, [title, files, compare, what]]) => [
    variant(PLAIN, `manifest_order-${id}`, title, ['OMS-ORDER-1', 'OMS-ORDER-4', 'OMS-NAME-7'],
      { signed: directory(files) }),
    variant(`manifest_order-${id}`, `manifest_order-${id}-strict`, 'strict mode is asked for',
      ['OMS-ORDER-1', 'OMS-ORDER-4', 'OMS-NAME-7'], strict),
    variant(`manifest_order-${id}`, `manifest_order-${id}-other`, `the resources are sorted by ${what}`,
      ['OMS-ORDER-3', 'OMS-ORDER-2'], { level: 'SHOULD', ...reorder(compare) }, warned),
    variant(`manifest_order-${id}-strict`, `manifest_order-${id}-other-strict`,
      `the resources are sorted by ${what}, and strict mode is asked for`, ['OMS-ORDER-4'], reorder(compare),
      ['manifest/unsorted']),
  ]),
  variant(PLAIN, 'manifest_order-reversed', 'the resources are listed from last to first',
    ['OMS-ORDER-3', 'OMS-ORDER-2'],
    { level: 'SHOULD', forge: { statement: (s) => s.predicate.resources.reverse() } }, warned),
  variant('manifest_strict', 'manifest_order-reversed-strict',
    'the resources are listed from last to first, and strict mode is asked for', ['OMS-ORDER-4'],
    { forge: { statement: (s) => s.predicate.resources.reverse() } }, ['manifest/unsorted']),
  variant('manifest_order-reversed', 'manifest_order-root-digest-of-sorted',
    'the root digest is that of the sorted resources', ['OMS-ORDER-2', 'OMS-ROOT-3'],
    {
      level: 'SHOULD',
      forge: { statementAndRoot: (s) => set(s.subject[0].digest, 'sha256', sortedRoot(s.predicate.resources)) },
    }, ['manifest/root-digest-mismatch']),
  variant(PLAIN, 'manifest_strict', 'strict mode is asked for', ['OMS-ORDER-1', 'OMS-ORDER-4'], strict),
];

function sortedRoot(resources: readonly { name: string; digest: string }[]): string {
  const hash = createHash('sha256');
  for (const { digest } of [...resources].sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** Forms that a verifier should refuse; those without a requirement of their own are OMS-MATCH-6. */
const ignorePathsCases: [fault: string, title: string, path: string, requirement?: RequirementId][] = [
  ['star', 'a recorded exclusion contains "*"', '*.log'],
  ['question-mark', 'a recorded exclusion contains "?"', 'log?'],
  ['bracket', 'a recorded exclusion contains "["', 'log[0'],
  ['absolute', 'a recorded exclusion is absolute', '/cache'],
  ['escape', 'a recorded exclusion points outside the model', '../cache'],
  ['dot', 'a recorded exclusion is "."', '.'],
  ['empty', 'a recorded exclusion is empty', '', 'OMS-MATCH-12'],
];

/** Forms that no text says anything about. */
const openIgnorePaths: [fault: string, title: string, path: string][] = [
  ['dot-first', 'a recorded exclusion begins with "./"', './cache'],
  ['trailing-slash', 'a recorded exclusion ends in a slash', 'cache/'],
  ['double-slash', 'a recorded exclusion has an empty component', 'a//b'],
  ['nul', 'a recorded exclusion contains a NUL', 'a\0'],
];

const records = (path: string) => ({
  forge: { statement: (s: Forged) => s.predicate.serialization.ignore_paths.push(path) },
});

// biome-ignore format: each vector is a row of a table
export const ignorePaths: readonly Recipe[] = [
  ...ignorePathsCases.map(([fault, title, path, requirement = 'OMS-MATCH-6']) => variant(PLAIN,
    `manifest_ignore-path-${fault}`, title, [requirement],
    { ...(requirement === 'OMS-MATCH-6' ? { level: 'SHOULD' } : {}), ...records(path) },
    ['manifest/ignore-path-invalid', 'manifest/malformed'])),
  ...openIgnorePaths.map(([fault, title, path]) =>
    variant(PLAIN, `manifest_ignore-path-${fault}`, title, ['OMS-MATCH-13'], records(path), either)),
  variant(PLAIN, 'manifest_ignore-path-closing-bracket', 'a recorded exclusion contains "]"', ['OMS-IGNORE-6'],
    records('log0]')),
];
