import { type SealedEnvelope, sealEnvelope } from './format/envelope.ts';
import { OmsError, quote } from './format/errors.ts';
import {
  DEFAULT_SHARD_SIZE,
  type Manifest,
  planResources,
  type Resource,
  rootDigest,
  type Serialization,
} from './format/manifest.ts';
import { canonicalIgnorePath, compareNames, GIT_PATHS, ignorePathProblem, PathSet } from './format/names.ts';
import { encodeStatement } from './format/statement.ts';
import { type Annotations, checkAnnotations, type Draft, draftRootDigest, loadDraft } from './format/versions/draft.ts';
import type { Listing, Model, ReadModelOptions } from './model.ts';
import { type HashAlgorithm, isHashAlgorithm } from './node/hashing/algorithms.ts';
import { type hashFiles, withWorkers } from './node/hashing/hash-files.ts';
import type { Signer } from './signer.ts';

/** How a model is hashed. */
export interface HashModelOptions extends ReadModelOptions {
  /** Default `sha256`. */
  readonly hashAlgorithm?: HashAlgorithm | undefined;
  /** One digest per file, or one per range of `shardSize` bytes. Default `shards` if `shardSize` is given, else `files`. */
  readonly method?: 'files' | 'shards' | undefined;
  /** Bytes per shard, for the method `shards`. Default 1,000,000,000. */
  readonly shardSize?: number | undefined;
  /** Follow links, and record that they were followed. Default false: a link is an error. */
  readonly allowSymlinks?: boolean | undefined;
  /** Follow this draft of the format in place of version 1.0. Only those who ask for it can verify the result. */
  readonly draft?: Draft | undefined;
  /** What to say of the model. Needs a draft. */
  readonly annotations?: Annotations | undefined;
}

export interface HashedModel {
  readonly name: string;
  readonly manifest: Manifest;
  /** Topmost paths that were found and left out; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
}

export interface SignedModel extends HashedModel, SealedEnvelope {}

/**
 * Signs a model: enumerates and hashes its files, states their digests, and seals the statement (section 11).
 * @throws {OmsError} `model/…` and `manifest/…` for a model that cannot be signed; what the signer throws
 */
export async function signModel(model: Model, signer: Signer, options: HashModelOptions = {}): Promise<SignedModel> {
  return withHashedModel(model, options, async (hashed) => {
    const statement = encodeStatement(hashed.name, hashed.manifest);
    return { ...hashed, ...(await sealEnvelope(statement, signer)) };
  });
}

/**
 * Hashes a model as signing does, without a signature. `manifest.rootDigest` is one value for the whole model.
 * @throws {OmsError} `model/…`, `manifest/…`
 */
export async function hashModel(model: Model, options: HashModelOptions = {}): Promise<HashedModel> {
  return withHashedModel(model, options, async (hashed) => hashed);
}

/** Does something with a hashed model while the threads that hashed it still come to their end. */
async function withHashedModel<T>(
  model: Model,
  options: HashModelOptions,
  work: (hashed: HashedModel) => Promise<T>,
): Promise<T> {
  await loadDraft(options.draft);
  checkAnnotations(options.annotations, options.draft);
  const ignorePaths = ignoredPaths(options);
  const base = serializationOf(options);
  const excluded = new PathSet(ignorePaths);
  const listing = await model.list({
    followSymlinks: base.allowSymlinks,
    excludes: (name) => excluded.covers(name),
    sizes: base.method === 'shards',
    signal: options.signal,
  });
  const [unusable] = listing.unusable;
  if (unusable) throw unusable.error;

  const serialization = { ...base, ignorePaths: recordedPaths(ignorePaths, listing.signatureName, listing.singleFile) };
  return withWorkers(listing.files.length, options, async (hash) => {
    const resources = await hashListing(listing, serialization, options, hash);
    if (resources.length === 0) throw emptyModel(model.name, serialization);
    return work({
      name: model.name,
      manifest: manifestOf(serialization, resources, options),
      ignored: listing.excluded.toSorted(compareNames),
      externalLinks: listing.externalLinks.toSorted(compareNames),
    });
  });
}

function manifestOf(
  serialization: Serialization,
  resources: readonly Resource[],
  { draft, annotations }: HashModelOptions,
): Manifest {
  if (draft === undefined) return { serialization, resources, rootDigest: rootDigest(resources) };
  const root = draftRootDigest(serialization.hashType, resources);
  return { serialization, resources, rootDigest: root, draft, ...(annotations && { annotations }) };
}

/** The resources of a listed model, in canonical order. */
async function hashListing(
  listing: Listing,
  serialization: Serialization,
  { threads, onProgress, signal }: HashModelOptions,
  hash: typeof hashFiles,
): Promise<Resource[]> {
  const planned = planResources(listing.files, serialization);
  const digests = await hash(planned, { algorithm: serialization.hashType, threads, onProgress, signal });
  await listing.confirm();
  return planned.map(({ name }, index) => ({ name, digest: digests[index] as string }));
}

function ignoredPaths({ ignorePaths = [], ignoreGitPaths = true }: HashModelOptions): string[] {
  return [...(ignoreGitPaths ? GIT_PATHS : []), ...ignorePaths.map(canonicalIgnorePath)];
}

/**
 * Every excluded path is recorded, so that a verifier excludes it too (OMS-IGNORE-5, OMS-MATCH-7). A signature file whose
 * name may not be recorded (OMS-MATCH-5) is left out: a verifier excludes the file it reads all the same.
 */
function recordedPaths(paths: readonly string[], signatureName: string | null, singleFile: boolean): string[] {
  if (singleFile) return [];
  const recordable = signatureName !== null && ignorePathProblem(signatureName) === null;
  return [...new Set(recordable ? [...paths, signatureName] : paths)].sort(compareNames);
}

function serializationOf(options: HashModelOptions): Serialization {
  const { hashAlgorithm = 'sha256', shardSize = DEFAULT_SHARD_SIZE, allowSymlinks = false } = options;
  const { method = options.shardSize === undefined ? 'files' : 'shards' } = options;
  if (method !== 'files' && method !== 'shards') throw new TypeError('the method must be "files" or "shards"');
  if (typeof allowSymlinks !== 'boolean') throw new TypeError('allowSymlinks must be true or false');
  if (!isHashAlgorithm(hashAlgorithm)) {
    throw new OmsError(
      'manifest/algorithm-unsupported',
      `the digest algorithm ${quote(String(hashAlgorithm))} is not supported`,
    );
  }
  if (!Number.isSafeInteger(shardSize) || shardSize < 1) {
    throw new OmsError(
      'manifest/shard-size-invalid',
      `the shard size ${shardSize} is not a positive whole number of bytes`,
    );
  }
  return {
    method,
    hashType: hashAlgorithm,
    shardSize: method === 'shards' ? shardSize : null,
    allowSymlinks,
    ignorePaths: [],
  };
}

function emptyModel(name: string, { method }: Serialization): OmsError {
  const why = method === 'shards' ? 'no file that is not empty, and shards cannot list empty files' : 'no file to sign';
  return new OmsError('model/empty', `the model ${quote(name)} has ${why}`);
}
