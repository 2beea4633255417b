import type { ExpectedSignature, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { fixRoot, type Listing, statementOf } from '../signed-model.ts';

/** What a correct signer signs for a model, computed by the recipes themselves. */
export function expectedOf(model: VectorModel, listing: Partial<Listing> = {}): ExpectedSignature {
  const whole: Listing = {
    method: 'files',
    hashType: 'sha256',
    shardSize: 1_000_000_000,
    allowSymlinks: false,
    ignorePaths: [],
    ...listing,
  };
  const statement = statementOf(model, whole);
  fixRoot(statement);
  const { serialization, resources } = statement.predicate;
  return {
    subject: statement.subject[0].name,
    method: serialization.method,
    hashType: serialization.hash_type,
    shardSize: serialization.shard_size ?? null,
    allowSymlinks: serialization.allow_symlinks,
    rootDigest: statement.subject.at(-1).digest.sha256,
    ...(listing.annotations ? { annotations: listing.annotations } : {}),
    resources: resources.map(({ name, digest }: { name: string; digest: string }) => ({ name, digest })),
  };
}
