import type { RequirementId } from '@model-signing/spec';
import type { Reason, TreeNode, VectorInputs, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, type Recipe, reject, set, type VerifyRecipe, variant } from '../recipe.ts';
import { digestOf, type Forged, listAlso } from '../signed-model.ts';

const SHARDS = 'manifest_shards';
const ELEVEN = 'manifest_shards-eleven';
const BYTES = 'manifest_shards-of-one-byte';
const ALIGNED = 'manifest_shards-aligned';

/** 10 bytes in shards of 4: ranges 0 to 4, 4 to 8 and 8 to 10. */
const files = { 'a.bin': '0123456789', 'config.json': '{}' };

export function shardRecipes(): readonly Recipe[] {
  return [
    variant(
      'bundle_plain',
      SHARDS,
      'two files in shards of four bytes',
      ['OMS-SER-8', 'OMS-SER-7', 'OMS-SHARD-7', 'OMS-SHARD-9', 'OMS-CONF-4'],
      {
        profile: 'shards',
        decidedBy: ['OMS-SER-7', 'OMS-SHARD-7', 'OMS-SHARD-9'],
        signed: directory(files),
        listing: { method: 'shards', shardSize: 4 },
      },
      accept({ report: { resources: 4 } }),
    ),
    ...accepted,
    ...shardSizes,
    ...largeSizes,
    ...shardNames,
    ...furtherShards,
    ...coverage,
    ...contents,
    ...emptyFiles,
    ...suffixes,
  ].map((recipe) => ({ profile: 'shards' as const, ...recipe }));
}

const colons = directory({ 'a:b': '01234567', 'a:0:4': '89', ':': 'x', '::1': 'y', 'c:': 'z' });

// biome-ignore format: each vector is a row of a table
const accepted: readonly VerifyRecipe[] = [
  variant(SHARDS, ELEVEN, 'a file has eleven shards, which are not in the order of their numbers',
    ['OMS-ORDER-1', 'OMS-ORDER-4', 'OMS-SHARD-9'],
    { signed: directory({ w: '0123456789a' }), listing: { shardSize: 1 } },
    accept({ report: { resources: 11 } })),
  variant(ELEVEN, `${ELEVEN}-strict`, 'strict mode is asked for', ['OMS-ORDER-4', 'OMS-ORDER-1', 'OMS-SHARD-9'],
    { decidedBy: ['OMS-ORDER-1'], inputs: { strict: true } }),
  variant(SHARDS, BYTES, 'each shard is a byte', ['OMS-SHARD-2', 'OMS-SHARD-9'],
    { signed: directory({ w: '0123456789' }), listing: { shardSize: 1 } }, accept({ report: { resources: 10 } })),
  variant(ELEVEN, 'manifest_shards-by-number', 'the shards are in the order of their numbers', ['OMS-ORDER-3'],
    { level: 'SHOULD', forge: byNumber() }, accept({ warnings: ['manifest/unsorted'] })),
  variant(`${ELEVEN}-strict`, 'manifest_shards-by-number-strict',
    'the shards are in the order of their numbers, and strict mode is asked for', ['OMS-ORDER-4'],
    { forge: byNumber() }, ['manifest/unsorted']),
  variant(SHARDS, 'manifest_shards-colons', 'paths contain colons, and look like shards',
    ['OMS-SHARD-7', 'OMS-NAME-12'], { signed: colons }),
  variant(SHARDS, ALIGNED, 'a file is exactly as long as two shards', ['OMS-SHARD-9', 'OMS-SHARD-10'],
    { signed: directory({ 'a.bin': '01234567' }), inputs: { ignoreUnsignedFiles: true } },
    accept({ report: { resources: 2 } })),
  variant(SHARDS, 'manifest_shards-larger-than-files', 'a shard contains more than any file has',
    ['OMS-SHARD-9', 'OMS-SER-7'], { listing: { shardSize: 1_000_000_000 } }, accept({ report: { resources: 2 } })),
  variant(SHARDS, 'manifest_shards-largest', 'the shard size is the largest there is', ['OMS-SHARD-2'],
    { listing: { shardSize: Number.MAX_SAFE_INTEGER } }),
  variant(SHARDS, 'manifest_shards-number-form', 'the shard size is written 4.0e0', ['OMS-JSON-4', 'OMS-SHARD-2'],
    { forge: { payload: (json) => json.replace('"shard_size":4', '"shard_size":4.0e0') } }),
  variant(SHARDS, 'manifest_shards-exponent', 'the shard size is written 1e9', ['OMS-JSON-4', 'OMS-SHARD-2'], {
    listing: { shardSize: 1_000_000_000 },
    forge: { payload: (json) => json.replace('"shard_size":1000000000', '"shard_size":1e9') },
  }),
  variant(SHARDS, 'manifest_shards-single-file', 'the model is a single file', ['OMS-ENUM-2', 'OMS-SHARD-9'],
    { signed: { name: 'w.bin', content: { utf8: '0123456789' } } }, accept({ report: { resources: 3 } })),
  variant(SHARDS, 'manifest_shards-megabyte', 'a file of three megabytes and some bytes has shards of a megabyte',
    ['OMS-SHARD-9', 'OMS-SER-7'], { signed: large(), listing: { shardSize: 1_048_576 } },
    accept({ report: { resources: 4 } })),
  variant('manifest_shards-megabyte', 'model_shards-megabyte-last-byte', 'the last byte differs', ['OMS-VERIFY-3'],
    { model: large([{ kind: 'file', path: 'w.bin', content: { repeat: { hex: '5a', count: 3_145_729 } } }]) },
    ['model/modified']),
];

function large(
  tree: readonly TreeNode[] = [{ kind: 'file', path: 'w.bin', content: { prng: { seed: 'w', length: 3_145_729 } } }],
): VectorModel {
  return { name: 'model', tree };
}

function byNumber() {
  const start = (name: string) => Number(name.split(':').at(-2));
  return {
    statement: (s: Forged) => s.predicate.resources.sort((a: Forged, b: Forged) => start(a.name) - start(b.name)),
  };
}

const shardSizesCases: [fault: string, title: string, written: string][] = [
  ['absent', 'there is no shard size', ''],
  ['null', 'the shard size is null', 'null'],
  ['zero', 'the shard size is zero', '0'],
  ['negative', 'the shard size is negative', '-4'],
  ['text', 'the shard size is a string', '"4"'],
  ['fraction', 'the shard size has a fraction', '4.5'],
  ['boolean', 'the shard size is true', 'true'],
  ['array', 'the shard size is in an array', '[4]'],
];

/** A vector for each wrong value; the listed shards are those of the shard size that a lenient program reads. */
const shardSizes: readonly VerifyRecipe[] = shardSizesCases.map(([fault, title, written]) => {
  const large = fault === 'zero' || fault === 'negative' || fault === 'absent';
  return variant(
    large ? 'manifest_shards-larger-than-files' : fault === 'boolean' ? BYTES : SHARDS,
    `manifest_shard-size-${fault}`,
    title,
    fault === 'absent' ? ['OMS-SER-6'] : ['OMS-SHARD-2'],
    {
      forge: {
        payload: (json) => json.replace(/"shard_size":\d+,/, written === '' ? '' : `"shard_size":${written},`),
      },
    },
    fault === 'absent' ? ['manifest', 'statement/malformed'] : ['manifest/shard-size-invalid', 'manifest/malformed'],
  );
});

/** Sizes that no file reaches, which a verifier may refuse. */
// biome-ignore format: each vector is a row of a table
const largeSizes: readonly VerifyRecipe[] = [
  ['too-large', 'the shard size is 2 to the power of 53', '9007199254740992'],
  ['overflow', 'the shard size is beyond all numbers', '1e999'],
].map(
  ([fault, title = '', written]) => variant('manifest_shards-larger-than-files', `manifest_shard-size-${fault}`, title,
    ['OMS-SHARD-14'],
    { forge: { payload: (json) => json.replace(/"shard_size":\d+,/, `"shard_size":${written},`) } }, either));

const rename = (index: number, name: string) => ({
  forge: { statement: (s: Forged) => set(s.predicate.resources[index], 'name', name) },
});
// biome-ignore format: each vector is a row of a table
const shardNamesCases: [fault: string, title: string, requirement: RequirementId, name: string][] = [
  ['plain', 'a resource has the name of a file', 'OMS-SHARD-8', 'config.json'],
  ['one-number', 'a shard has one number only', 'OMS-SHARD-8', 'config.json:2'],
  ['plus', 'a number of a shard has a sign', 'OMS-SHARD-15', 'config.json:+0:2'],
  ['minus', 'a number of a shard is negative', 'OMS-SHARD-15', 'config.json:-0:2'],
  ['leading-zero', 'a number of a shard has a leading zero', 'OMS-SHARD-15', 'config.json:0:02'],
  ['leading-zeros', 'the first number of a shard is written 00', 'OMS-SHARD-15', 'config.json:00:2'],
  ['hexadecimal', 'a number of a shard is hexadecimal', 'OMS-SHARD-8', 'config.json:0:0x2'],
  ['exponent', 'a number of a shard has an exponent', 'OMS-SHARD-8', 'config.json:0:2e0'],
  ['fraction', 'a number of a shard has a fraction', 'OMS-SHARD-8', 'config.json:0:2.0'],
  ['space', 'a number of a shard has a space in front', 'OMS-SHARD-8', 'config.json:0: 2'],
  ['underscore', 'a number of a shard has an underscore', 'OMS-SHARD-8', 'config.json:0:0_2'],
  ['other-digits', 'a number of a shard is in Arabic digits', 'OMS-SHARD-8', 'config.json:0:\u0662'],
  ['line-feed', 'a number of a shard ends in a line feed', 'OMS-SHARD-8', 'config.json:0:2\n'],
];

/** Shards that are listed besides those of a file of two full ones, which is all there is, with what is found there. */
const furtherCases: [
  fault: string,
  title: string,
  requirement: RequirementId,
  shards: readonly (readonly [name: string, found: string])[],
][] = [
  ['empty-range', 'a shard that ends where it begins, at the end of the file', 'OMS-SHARD-8', [['a.bin:8:8', '']]],
  ['backwards', 'a shard that ends before it begins', 'OMS-SHARD-8', [['a.bin:8:4', '']]],
  ['pathless', 'a shard without a path', 'OMS-NAME-6', [[':0:4', '0123']]],
  [
    'escape',
    'the shards of a path that goes outside the model and back to the file',
    'OMS-NAME-6',
    [
      ['../model/a.bin:0:4', '0123'],
      ['../model/a.bin:4:8', '4567'],
    ],
  ],
  [
    'dot',
    'the shards of a path that begins with "./"',
    'OMS-NAME-6',
    [
      ['./a.bin:0:4', '0123'],
      ['./a.bin:4:8', '4567'],
    ],
  ],
];

// biome-ignore format: each vector is a row of a table
const furtherShards: readonly VerifyRecipe[] = [
  ...furtherCases.map(([fault, title, requirement, shards]) => variant(ALIGNED, `manifest_shard-name-${fault}`,
    `listed besides: ${title}`, [requirement], {
      forge: {
        statement: (s: Forged) => { for (const [name, found] of shards) listAlso(s.predicate.resources, name, found); },
      },
    }, ['manifest/shard-invalid', 'manifest/name-invalid', 'manifest/malformed'])),
  variant(SHARDS, 'manifest_shard-name-too-large',
    'the numbers of a shard are 2 to the power of 64 more than they should be', ['OMS-SHARD-9'], {
      ...rename(3, 'config.json:18446744073709551616:18446744073709551618'),
      why: 'numbers of 64 bits that overflow are those of the file',
    }, ['manifest/shard-invalid', 'manifest/shard-coverage', 'manifest/malformed']),
  variant(SHARDS, 'manifest_shard-name-beyond-32-bits',
    'the numbers of a shard are 2 to the power of 32 more than they should be', ['OMS-SHARD-9'], {
      ...rename(3, 'config.json:4294967296:4294967298'),
      why: 'numbers of 32 bits that overflow are those of the file',
    }, ['manifest/shard-coverage', 'manifest/malformed', 'model/modified', 'model/missing']),
];

const shardNames: readonly VerifyRecipe[] = shardNamesCases.map(([fault, title, requirement, name]) =>
  variant(SHARDS, `manifest_shard-name-${fault}`, title, [requirement], rename(3, name), [
    'manifest/shard-invalid',
    'manifest/name-invalid',
    'manifest/malformed',
  ]),
);

/** The given ranges of "a.bin", each with the digest of its bytes. */
function ranges(...wanted: readonly (readonly [start: number, end: number])[]) {
  return {
    forge: {
      statement: (s: Forged) => {
        const others = s.predicate.resources.filter(({ name }: Forged) => !name.startsWith('a.bin:'));
        const shards = wanted.map(([start, end]) => ({
          name: `a.bin:${start}:${end}`,
          digest: digestOf('sha256', Buffer.from(files['a.bin'].slice(start, end))),
          algorithm: 'sha256',
        }));
        s.predicate.resources = [...shards, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
      },
    },
  };
}

// biome-ignore format: each vector is a row of a table
const coverageCases: [fault: string, title: string, wanted: [number, number][]][] = [
  ['gap', 'the second of three shards is missing', [[0, 4], [8, 10]]],
  ['late', 'the first of three shards is missing', [[4, 8], [8, 10]]],
  ['overlap', 'two shards overlap', [[0, 4], [2, 6], [4, 8], [8, 10]]],
  ['contained', 'a shard is within another', [[0, 4], [1, 2], [4, 8], [8, 10]]],
  ['smaller', 'a shard in the middle is smaller than the shard size', [[0, 4], [4, 6], [6, 10]]],
  ['larger', 'a shard is larger than the shard size', [[0, 8], [8, 10]]],
  ['last-larger', 'the last shard is larger than the shard size', [[0, 4], [4, 10]]],
  ['one', 'one shard, larger than the shard size, covers the file', [[0, 10]]],
  ['split', 'the last shard is split in two', [[0, 4], [4, 8], [8, 9], [9, 10]]],
];

const coverage: readonly VerifyRecipe[] = coverageCases.map(([fault, title, wanted]) =>
  variant(SHARDS, `manifest_shards-${fault}`, title, ['OMS-SHARD-9'], ranges(...wanted), [
    'manifest/shard-coverage',
    'manifest/malformed',
  ]),
);

const ignoring: Partial<VectorInputs> = { ignoreUnsignedFiles: true };
const content = (bytes: string) => directory({ ...files, 'a.bin': bytes });
const modified: readonly Reason[] = ['model/modified'];

// biome-ignore format: each vector is a row of a table
const contents: readonly VerifyRecipe[] = [
  variant(SHARDS, 'model_shard-first-modified', 'a byte of the first shard differs', ['OMS-VERIFY-3', 'OMS-SER-7'],
    { model: content('X123456789') }, modified),
  variant(SHARDS, 'model_shard-middle-modified', 'a byte of a shard in the middle differs', ['OMS-VERIFY-3'],
    { model: content('0123X56789') }, modified),
  variant(SHARDS, 'model_shard-last-modified', 'the last byte differs', ['OMS-VERIFY-3'],
    { model: content('012345678X') }, modified),
  variant(SHARDS, 'model_shards-swapped', 'two shards of a file have changed places', ['OMS-VERIFY-3'],
    { model: content('4567012389') }, modified),
  variant(SHARDS, 'model_shards-appended', 'a byte is added to a file', ['OMS-SHARD-10'],
    { model: content('0123456789+') }, modified),
  variant(SHARDS, 'model_shards-shortened', 'the last shard of a file is cut off', ['OMS-SHARD-10'],
    { model: content('01234567') }, [...modified, 'model/missing']),
  variant(SHARDS, 'model_shards-beyond-the-end', 'the last shard of a file is listed with a byte more than there is',
    ['OMS-SHARD-10'], { forge: { statement: (s: Forged) => lengthen(s.predicate.resources) } }, ['model/modified']),
  variant(SHARDS, 'model_shards-emptied', 'a file is emptied', ['OMS-SHARD-10'],
    { model: content('') }, [...modified, 'model/missing']),
  variant(ALIGNED, 'model_shards-aligned-appended',
    'bytes are added to a file whose length is a multiple of the shard size, and unsigned files are ignored',
    ['OMS-SHARD-10', 'OMS-UNSIGNED-3'], {
      model: directory({ 'a.bin': '01234567evil' }),
      why: 'the added bytes look like an unsigned resource, and a listed file is accepted with unsigned bytes',
    }, modified),
  variant(ALIGNED, 'model_shards-aligned-shortened', 'a whole shard is cut off a file, and unsigned files are ignored',
    ['OMS-SHARD-10', 'OMS-UNSIGNED-3'],
    { model: directory({ 'a.bin': '0123' }) },
    [...modified, 'model/missing']),
  variant(SHARDS, 'model_shards-missing', 'a file is missing', ['OMS-VERIFY-2'],
    { model: directory({ 'a.bin': files['a.bin'] }) }, ['model/missing']),
  variant(SHARDS, 'model_shards-unsigned', 'a file is added', ['OMS-VERIFY-4'],
    { model: directory({ ...files, extra: 'x' }) }, ['model/unsigned']),
  variant(SHARDS, 'model_shards-unsigned-ignored', 'a file is added, and unsigned files are ignored',
    ['OMS-UNSIGNED-2', 'OMS-UNSIGNED-4'], { model: directory({ ...files, extra: 'x' }), inputs: ignoring },
    accept({ report: { unsigned: ['extra'] } })),
  variant('model_shards-unsigned-ignored', 'model_shards-unsigned-ignored-modified', 'a byte of a listed file differs',
    ['OMS-UNSIGNED-3', 'OMS-VERIFY-3'], { model: directory({ ...files, 'a.bin': '012345678X', extra: 'x' }) },
    modified),
];

const withEmpty = directory({ ...files, '__init__.py': '' });
const warned = accept({ warnings: ['model/empty-file-unsigned'] });
const EMPTY = 'model_shards-empty-file';

// biome-ignore format: each vector is a row of a table
const emptyFiles: readonly VerifyRecipe[] = [
  variant(SHARDS, EMPTY, 'the model has an empty file', ['OMS-SHARD-11'], { level: 'SHOULD', model: withEmpty }, warned),
  variant(`${ELEVEN}-strict`, 'model_shards-empty-file-strict', 'an empty file is added, and strict mode is asked for',
    ['OMS-SHARD-11', 'OMS-VERIFY-4'],
    { level: 'SHOULD', model: directory({ w: '0123456789a', '__init__.py': '' }) },
    ['model/empty-file-unsigned', 'model/unsigned']),
  variant(EMPTY, 'model_shards-empty-file-not-empty', 'the file that was empty has a byte',
    ['OMS-VERIFY-4', 'OMS-SHARD-11'], { model: directory({ ...files, '__init__.py': '#' }) }, ['model/unsigned']),
  variant(SHARDS, 'model_shards-empty-file-ignored',
    'an empty file is added, and unsigned files are ignored',
    ['OMS-UNSIGNED-2', 'OMS-SHARD-11'], { model: withEmpty, inputs: { ignoreUnsignedFiles: true } },
    accept({ report: { unsigned: ['__init__.py'] } })),
  variant('model_shards-empty-file-ignored', 'model_shards-empty-file-ignored-strict', 'strict mode is asked for',
    ['OMS-UNSIGNED-2', 'OMS-SHARD-11'], { inputs: { strict: true } },
    accept({ report: { unsigned: ['__init__.py'] } })),
  variant('model_shards-unsigned-ignored', 'model_shards-only-empty-files', 'of the model empty files alone are left',
    ['OMS-VERIFY-2'], { model: directory({ a: '', b: '' }) }, ['model/missing']),
];

const write = (text: string, which: (index: number) => boolean = () => true) => ({
  forge: {
    statement: (s: Forged) => {
      for (const [index, each] of s.predicate.resources.entries()) if (which(index)) each.algorithm = text;
    },
  },
});
const SUFFIX = 'manifest_shards-suffix';
const refused = reject(['manifest/algorithm-mismatch', 'manifest/malformed']);

// biome-ignore format: each vector is a row of a table
const suffixes: readonly VerifyRecipe[] = [
  variant(SHARDS, SUFFIX, 'each algorithm has the shard size behind it, as in Python', ['OMS-RES-12'],
    { level: 'MAY', ...write('sha256-sharded-4') }, accept({ warnings: ['manifest/algorithm-suffix'] })),
  variant(`${ELEVEN}-strict`, 'manifest_shards-suffix-strict',
    'each algorithm has the shard size behind it, and strict mode is asked for', ['OMS-RES-12', 'OMS-RES-14'],
    { decidedBy: ['OMS-RES-14'], ...write('sha256-sharded-1') }, ['manifest/algorithm-suffix', 'manifest/algorithm-mismatch']),
  variant(SHARDS, 'manifest_shards-suffix-other-size', 'each algorithm has another shard size behind it',
    ['OMS-RES-14', 'OMS-RES-12'], write('sha256-sharded-8'), refused),
  variant(SHARDS, 'manifest_shards-suffix-other-algorithm',
    'each algorithm is a different one, with the shard size behind it', ['OMS-RES-14'], write('blake3-sharded-4'),
    refused),
  variant(SHARDS, 'manifest_shards-suffix-mixed', 'all but one of the algorithms have the shard size behind them',
    ['OMS-RES-14', 'OMS-RES-12'], write('sha256-sharded-4', (index) => index !== 1), refused),
  variant(SHARDS, 'manifest_shards-suffix-leading-zero',
    'each algorithm has the shard size with a leading zero behind it', ['OMS-RES-14', 'OMS-RES-12'],
    write('sha256-sharded-04'), refused),
  variant(SHARDS, 'manifest_shards-suffix-unknown', 'each algorithm has an unknown suffix',
    ['OMS-RES-14', 'OMS-RES-12'], write('sha256-tree'), refused),
];

/** Lists the first shard that is shorter than the shard size with one byte more, and with the same digest. */
function lengthen(resources: Forged[]): void {
  for (const resource of resources) {
    const [, path, start, end] = /^(.*):(\d+):(\d+)$/.exec(resource.name) ?? [];
    if (Number(end) - Number(start) >= 4) continue;
    resource.name = `${path}:${start}:${Number(end) + 1}`;
    return;
  }
}
