import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import { bytesOf } from '../vectors/content.ts';
import type { HashAlgorithm, TreeNode, VectorModel } from '../vectors/vector.ts';

/** How a recipe's signer lists the model that it signs. */
export interface Listing {
  readonly method: 'files' | 'shards';
  readonly hashType: HashAlgorithm;
  readonly shardSize: number;
  readonly allowSymlinks: boolean;
  /** What is excluded and recorded; null writes no `ignore_paths`. */
  readonly ignorePaths: readonly string[] | null;
  /** What the statement calls the model; the model's own name where it is absent. */
  readonly subject?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a forger writes whatever it likes into a document
export type Forged = any;

export function digestOf(algorithm: HashAlgorithm, bytes: Uint8Array): string {
  if (algorithm === 'sha256') return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(algorithm === 'blake2b' ? blake2b(bytes) : blake3(bytes)).toString('hex');
}

/** The statement that a correct signer makes of a model without links. */
export function statementOf(model: VectorModel, listing: Listing): Forged {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = listing;
  const serialization = {
    method,
    hash_type: hashType,
    ...(method === 'shards' ? { shard_size: shardSize } : {}),
    allow_symlinks: allowSymlinks,
    ...(ignorePaths === null ? {} : { ignore_paths: ignorePaths }),
  };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: listing.subject ?? model.name, digest: {} }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: { serialization, resources: resourcesOf(model, listing) },
  };
}

export interface RecipeResource {
  name: string;
  digest: string;
  algorithm: string;
}

function resourcesOf(model: VectorModel, listing: Listing): RecipeResource[] {
  const { method, hashType, shardSize } = listing;
  const resource = (name: string, bytes: Uint8Array) => ({
    name,
    digest: digestOf(hashType, bytes),
    algorithm: hashType,
  });
  const resources = signedFiles(model, listing.ignorePaths ?? []).flatMap(([name, bytes]) => {
    if (method === 'files') return [resource(name, bytes)];
    const shards: RecipeResource[] = [];
    for (let start = 0; start < bytes.length; start += shardSize) {
      const end = Math.min(start + shardSize, bytes.length);
      shards.push(resource(`${name}:${start}:${end}`, bytes.subarray(start, end)));
    }
    return shards;
  });
  return resources.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

const GIT_PATHS = ['.git', '.gitattributes', '.github', '.gitignore'];

function signedFiles(model: VectorModel, ignored: readonly string[]): [name: string, bytes: Buffer][] {
  if ('content' in model) return [[model.name, bytesOf(model.content)]];
  const excluded = [...GIT_PATHS, ...ignored];
  return model.tree.flatMap((node: TreeNode): [string, Buffer][] => {
    if (node.kind !== 'file' || !('path' in node)) return [];
    if (excluded.some((path) => node.path === path || node.path.startsWith(`${path}/`))) return [];
    return [[node.path, bytesOf(node.content)]];
  });
}

/** Sets the root digest to that of the resources as they are listed. */
export function fixRoot(statement: Forged): void {
  const hash = createHash('sha256');
  for (const { digest } of statement.predicate.resources) hash.update(Buffer.from(digest, 'hex'));
  statement.subject[0].digest.sha256 = hash.digest('hex');
}
