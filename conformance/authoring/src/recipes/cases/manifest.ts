import { type Recipe, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { ignorePaths, names, orders } from './manifest-names.ts';
import { type Edit, inPredicate, PLAIN, refusals } from './predicate.ts';

export function manifestRecipes(): readonly Recipe[] {
  return [...serializations, ...descriptors, ...digests, ...names, ...orders, ...ignorePaths];
}

const member =
  (name: string, value: unknown): Edit =>
  ({ serialization }) =>
    set(serialization, name, value);

// biome-ignore format: each vector is a row of a table
const serializations: readonly Recipe[] = [
  ...refusals('serialization', ['manifest', 'statement/malformed'], [
    ['absent', 'there is no serialization', 'OMS-PRED-2', (p) => set(p, 'serialization', undefined)],
    ['null', 'the serialization is null', 'OMS-PRED-2', (p) => set(p, 'serialization', null)],
    ['method-absent', 'there is no method', 'OMS-SER-6', member('method', undefined)],
    ['method-unknown', 'the method is unknown', 'OMS-SER-6', member('method', 'chunks')],
    ['method-upper-case', 'the method is in capitals', 'OMS-SER-6', member('method', 'FILES')],
    ['method-empty', 'the method is empty', 'OMS-SER-6', member('method', '')],
    ['method-null', 'the method is null', 'OMS-SER-6', member('method', null)],
    ['hash-type-absent', 'there is no hash_type', 'OMS-SER-6', member('hash_type', undefined)],
    ['links-absent', 'there is no allow_symlinks', 'OMS-SER-6', member('allow_symlinks', undefined)],
    ['links-text', 'allow_symlinks is the string "false"', 'OMS-SER-6', member('allow_symlinks', 'false')],
    ['links-null', 'allow_symlinks is null', 'OMS-SER-6', member('allow_symlinks', null)],
    ['links-number', 'allow_symlinks is 0', 'OMS-SER-6', member('allow_symlinks', 0)],
    ['shard-size-with-files', 'a shard_size is beside the method files', 'OMS-SER-9',
      member('shard_size', 1_000_000_000)],
    ['ignore-paths-null', 'ignore_paths is null', 'OMS-PRED-2', member('ignore_paths', null)],
    ['ignore-paths-text', 'ignore_paths is a string', 'OMS-PRED-2', member('ignore_paths', '.git')],
    ['ignore-paths-number', 'ignore_paths contains a number', 'OMS-PRED-2', (p) => p.serialization.ignore_paths.push(7)],
  ]),
  ...refusals('serialization', ['manifest', 'statement/malformed'], [
    ['shard-size-null-with-files', 'a shard_size that is null is beside the method files', 'OMS-SHARD-2',
      member('shard_size', null)],
  ]).map((recipe) => ({ ...recipe, requirements: [...recipe.requirements, 'OMS-SER-9' as const] })),
  ...refusals(
    'hash-type',
    ['manifest/algorithm-unsupported', 'manifest/algorithm-mismatch'],
    [
      ['unknown', 'hash_type and all algorithms are md5', 'OMS-ALG-2', algorithm('md5')],
      ['sha512', 'hash_type and all algorithms are sha512', 'OMS-ALG-2', algorithm('sha512')],
      ['upper-case', 'hash_type and all algorithms are SHA256', 'OMS-ALG-2', algorithm('SHA256')],
      ['dashed', 'hash_type and all algorithms are sha-256', 'OMS-ALG-2', algorithm('sha-256')],
      ['empty', 'hash_type and all algorithms are empty', 'OMS-ALG-2', algorithm('')],
      ['alone-unknown', 'hash_type alone is md5', 'OMS-ALG-2', member('hash_type', 'md5')],
      ['alone-upper-case', 'hash_type alone is SHA256', 'OMS-ALG-2', member('hash_type', 'SHA256')],
      ['alone-dashed', 'hash_type alone is sha-256', 'OMS-ALG-2', member('hash_type', 'sha-256')],
    ],
  ).map((recipe) => ({ ...recipe, requirements: [...recipe.requirements, 'OMS-ALG-1' as const, 'OMS-CONF-4' as const] })),
  variant(PLAIN, 'manifest_ignore-paths-absent', 'there is no ignore_paths', ['OMS-IGNORE-9', 'OMS-HIST-3'],
    { listing: { ignorePaths: null } }),
  variant('manifest_ignore-paths-absent', 'manifest_ignore-paths-absent-strict', 'strict mode is asked for',
    ['OMS-IGNORE-9', 'OMS-HIST-3'], { inputs: { strict: true } }),
  variant(PLAIN, 'manifest_ignore-paths-empty', 'ignore_paths is empty', ['OMS-IGNORE-9'],
    { listing: { ignorePaths: [] } }),
  variant(PLAIN, 'manifest_ignore-paths-twice', 'ignore_paths contains one path twice, in no order', ['OMS-IGNORE-6'],
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
    ['absent', 'there are no resources', 'OMS-PRED-2', (p) => set(p, 'resources', undefined)],
    ['object', 'the resources are an object', 'OMS-PRED-2', (p) => set(p, 'resources', { ...p.resources })],
    ['null-inside', 'null is among the resources', 'OMS-RES-2', (p) => p.resources.push(null)],
  ]),
  variant(PLAIN, 'manifest_predicate-absent', 'there is no predicate', ['OMS-PRED-2'],
    { forge: { statementAndRoot: (s) => set(s, 'predicate', undefined) } },
    ['manifest', 'statement/malformed']),
  variant('model_unsigned-ignored', 'manifest_resources-none', 'the array of resources is empty', ['OMS-RES-8'], {
      forge: { statement: (s) => set(s.predicate, 'resources', []) },
      why: 'a signature over nothing would verify for every model whose unsigned files are ignored',
    }, ['manifest/empty', 'manifest/malformed']),
  ...refusals('resource', ['manifest', 'statement/malformed'], [
    ['nameless', 'a resource has no name', 'OMS-RES-2', second('name', undefined)],
    ['name-number', 'the name of a resource is a number', 'OMS-RES-2', second('name', 7)],
    ['name-null', 'the name of a resource is null', 'OMS-RES-2', second('name', null)],
    ['digest-absent', 'a resource has no digest', 'OMS-RES-2', second('digest', undefined)],
    ['digest-null', 'the digest of a resource is null', 'OMS-RES-2', second('digest', null)],
    ['digest-set', 'the digest of a resource is a set of digests, as in in-toto', 'OMS-RES-2',
      ({ resources }) => set(resources[1], 'digest', { sha256: resources[1].digest })],
    ['algorithm-absent', 'a resource has no algorithm', 'OMS-RES-2', second('algorithm', undefined)],
    ['algorithm-null', 'the algorithm of a resource is null', 'OMS-RES-2', second('algorithm', null)],
    ['algorithm-other', 'the algorithm of a resource is a different registered one', 'OMS-RES-6',
      second('algorithm', 'blake3')],
    ['algorithm-upper-case', 'the algorithm of a resource is in capitals', 'OMS-RES-14', second('algorithm', 'SHA256')],
    ['algorithm-unknown', 'the algorithm of a resource is unknown', 'OMS-RES-14',
      second('algorithm', 'crc32')],
    ['algorithm-suffix', 'the algorithm of each resource has the suffix of shards, under files', 'OMS-RES-14',
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

const repeat = (edit: (resources: Forged[]) => void) => inPredicate(({ resources }) => edit(resources));

const repeated = ['manifest/name-duplicate', 'manifest/malformed', 'model/modified'] as const;

// biome-ignore format: each vector is a row of a table
const twice: readonly Recipe[] = [
  variant(PLAIN, 'manifest_name-twice', 'a file is listed twice, with one digest', ['OMS-RES-10'],
    repeat((r) => r.splice(1, 0, { ...r[1] })), ['manifest/name-duplicate', 'manifest/malformed']),
  variant(PLAIN, 'manifest_name-twice-first-right', 'a file is listed twice, and only the first digest is that of the file',
    ['OMS-VERIFY-3', 'OMS-RES-10'], repeat((r) => r.splice(2, 0, { ...r[1], digest: r[2].digest })), repeated),
  variant(PLAIN, 'manifest_name-twice-last-right', 'a file is listed twice, and only the last digest is that of the file',
    ['OMS-VERIFY-3', 'OMS-RES-10'], repeat((r) => r.splice(1, 0, { ...r[1], digest: r[2].digest })), repeated),
];

const digests: readonly Recipe[] = [
  kept('upper-case', 'a digest is in capitals', (d) => d.toUpperCase()),
  kept('short', 'a digest is cut to 32 digits, and the root digest is that of what is left', (d) => d.slice(0, 32)),
  kept('two-digits', 'a digest is cut to two digits', (d) => d.slice(0, 2)),
  kept('empty', 'a digest is empty', () => ''),
  kept('odd', 'a digest has 63 digits', (d) => d.slice(0, 63)),
  kept('not-hexadecimal', 'the last digit of a digest is a letter beyond f', (d) => `${d.slice(0, -1)}g`),
  ...refusals(
    'digest',
    ['manifest/digest-invalid', 'manifest/malformed'],
    [
      ['long', 'a digest has 66 digits', 'OMS-RES-4', digest((d) => `${d}00`)],
      ['doubled', 'a digest appears twice in one string', 'OMS-RES-4', digest((d) => d + d)],
      ['prefix', 'a digest has its algorithm in front', 'OMS-RES-4', digest((d) => `sha256:${d}`)],
      ['prefix-0x', 'a digest has 0x in front', 'OMS-RES-4', digest((d) => `0x${d}`)],
      ['line-feed', 'a digest ends in a line feed', 'OMS-RES-4', digest((d) => `${d}\n`)],
      ['space', 'a digest begins with a space', 'OMS-RES-4', digest((d) => ` ${d}`)],
      ['base64', 'a digest is in Base64', 'OMS-RES-4', digest((d) => Buffer.from(d, 'hex').toString('base64'))],
    ],
  ),
  ...twice,
];
