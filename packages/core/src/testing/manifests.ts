import { createHash } from 'node:crypto';
import type { Serialization, StatedManifest } from '../format/manifest/manifest.ts';
import { v1_0 } from '../format/versions/v1.0.ts';
import type { ModelFile } from '../model.ts';

export const files: Serialization = {
  method: 'files',
  hashType: 'sha256',
  shardSize: null,
  allowSymlinks: false,
  ignorePaths: [],
};

export const shards: Serialization = { ...files, method: 'shards', shardSize: 10 };

export const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

export const modelFile = (name: string, size = 5): ModelFile => ({ name, size, content: { path: name } });

/** A manifest as it appears in a statement, with resources of these names. */
export function statedManifest(names: readonly string[], serialization = files): StatedManifest {
  const digests = names.map((name) => ({ path: name, digest: digestOf(name) }));
  return {
    serialization,
    resources: names.map((name) => ({ name, digest: digestOf(name) })),
    rootDigest: v1_0.rootDigest({ serialization, resources: digests }),
  };
}
