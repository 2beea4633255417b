import { type Model, type ModelFile, quote, type SignedManifest } from '@model-signing/core';
import { SourceError } from './source-error.ts';

/** The largest file that is read although only metadata is asked for, in bytes: stores state no SHA-256 of small files. */
const MAX_READ = 16 * 1024 * 1024;

/**
 * The same model, to be verified with the evidence `advertised`: its listing is refused if a signed file would have to be read that is
 * larger than 16 MiB, since its store states no digest that the signature could be compared with.
 * @throws {SourceError} `source/digest-unavailable` from `list`, with the file and the reason
 */
export function metadataOnly(model: Model, { manifest }: Pick<SignedManifest, 'manifest'>): Model {
  const { hashType, shardSize } = manifest.serialization;
  const signed = new Set(manifest.resources.map(({ path }) => path));
  // An older signer called the only file of a model "." (OMS-NAME-10).
  const isSigned = (name: string) => signed.has(name) || signed.has('.');
  const reasonOf = ({ size, content: { known } }: ModelFile): string | null => {
    if (size !== null && size <= MAX_READ) return null;
    if (known === undefined) return 'the store states no digest of it';
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
