import type { RequirementId } from '@model-signing/spec';
import type { Profile, TreeNode, VectorInputs, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { directory, file, link, type Recipe, reject, type SignRecipe } from '../recipe.ts';
import type { Listing } from '../signed-model.ts';
import { plainFiles, plainModel } from './models.ts';
import { signing, signs } from './sign.ts';

/** Signing with features that an implementation may leave out, by profile. */
export function signOptionRecipes(): readonly Recipe[] {
  return [...shards, ...algorithms, ...symlinks];
}

const profile: Profile = 'shards';
/** What a producer that supports shards has to write; only the support is recommended. */
const SHARDED: readonly RequirementId[] = [
  'OMS-SHARD-1',
  'OMS-SHARD-3',
  'OMS-SHARD-4',
  'OMS-SHARD-5',
  'OMS-SER-4',
  'OMS-SER-1',
  'OMS-ORDER-1',
];
const sharded = (id: string, title: string, model: VectorModel, shardSize: number, more: Partial<Listing> = {}) =>
  signing(
    `manifest_sign-shards-${id}`,
    title,
    ['OMS-SER-8', ...SHARDED],
    { profile, decidedBy: SHARDED, model, inputs: { serialization: 'shards', shardSize } },
    signs(model, { method: 'shards', shardSize, ...more }),
  );
const large: VectorModel = {
  name: 'model',
  tree: [
    { kind: 'file', path: 'w.bin', content: { prng: { seed: 'w', length: 3_145_729 } } },
    file('config.json', '{}'),
  ],
};
const withEmpty = directory({ 'a.bin': '0123456789', '__init__.py': '', 'b/empty': '' });

// biome-ignore format: each vector is a row of a table
const shards: readonly SignRecipe[] = [
  sharded('plain', 'files are signed in shards of four bytes',
    directory({ 'a.bin': '0123456789', 'config.json': '{}' }), 4),
  sharded('aligned', 'a file is exactly as long as two shards', directory({ 'a.bin': '01234567' }), 4),
  sharded('eleven', 'a file has eleven shards, which do not sort by their numbers',
    directory({ w: '0123456789a', 'w:0': 'x' }), 1),
  sharded('larger-than-files', 'a shard contains more than any file has', plainModel, 1000),
  sharded('megabyte', 'a file of three megabytes and a byte has shards of a megabyte', large, 1_048_576),
  sharded('colons', 'paths contain colons, and look like shards',
    directory({ 'a:b': '01234567', 'a:0:4': '89', ':': 'x' }), 4),
  sharded('order', 'a directory is beside files whose names begin like it',
    directory({ 'a/b': '01234', 'a.b': '56789', 'a-b': 'abcde', '\uff5e': 'fghij', '\u{1f600}': 'klmno' }), 2),
  sharded('single-file', 'the model is a single file', { name: 'w.bin', content: { utf8: '0123456789' } }, 4),
  signing('manifest_sign-shards-empty-file', 'two files are empty', ['OMS-SHARD-6'],
    { profile, model: withEmpty, inputs: { serialization: 'shards', shardSize: 4 } },
    signs(withEmpty, { method: 'shards', shardSize: 4 })),
  signing('model_sign-shards-only-empty-files', 'all files are empty',
    ['OMS-ENUM-3', 'OMS-SHARD-6', 'OMS-RES-7'],
    { from: 'manifest_sign-shards-empty-file', profile, model: directory({ a: '', 'b/c': '' }) }, ['model/empty']),
  signing('manifest_sign-shards-default', 'the caller gives no shard size', ['OMS-SHARD-12'],
    { profile, level: 'SHOULD', inputs: { serialization: 'shards' } },
    signs(plainModel, { method: 'shards', shardSize: 1_000_000_000 })),
];

const lengths = [0, 1, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 65_537];
const many: VectorModel = {
  name: 'model',
  tree: lengths.map((length) => ({ kind: 'file', path: `f${length}`, content: { prng: { seed: 'f', length } } })),
};

const algorithms: readonly SignRecipe[] = (['blake2b', 'blake3'] as const).flatMap((hashType) => [
  signing(
    `manifest_sign-${hashType}`,
    `the digests are by ${hashType}`,
    ['OMS-ALG-3', 'OMS-ALG-1', 'OMS-ROOT-1', 'OMS-RES-5', 'OMS-RES-3', 'OMS-SER-2'],
    { profile: hashType, model: many, inputs: { hashAlgorithm: hashType } },
    signs(many, { hashType }),
  ),
  signing(
    `manifest_sign-${hashType}-shards`,
    `the digests of shards are by ${hashType}`,
    ['OMS-ALG-3', 'OMS-ROOT-1', 'OMS-SHARD-5', 'OMS-RES-5'],
    { profile: hashType, inputs: { hashAlgorithm: hashType, serialization: 'shards', shardSize: 3 } },
    signs(plainModel, { hashType, method: 'shards', shardSize: 3 }),
  ),
]);

const symlinksProfile: Profile = 'symlinks';
const LINKS = 'manifest_sign-links';
const follow: Partial<VectorInputs> = { allowSymlinks: true };
const both: readonly TreeNode[] = [
  link('latest.bin', 'weights/a.bin'),
  link('current', 'weights'),
  link('again', 'current/b.bin'),
];
const resolved = directory({
  ...plainFiles,
  'latest.bin': 'aaaa',
  'current/a.bin': 'aaaa',
  'current/b.bin': 'bbbb',
  again: 'bbbb',
});
const around = [file('outside.bin', 'out'), file('elsewhere/x', 'x'), file('model2/x', 'y')];
const refused = (id: string, title: string, nodes: readonly TreeNode[], requirement: 'OMS-LINK-6' | 'OMS-LINK-7') =>
  signing(
    `model_sign-links-${id}`,
    title,
    requirement === 'OMS-LINK-7' && id !== 'to-nothing' && id !== 'to-itself'
      ? [requirement, 'OMS-LINK-13']
      : [requirement],
    {
      from: LINKS,
      profile: symlinksProfile,
      level: 'SHOULD',
      model: directory(plainFiles, [...both, ...nodes], { around }),
    },
    reject([requirement === 'OMS-LINK-6' ? 'model/symlink-outside' : 'model/symlink-broken'], {
      names: ['bad-link'],
    }),
  );
const out = directory(plainFiles, [link('a-link', '../outside.bin'), link('dir-link', '../elsewhere')], { around });

// biome-ignore format: each vector is a row of a table
const symlinks: readonly SignRecipe[] = [
  signing(LINKS, 'links to files and to a directory are followed', ['OMS-LINK-4', 'OMS-LINK-5', 'OMS-SER-3'],
    { profile: symlinksProfile, model: directory(plainFiles, both), inputs: follow },
    signs(resolved, { allowSymlinks: true })),
  signing('manifest_sign-links-none', 'links are to be followed, and there is none', ['OMS-SER-3'],
    { profile: symlinksProfile, inputs: follow }, signs(plainModel, { allowSymlinks: true })),
  signing('manifest_sign-links-outside', 'links point outside the model, and the caller allows it',
    ['OMS-LINK-5', 'OMS-LINK-11', 'OMS-LINK-6'],
    { from: LINKS, profile: symlinksProfile, model: out, inputs: { allowExternalSymlinks: true } }, {
      ...signs(directory({ ...plainFiles, 'a-link': 'out', 'dir-link/x': 'x' }), { allowSymlinks: true }),
      report: { externalLinks: ['a-link', 'dir-link'] },
    }),
  signing('manifest_sign-links-excluded', 'linked files are below a path that the caller excludes',
    ['OMS-MATCH-8', 'OMS-LINK-5'], {
      from: LINKS,
      profile: symlinksProfile,
      level: 'SHOULD',
      model: directory(plainFiles, [link('current', 'store/1'), file('store/1/a.bin', 'A'), link('bad', 'not-there')]),
      inputs: { ignorePaths: ['store', 'bad'] },
    }, signs(directory({ ...plainFiles, 'current/a.bin': 'A' }), { allowSymlinks: true })),
  refused('outside-refused', 'a link points to a file outside the model', [link('bad-link', '../outside.bin')],
    'OMS-LINK-6'),
  refused('outside-directory', 'a link points to a directory outside the model', [link('bad-link', '../elsewhere')],
    'OMS-LINK-6'),
  refused('outside-by-prefix', 'a link points to a directory whose path begins like that of the model',
    [link('bad-link', '../model2')], 'OMS-LINK-6'),
  refused('to-nothing', 'a link points to nothing', [link('bad-link', 'not-there')], 'OMS-LINK-7'),
  refused('to-itself', 'a link points to itself', [link('bad-link', 'bad-link')], 'OMS-LINK-7'),
  refused('to-parent', 'a link points to the directory that it is in', [link('weights/bad-link', '.')], 'OMS-LINK-7'),
  refused('to-root', 'a link in a directory points to the model root', [link('weights/bad-link', '..')], 'OMS-LINK-7'),
  signing('model_sign-links-path-is-link', 'the path of the model is a link, and links are followed',
    ['OMS-LINK-10', 'OMS-SUBJECT-6'], {
      profile: symlinksProfile,
      level: 'SHOULD',
      model: directory(plainFiles, [], { around: [link('link', 'model')], path: 'link' }),
      inputs: follow,
    }, signs(plainModel, { subject: 'link', allowSymlinks: true })),
];
