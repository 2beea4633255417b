import { directory, type Recipe, variant } from '../recipe.ts';
import { plainFiles } from './models.ts';

/** Digests other than sha256, each a profile of its own. */
export function algorithmRecipes(): readonly Recipe[] {
  return (['blake2b', 'blake3'] as const).flatMap((hashType) => {
    const FILES = `manifest_${hashType}`;
    // biome-ignore format: each vector is a row of a table
    return [
      variant('bundle_plain', FILES, `the digests are by ${hashType}, and the root digest is by sha256`,
        ['OMS-SER-7', 'OMS-ALG-3', 'OMS-ROOT-3', 'OMS-ALG-2'], { profile: hashType, listing: { hashType } }),
      variant(FILES, `model_${hashType}-modified`, 'a byte of a listed file differs', ['OMS-VERIFY-3', 'OMS-SER-7'],
        { profile: hashType, model: directory({ ...plainFiles, 'weights/b.bin': 'bbbB' }) }, ['model/modified']),
      variant(FILES, `manifest_${hashType}-larger`, 'a file has several blocks of the algorithm',
        ['OMS-ALG-3', 'OMS-SER-7'], {
          profile: hashType,
          signed: {
            name: 'model',
            tree: [0, 1, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 65_537].map(
              (length) => ({ kind: 'file', path: `f${length}`, content: { prng: { seed: 'f', length } } })),
          },
        }),
      variant(FILES, `manifest_${hashType}-shards`, 'the digests are of shards', ['OMS-SER-7', 'OMS-ALG-3'],
        { profile: hashType, listing: { method: 'shards', shardSize: 3 } }),
      variant(FILES, `manifest_${hashType}-algorithm-sha256`, 'the algorithm of each resource is sha256', ['OMS-RES-6'],
        {
          profile: hashType,
          forge: { statement: (s) => { for (const each of s.predicate.resources) each.algorithm = 'sha256'; } },
        }, ['manifest/algorithm-mismatch', 'manifest/digest-invalid', 'manifest/malformed']),
      variant(FILES, `manifest_${hashType}-digest-short`,
        'a digest is cut to half, and the root digest is that of what is left', ['OMS-RES-4', 'OMS-ALG-3'], {
          profile: hashType,
          forge: {
            statement: (s) => {
              const [first] = s.predicate.resources;
              first.digest = first.digest.slice(0, first.digest.length / 2);
            },
          },
        }, ['manifest/digest-invalid', 'manifest/malformed']),
    ];
  });
}
