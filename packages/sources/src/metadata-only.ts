import { type Model, type ModelFile, quote, type SignedManifest } from '@model-signing/core';
import { SourceError } from './source-error.ts';

/** The largest file that is read although only metadata is asked for, in bytes: a hub states no SHA-256 of small files. */
const MAX_READ = 16 * 1024 * 1024;

/**
 * The same model, to be verified with the evidence `advertised`: its listing is refused if the store states a digest of a signed file
 * that the signature cannot be compared with, or none of one that is larger than 16 MiB and would have to be read.
 * @throws {SourceError} `source/digest-unavailable` from `list`, with the file and the reason
 */
export function metadataOnly(model: Model, { manifest }: Pick<SignedManifest, 'manifest'>): Model {
  const { hashType, shardSize } = manifest.serialization;
  const signed = new Set(manifest.resources.map(({ path }) => path));
  // An older signer called the only file of a model "." (OMS-NAME-10).
  const isSigned = (name: string) => signed.has(name) || signed.has('.');
  const reasonOf = ({ size, content: { known } }: ModelFile): string | null => {
    if (known === undefined) return size !== null && size <= MAX_READ ? null : 'the store states no digest of it';
    if (known.algorithm !== hashType)
      return `the store states its ${known.algorithm}, and the signature has its ${hashType}`;
    const isWhole = shardSize === null || (size !== null && size <= shardSize);
    return isWhole
      ? null
      : 'the store states the digest of the whole file, and the signature has digests of its shards';
  };
  return {
    name: model.name,
    async list(options) {
      const listing = await model.list(options);
      const refused = listing.files.find((file) => isSigned(file.name) && reasonOf(file) !== null);
      if (refused === undefined) return listing;
      throw new SourceError(
        'source/digest-unavailable',
        `${quote(refused.name)} cannot be compared with the signature by metadata alone: ${reasonOf(refused)}`,
      );
    },
  };
}
