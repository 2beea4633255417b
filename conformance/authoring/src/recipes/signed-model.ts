import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import { bytesOf } from '../../../suite/src/vectors/content.ts';
import type { Annotations, HashAlgorithm, TreeNode, VectorModel } from '../../../suite/src/vectors/vector.ts';

/** How a recipe's signer lists the model that it signs. */
export interface Listing {
  readonly method: 'files' | 'shards';
  readonly hashType: HashAlgorithm;
  readonly shardSize: number;
  readonly allowSymlinks: boolean;
  /** The recorded exclusions; null writes no `ignore_paths`. */
  readonly ignorePaths: readonly string[] | null;
  /** The name of the model in the statement; by default the model's own name. */
  readonly subject?: string;
  /** Signs in the draft of the format. */
  readonly draft?: boolean;
  /** The annotations of the model, in the draft; if absent, so is the member. */
  readonly annotations?: Annotations;
  /** The directories of the model that have a sub-manifest, which the model holds. */
  readonly subManifests?: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value in a document
export type Forged = any;

export function digestOf(algorithm: HashAlgorithm, bytes: Uint8Array): string {
  if (algorithm === 'sha256') return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(algorithm === 'blake2b' ? blake2b(bytes) : blake3(bytes)).toString('hex');
}

const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
export const DRAFT_PREDICATE_TYPE = 'https://model-signing.example/draft/signature/v1.1';

/** The statement of a correct signer for a model without links. */
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
    subject: subjectsOf(listing.subject ?? model.name, listing.draft ?? false),
    predicateType: listing.draft ? DRAFT_PREDICATE_TYPE : PREDICATE_TYPE,
    predicate: {
      serialization,
      resources: resourcesOf(model, listing),
      ...(listing.annotations ? { annotations: listing.annotations } : {}),
      ...(listing.subManifests ? extendedBy(model, listing.subManifests, hashType) : {}),
    },
  };
}

/** One subject, or in the draft one for each root digest, which says of which version it is. */
function subjectsOf(name: string, draft: boolean): Forged[] {
  if (!draft) return [{ name, digest: {} }];
  return [PREDICATE_TYPE, DRAFT_PREDICATE_TYPE].map((predicateType) => ({
    name,
    digest: {},
    annotations: { modelSigning: { digest: 'root', predicateType } },
  }));
}

export const SUB_MANIFESTS = 'https://model-signing.example/draft/extension/sub-manifests/v1';

function extendedBy(model: VectorModel, directories: readonly string[], hashType: HashAlgorithm) {
  const files = new Map(signedFiles(model, []));
  const descriptors = directories.map((name) => ({
    name,
    digest: digestOf(hashType, files.get(`${name}/oms-manifest.json`) ?? Buffer.of()),
    algorithm: hashType,
  }));
  return { extensions: [SUB_MANIFESTS], sub_manifests: descriptors };
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
  const inSubManifest = ([name]: readonly [string, Buffer]) =>
    listing.subManifests?.some((directory) => name.startsWith(`${directory}/`)) ?? false;
  const files = signedFiles(model, listing.ignorePaths ?? []).filter((file) => !inSubManifest(file));
  const resources = files.flatMap(([name, bytes]) => {
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

/** Lists one more resource, in its place in the order. */
export function listAlso(resources: RecipeResource[], name: string, utf8: string): void {
  resources.push({ name, digest: digestOf('sha256', Buffer.from(utf8)), algorithm: 'sha256' });
  resources.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/** Sets the root digests to those of the listed resources. */
export function fixRoot(statement: Forged): void {
  const { predicateType, predicate } = statement;
  const others = Array.isArray(predicate.sub_manifests) ? predicate.sub_manifests : [];
  statement.subject[0].digest.sha256 = publishedRoot([...predicate.resources, ...others]);
  if (predicateType === DRAFT_PREDICATE_TYPE) statement.subject[1].digest.sha256 = draftRoot(predicate);
}

/** The root digest of version 1.0. */
export function publishedRoot(resources: readonly RecipeResource[]): string {
  const hash = createHash('sha256');
  // A digest with its algorithm in front stands for the same bytes, so that the root digest is no fault of its own.
  for (const { digest = '' } of resources) hash.update(Buffer.from(String(digest).replace(/^sha256:/, ''), 'hex'));
  return hash.digest('hex');
}

/** The root digest of the draft, or of a variant of its root text. */
export function draftRoot(
  predicate: Forged,
  { head = 'OMS root v1.1\n', algorithm = `${predicate.serialization.hash_type}\n`, line = rootLine } = {},
): string {
  const hash = createHash('sha256').update(head).update(algorithm);
  for (const resource of predicate.resources) hash.update(line(resource));
  // Forged members may have any form.
  const subManifests: readonly RecipeResource[] = Array.isArray(predicate.sub_manifests) ? predicate.sub_manifests : [];
  for (const each of subManifests) hash.update(line({ ...each, name: `${each.name}/` }));
  return hash.digest('hex');
}

function rootLine({ name, digest }: RecipeResource): string {
  return `${Buffer.byteLength(name)} ${name} ${digest}\n`;
}
