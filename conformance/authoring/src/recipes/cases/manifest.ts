import { createHash } from 'node:crypto';
import type { RequirementId } from '@model-signing/spec';
import type { Reason } from '../../../../suite/src/vectors/vector.ts';
import {
  accept,
  directory,
  NOT_THE_SAME_NAME,
  NOTHING_TO_READ,
  type Recipe,
  set,
  type VerifyRecipe,
  variant,
} from '../recipe.ts';
import { digestOf, type Forged } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';

export function manifestRecipes(): readonly Recipe[] {
  return [...serializations, ...descriptors, ...digests, ...names, ...orders, ...ignorePaths];
}

type Edit = (predicate: Forged) => void;

function inPredicate(edit: Edit) {
  return { forge: { statement: (s: Forged) => edit(s.predicate) } };
}

/** A vector for each edit of the predicate; the root digest is left as it was where the digests have no bytes. */
function refusals(
  prefix: string,
  reasons: readonly Reason[],
  cases: readonly [fault: string, title: string, requirement: RequirementId, edit: Edit, exempt?: string][],
): VerifyRecipe[] {
  return cases.map(([fault, title, requirement, edit, exempt]) =>
    variant(
      PLAIN,
      `manifest_${prefix}-${fault}`,
      title,
      [requirement],
      { forge: { statementAndRoot: (s: Forged) => edit(s.predicate) }, ...(exempt ? { exempt } : {}) },
      reasons,
    ),
  );
}

const member =
  (name: string, value: unknown): Edit =>
  ({ serialization }) =>
    set(serialization, name, value);
const NO_DEFAULT = 'the oracle has no value to go on with';

// biome-ignore format: each vector is a row of a table
const serializations: readonly Recipe[] = [
  ...refusals('serialization', ['manifest', 'statement/malformed'], [
    ['absent', 'there is no serialization', 'OMS-PRED-2', (p) => set(p, 'serialization', undefined)],
    ['null', 'the serialization is null', 'OMS-PRED-2', (p) => set(p, 'serialization', null), NOTHING_TO_READ],
    ['method-absent', 'there is no method', 'OMS-SER-6', member('method', undefined)],
    ['method-unknown', 'the method is one that nobody knows', 'OMS-SER-6', member('method', 'chunks')],
    ['method-upper-case', 'the method is in capitals', 'OMS-SER-6', member('method', 'FILES')],
    ['method-empty', 'the method is empty', 'OMS-SER-6', member('method', '')],
    ['method-null', 'the method is null', 'OMS-SER-6', member('method', null), NO_DEFAULT],
    ['hash-type-absent', 'there is no hash_type', 'OMS-SER-6', member('hash_type', undefined)],
    ['links-absent', 'there is no allow_symlinks', 'OMS-SER-6', member('allow_symlinks', undefined)],
    ['links-text', 'allow_symlinks is the text "false"', 'OMS-SER-6', member('allow_symlinks', 'false')],
    ['links-null', 'allow_symlinks is null', 'OMS-SER-6', member('allow_symlinks', null)],
    ['links-number', 'allow_symlinks is 0', 'OMS-SER-6', member('allow_symlinks', 0)],
    ['shard-size-with-files', 'a shard_size stands beside the method files', 'OMS-SER-6',
      member('shard_size', 1_000_000_000)],
    ['shard-size-null-with-files', 'a shard_size that is null stands beside the method files', 'OMS-SER-6',
      member('shard_size', null)],
    ['ignore-paths-null', 'ignore_paths is null', 'OMS-PRED-2', member('ignore_paths', null), NOTHING_TO_READ],
    ['ignore-paths-text', 'ignore_paths is a text', 'OMS-PRED-2', member('ignore_paths', '.git'), NOTHING_TO_READ],
    ['ignore-paths-number', 'ignore_paths holds a number', 'OMS-PRED-2', member('ignore_paths', ['.git', 7]),
      NOTHING_TO_READ],
  ]),
  ...refusals(
    'hash-type',
    ['manifest/algorithm-unsupported', 'manifest/algorithm-mismatch'],
    [
      ['unknown', 'hash_type and all algorithms are md5', 'OMS-ALG-2', algorithm('md5')],
      ['sha512', 'hash_type and all algorithms are sha512', 'OMS-ALG-2', algorithm('sha512')],
      ['upper-case', 'hash_type and all algorithms are SHA256', 'OMS-ALG-2', algorithm('SHA256')],
      ['dashed', 'hash_type and all algorithms are sha-256', 'OMS-ALG-2', algorithm('sha-256')],
      ['empty', 'hash_type and all algorithms are empty', 'OMS-ALG-2', algorithm('')],
    ],
  ).map((recipe) => ({ ...recipe, requirements: [...recipe.requirements, 'OMS-ALG-1' as const] })),
  variant(PLAIN, 'manifest_ignore-paths-absent', 'there is no ignore_paths', ['OMS-IGNORE-9', 'OMS-HIST-3'],
    { listing: { ignorePaths: null }, inputs: { strict: true } }),
  variant(PLAIN, 'manifest_ignore-paths-empty', 'ignore_paths is empty', ['OMS-IGNORE-9'],
    { listing: { ignorePaths: [] } }),
  variant(PLAIN, 'manifest_ignore-paths-twice', 'ignore_paths holds one path twice, in no order', ['OMS-IGNORE-6'],
    { listing: { ignorePaths: ['z', '.git', 'a/b', 'z'] } }),
];

function algorithm(identifier: string): Edit {
  return ({ serialization, resources }) => {
    serialization.hash_type = identifier;
    for (const resource of resources) resource.algorithm = identifier;
  };
}

const second =
  (name: string, value: unknown): Edit =>
  ({ resources }) =>
    set(resources[1], name, value);

// biome-ignore format: each vector is a row of a table
const descriptors: readonly Recipe[] = [
  ...refusals('resources', ['manifest', 'statement/malformed'], [
    ['absent', 'there are no resources', 'OMS-PRED-2', (p) => set(p, 'resources', undefined), NOTHING_TO_READ],
    ['object', 'the resources are an object', 'OMS-PRED-2', (p) => set(p, 'resources', { ...p.resources }),
      NOTHING_TO_READ],
    ['null-inside', 'null stands among the resources', 'OMS-RES-2', (p) => p.resources.push(null), NOTHING_TO_READ],
  ]),
  variant(PLAIN, 'manifest_predicate-absent', 'there is no predicate', ['OMS-PRED-2'],
    { forge: { statementAndRoot: (s) => set(s, 'predicate', undefined) }, exempt: NOTHING_TO_READ },
    ['manifest', 'statement/malformed']),
  variant(PLAIN, 'manifest_resources-none',
    'the array of resources is empty, and so is the model but for an ignored file', ['OMS-RES-8'], {
      forge: { statement: (s) => set(s.predicate, 'resources', []) },
      inputs: { ignoreUnsignedFiles: true },
      why: 'a signature over nothing would hold for every model whose unsigned files are ignored',
    }, ['manifest/empty', 'manifest/malformed']),
  ...refusals('resource', ['manifest', 'statement/malformed'], [
    ['nameless', 'a resource has no name', 'OMS-RES-2', second('name', undefined), NOTHING_TO_READ],
    ['name-number', 'the name of a resource is a number', 'OMS-RES-2', second('name', 7), NOTHING_TO_READ],
    ['name-null', 'the name of a resource is null', 'OMS-RES-2', second('name', null), NOTHING_TO_READ],
    ['digest-absent', 'a resource has no digest', 'OMS-RES-2', second('digest', undefined), NOTHING_TO_READ],
    ['digest-null', 'the digest of a resource is null', 'OMS-RES-2', second('digest', null), NOTHING_TO_READ],
    ['digest-set', 'the digest of a resource is a set of digests, as in in-toto', 'OMS-RES-2',
      ({ resources }) => set(resources[1], 'digest', { sha256: resources[1].digest }), NOTHING_TO_READ],
    ['algorithm-absent', 'a resource has no algorithm', 'OMS-RES-2', second('algorithm', undefined)],
    ['algorithm-null', 'the algorithm of a resource is null', 'OMS-RES-2', second('algorithm', null), NOTHING_TO_READ],
    ['algorithm-other', 'the algorithm of a resource is another of the registry', 'OMS-RES-6',
      second('algorithm', 'blake3')],
    ['algorithm-upper-case', 'the algorithm of a resource is in capitals', 'OMS-RES-6', second('algorithm', 'SHA256')],
    ['algorithm-unknown', 'the algorithm of a resource is one that nobody knows', 'OMS-RES-6',
      second('algorithm', 'crc32')],
    ['algorithm-suffix', 'the algorithm of each resource has the suffix of shards, under files', 'OMS-RES-6',
      ({ resources }) => { for (const each of resources) each.algorithm = 'sha256-sharded-1000000000'; }],
  ]),
];

const digest =
  (edit: (digest: string) => string): Edit =>
  ({ resources }) =>
    set(resources[1], 'digest', edit(resources[1].digest));
const kept = (fault: string, title: string, edit: (digest: string) => string) =>
  variant(PLAIN, `manifest_digest-${fault}`, title, ['OMS-RES-4'], inPredicate(digest(edit)), [
    'manifest/digest-invalid',
    'manifest/malformed',
  ]);

const other = digestOf('sha256', Buffer.from('evil'));
const repeat = (edit: (resources: Forged[]) => void) => inPredicate(({ resources }) => edit(resources));

// biome-ignore format: each vector is a row of a table
const twice: readonly Recipe[] = [
  variant(PLAIN, 'manifest_name-twice', 'a file is listed twice, with one digest', ['OMS-RES-10'],
    repeat((r) => r.splice(1, 0, { ...r[1] })), ['manifest/name-duplicate', 'manifest/malformed']),
  variant(PLAIN, 'manifest_name-twice-first-right', 'a file is listed twice, and the first digest is right',
    ['OMS-RES-10'], {
      ...repeat((r) => r.splice(2, 0, { ...r[1], digest: other })),
      exempt: 'a verifier that keeps the last refuses the file',
    }, ['manifest/name-duplicate', 'manifest/malformed']),
  variant(PLAIN, 'manifest_name-twice-last-right', 'a file is listed twice, and the last digest is right',
    ['OMS-RES-10'], repeat((r) => r.splice(1, 0, { ...r[1], digest: other })),
    ['manifest/name-duplicate', 'manifest/malformed']),
];

const digests: readonly Recipe[] = [
  kept('upper-case', 'a digest is in capitals', (d) => d.toUpperCase()),
  kept('short', 'a digest is cut to 32 digits, and the root digest is that of what is left', (d) => d.slice(0, 32)),
  kept('two-digits', 'a digest is cut to two digits', (d) => d.slice(0, 2)),
  kept('empty', 'a digest is empty', () => ''),
  ...refusals(
    'digest',
    ['manifest/digest-invalid', 'manifest/malformed'],
    [
      ['odd', 'a digest has 63 digits', 'OMS-RES-4', digest((d) => d.slice(0, 63))],
      ['long', 'a digest has 66 digits', 'OMS-RES-4', digest((d) => `${d}00`)],
      ['doubled', 'a digest stands there twice in one text', 'OMS-RES-4', digest((d) => d + d)],
      ['prefix', 'a digest has its algorithm in front', 'OMS-RES-4', digest((d) => `sha256:${d}`)],
      ['line-feed', 'a digest ends in a line feed', 'OMS-RES-4', digest((d) => `${d}\n`)],
      ['space', 'a digest begins with a space', 'OMS-RES-4', digest((d) => ` ${d}`)],
      ['base64', 'a digest is in Base64', 'OMS-RES-4', digest((d) => Buffer.from(d, 'hex').toString('base64'))],
      ['not-hexadecimal', 'a digest holds a letter beyond f', 'OMS-RES-4', digest((d) => `g${d.slice(1)}`)],
    ],
  ).map((recipe) => ({ ...recipe, exempt: 'the digest is then not that of the file' })),
  ...twice,
];

const escaping = { around: [{ kind: 'file' as const, path: 'outside.bin', content: { utf8: 'aaaa' } }] };
const at =
  (name: string): Edit =>
  ({ resources }) =>
    set(resources[1], 'name', name);
const namesCases: [fault: string, title: string, name: string][] = [
  ['escape', 'a name leads out of the model', '../outside.bin'],
  ['escape-inside', 'a name leads out of the model from inside', 'weights/../../outside.bin'],
  ['parent', 'a name goes up and down again', 'config.json/../weights/a.bin'],
  ['up', 'a name is ".."', '..'],
  ['up-at-end', 'a name ends in ".."', 'weights/..'],
  ['absolute', 'a name is absolute', '/weights/a.bin'],
  ['dot-first', 'a name begins with "./"', './weights/a.bin'],
  ['dot-inside', 'a name has a component "."', 'weights/./a.bin'],
  ['dot-last', 'a name ends in "/."', 'weights/a.bin/.'],
  ['double-slash', 'a name has an empty component', 'weights//a.bin'],
  ['trailing-slash', 'a name ends in a slash', 'weights/a.bin/'],
  ['empty', 'a name is empty', ''],
  ['nul', 'a name holds a NUL', 'weights/a.bin\0'],
  ['dot-of-directory', 'a name is "."', '.'],
];
const listed = { 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb', 'config.json': '{}\n' };
const ordinary: [id: string, title: string, name: string][] = [
  ['backslash', 'a backslash', 'a\\b'],
  ['backslashes-up', 'what would lead out of the model elsewhere', '..\\up'],
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
const names: readonly Recipe[] = [
  variant(PLAIN, 'manifest_name-beside', 'a file stands beside the model', ['OMS-NAME-9'],
    { model: directory(plainFiles, [], escaping) }),
  ...namesCases.map(([fault, title, name]): VerifyRecipe => {
    const escapes = fault.startsWith('escape');
    return variant(
      escapes ? 'manifest_name-beside' : PLAIN,
      `manifest_name-${fault}`,
      title,
      ['OMS-NAME-6'],
      {
        ...inPredicate(at(name)),
        exempt: NOT_THE_SAME_NAME,
        ...(escapes ? { why: 'a verifier that opens it reads, and vouches for, what is not in the model' } : {}),
      },
      ['manifest/name-invalid', 'manifest/malformed'],
    );
  }),
  ...ordinary.map(
    ([id, title, name]): VerifyRecipe => variant(PLAIN, `manifest_name-with-${id}`, `the name of a file holds ${title}`,
      ['OMS-NAME-12', 'OMS-NAME-7'], { signed: directory({ ...listed, [name]: 'x', [`sub/${name}`]: 'y' }) })),
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
    'a directory "tokenizer" stands beside "tokenizer.json" and "tokenizer-2"',
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
const orders: readonly Recipe[] = [
  ...Object.entries(models).flatMap(([id, [title, files, compare, what]]) => [
    variant(PLAIN, `manifest_order-${id}`, title, ['OMS-ORDER-3', 'OMS-ORDER-2', 'OMS-NAME-7'],
      { signed: directory(files), ...strict }),
    variant(`manifest_order-${id}`, `manifest_order-${id}-other`, `the resources are sorted by ${what}`,
      ['OMS-ORDER-3', 'OMS-ORDER-2'], { ...reorder(compare), inputs: { strict: false } }, warned),
    variant(`manifest_order-${id}`, `manifest_order-${id}-other-strict`,
      `the resources are sorted by ${what}, and strict mode is asked for`, ['OMS-ORDER-3'], reorder(compare),
      ['manifest/unsorted']),
  ]),
  variant(PLAIN, 'manifest_order-reversed', 'the resources are listed from last to first',
    ['OMS-ORDER-3', 'OMS-ORDER-2'], { forge: { statement: (s) => s.predicate.resources.reverse() } }, warned),
  variant('manifest_order-reversed', 'manifest_order-reversed-strict', 'strict mode is asked for', ['OMS-ORDER-3'],
    strict, ['manifest/unsorted']),
  variant('manifest_order-reversed', 'manifest_order-root-digest-of-sorted',
    'the root digest is that of the sorted resources', ['OMS-ORDER-2', 'OMS-ROOT-3'],
    { forge: { statementAndRoot: (s) => set(s.subject[0].digest, 'sha256', sortedRoot(s.predicate.resources)) } },
    ['manifest/root-digest-mismatch']),
  variant(PLAIN, 'manifest_strict', 'strict mode is asked for', ['OMS-ORDER-3'], strict),
];

function sortedRoot(resources: readonly { name: string; digest: string }[]): string {
  const hash = createHash('sha256');
  for (const { digest } of [...resources].sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

const ignorePathsCases: [fault: string, title: string, path: string][] = [
  ['star', 'a recorded exclusion holds "*"', '*.log'],
  ['question-mark', 'a recorded exclusion holds "?"', 'log?'],
  ['bracket', 'a recorded exclusion holds "["', 'log[0'],
  ['closing-bracket', 'a recorded exclusion holds "]"', 'log0]'],
  ['absolute', 'a recorded exclusion is absolute', '/cache'],
  ['escape', 'a recorded exclusion leads out of the model', '../cache'],
  ['dot-first', 'a recorded exclusion begins with "./"', './cache'],
  ['dot', 'a recorded exclusion is "."', '.'],
  ['trailing-slash', 'a recorded exclusion ends in a slash', 'cache/'],
  ['double-slash', 'a recorded exclusion has an empty component', 'a//b'],
  ['empty', 'a recorded exclusion is empty', ''],
  ['nul', 'a recorded exclusion holds a NUL', 'a\0'],
];

const ignorePaths: readonly Recipe[] = ignorePathsCases.map(([fault, title, path]) =>
  variant(
    PLAIN,
    `manifest_ignore-path-${fault}`,
    title,
    ['OMS-MATCH-6'],
    { forge: { statement: (s) => s.predicate.serialization.ignore_paths.push(path) } },
    ['manifest/ignore-path-invalid', 'manifest/malformed'],
  ),
);
