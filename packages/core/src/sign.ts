import { checkOptions } from './check-options.ts';
import type { PreparedEngine } from './engine.ts';
import { type HashAlgorithm, isHashAlgorithm } from './format/algorithms.ts';
import { checkPayloadFits } from './format/bundle.ts';
import { checkModel, checkSigner, listModel } from './format/collaborators.ts';
import { type SealedEnvelope, sealEnvelope } from './format/envelope.ts';
import { OmsError, type Warning, Warnings } from './format/errors.ts';
import { chosenPaths } from './format/exclusion.ts';
import {
  type Annotations,
  type Draft,
  emptyModel,
  type Manifest,
  type Resource,
  type RootContent,
  type Serialization,
} from './format/manifest/manifest.ts';
import { DEFAULT_SHARD_SIZE, type PlannedResource, planResources } from './format/manifest/plan.ts';
import { byPath, compareNames, ignorePathProblem, namesSignature, PathSet } from './format/names.ts';
import { encodeStatement, statementSize } from './format/statement.ts';
import { quote } from './format/text.ts';
import type { CurrentVersion } from './format/versions/version.ts';
import { versionToSign } from './format/versions/versions.ts';
import { hashListed } from './hashing/listed.ts';
import type { Evidence, EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { PointerWatch, warnOfPointers } from './hashing/pointers.ts';
import { withEngine } from './hashing/prepare.ts';
import { warnOfIgnoredCode, warnOfSignatureName } from './ignored.ts';
import type { HubLink, Listing, ListOptions, Model } from './model.ts';
import type { Signer } from './signer.ts';

/** Options of signing. */
export interface SignModelOptions extends ReadModelOptions, EvidenceOptions {
  /** Default `sha256`. */
  readonly hashAlgorithm?: HashAlgorithm | undefined;
  /** One digest per file, or one per range of `shardSize` bytes. Default `shards` if `shardSize` is given, else `files`. */
  readonly method?: 'files' | 'shards' | undefined;
  /** Bytes per shard, for the method `shards`. Default 1,000,000,000. */
  readonly shardSize?: number | undefined;
  /** Follow links, and record that they were followed. Default false: a link is an error. */
  readonly allowSymlinks?: boolean | undefined;
  /** Follow this draft of the format instead of version 1.0. Only verifiers that name the draft too accept the result. */
  readonly draft?: Draft | undefined;
  /** What to state about the model. Needs a draft. */
  readonly annotations?: Annotations | undefined;
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
}

/** How a model is hashed without being signed. */
export type HashModelOptions = SignModelOptions;

export interface HashedModel {
  readonly name: string;
  readonly manifest: Manifest;
  /** Topmost paths that were found and left out; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  /** Links from a snapshot in the cache of a hub to its blobs, which were taken as files. */
  readonly hubLinks: readonly HubLink[];
  /** `advertised` if any digest is one that the model's source advertises. */
  readonly evidence: Evidence;
  /** Names of the files whose digest is one that the model's source advertises, in canonical order. */
  readonly advertised: readonly string[];
  readonly warnings: readonly Warning[];
}

export interface SignedModel extends HashedModel, SealedEnvelope {}

/**
 * Signs a model: lists and hashes its files, states their digests, and signs the statement (section 11). A signature covers hashed
 * bytes, unless the option `evidence` accepts digests that the model's source advertises: then it covers what the source states,
 * as the digests in the manifest of an OCI artifact.
 * @throws {OmsError} `model/…` and `manifest/…` for a model that cannot be signed, `bundle/too-large` before anything is hashed; what
 * the signer throws
 *
 * @example
 * const signer = keySigner({ privateKey: await readFile('key.pem') });
 * const { bundle } = await signModel(localModel('my-model'), signer);
 * await writeFile('model.sig', bundle);
 */
export async function signModel(model: Model, signer: Signer, options: SignModelOptions = {}): Promise<SignedModel> {
  const checked = checkOptions(options);
  checkModel(model);
  checkSigner(signer);
  const version = await versionToSign(checked.draft);
  const warnings = new Warnings(checked.strict);
  const listed = await listToHash(model, version, checked, warnings);
  const checkPlan = (planned: readonly PlannedResource[]) => {
    const { annotations } = checked;
    const manifest = { serialization: listed.serialization, ...(annotations && { annotations }) };
    const names = planned.map((resource) => resource.name);
    checkPayloadFits(statementSize(model.name, names, manifest, version), planned.length);
  };
  return withEngine(listed.listing.files.length, checked, async (engine) => {
    const reading: Reading = { options: checked, engine, warnings, checkPlan };
    const hashed = await hashListing(model.name, listed, version, reading);
    const statement = encodeStatement(hashed.name, hashed.manifest, version);
    const sealed = await sealEnvelope(statement, signer, { warnings, signal: checked.signal });
    return { ...hashed, ...sealed, warnings: warnings.close() };
  });
}

/**
 * Hashes a model as signing does, without a signature. `manifest.rootDigest` is one value for the whole model.
 * @throws {OmsError} `model/…`, `manifest/…`
 *
 * @example
 * const { manifest } = await hashModel(localModel('my-model'), { hashAlgorithm: 'blake3' });
 * console.log(manifest.rootDigest, manifest.resources.length);
 */
export async function hashModel(model: Model, options: HashModelOptions = {}): Promise<HashedModel> {
  const checked = checkOptions(options);
  checkModel(model);
  const version = await versionToSign(checked.draft);
  const warnings = new Warnings(checked.strict);
  const listed = await listToHash(model, version, checked, warnings);
  return withEngine(listed.listing.files.length, checked, async (engine) => {
    const hashed = await hashListing(model.name, listed, version, { options: checked, engine, warnings });
    return { ...hashed, warnings: warnings.close() };
  });
}

interface ListedModel {
  readonly listing: Listing;
  readonly serialization: Serialization;
}

/** Lists the files of a model, and decides how they are hashed. */
async function listToHash(
  model: Model,
  version: CurrentVersion,
  options: HashModelOptions,
  warnings: Warnings,
): Promise<ListedModel> {
  if (options.annotations !== undefined) version.checkAnnotations(options.annotations);
  const ignorePaths = chosenPaths(options);
  const base = serializationOf(options);
  const listing = await listModel(model, {
    followSymlinks: base.allowSymlinks,
    excludes: exclusionOf(ignorePaths),
    sizes: base.method === 'shards',
    signal: options.signal,
    warn: warnings.warn,
  });
  const [unusable] = listing.unusable;
  if (unusable) throw unusable.error;
  await warnOfIgnoredCode(listing, warnings, options.signal);
  warnOfSignatureName(listing, warnings);
  const recorded = recordedPaths(ignorePaths, listing.signatureName, listing.singleFile);
  return { listing, serialization: { ...base, ignorePaths: recorded } };
}

/** How the files of a listing are read, and with which checks. */
interface Reading {
  readonly options: HashModelOptions;
  readonly engine: PreparedEngine;
  readonly warnings: Warnings;
  /** Called with what will be hashed, before it is. */
  readonly checkPlan?: (planned: readonly PlannedResource[]) => void;
}

/** Hashes the files of a model, and confirms that they are still those that were listed. */
async function hashListing(
  name: string,
  { listing, serialization }: ListedModel,
  version: CurrentVersion,
  { options, engine, warnings, checkPlan }: Reading,
): Promise<Omit<HashedModel, 'warnings'>> {
  const planned = planResources(listing.files, serialization);
  checkPlan?.(planned);
  const pointers = new PointerWatch(options, serialization);
  const { hashType } = serialization;
  const { digests, evidence, advertised } = await hashListed(
    listing,
    planned,
    hashType,
    engine,
    pointers.options,
    options.evidence,
  );
  const isAdvertised = new Set(advertised);
  const read = listing.files.filter(({ name }) => !isAdvertised.has(name));
  warnOfPointers(await pointers.found(read, options.signal), warnings);
  if (planned.length === 0) throw nothingToSign(name, serialization);
  const resources = planned.map(({ path, range }, index): Resource => {
    const digest = digests[index] as string;
    return range === undefined ? { path, digest } : { path, range, digest };
  });
  return {
    name,
    manifest: manifestOf({ serialization, resources }, version, options.annotations),
    ignored: listing.excluded.toSorted(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    hubLinks: (listing.hubLinks ?? []).toSorted(byPath),
    evidence,
    advertised,
  };
}

function manifestOf(
  content: RootContent,
  { draft, rootDigest }: CurrentVersion,
  annotations: Annotations | undefined,
): Manifest {
  const rest = { ...(draft && { draft }), ...(annotations && { annotations }) };
  return { ...content, rootDigest: rootDigest(content), ...rest };
}

/** Leaves out paths that will be recorded, hence none that verifiers would not apply to what it names (OMS-MATCH-10). */
function exclusionOf(paths: readonly string[]): ListOptions['excludes'] {
  const excluded = new PathSet(paths);
  const signatures = new Set(paths.filter(namesSignature));
  return (name, isDirectory) => {
    if (!excluded.covers(name)) return false;
    if (!signatures.has(name) || isDirectory?.() !== true) return true;
    const message = `the ignore path ${quote(name)} is a directory with the name of a signature file, which is recorded for a file only`;
    throw new OmsError('manifest/ignore-path-invalid', message, { requirement: 'OMS-MATCH-10' });
  };
}

/**
 * Every excluded path is recorded, so that a verifier excludes it too (OMS-IGNORE-5, OMS-MATCH-7). A signature file whose
 * name may not be recorded (OMS-MATCH-5) is left out: a verifier always excludes the signature file that it reads.
 */
function recordedPaths(paths: readonly string[], signatureName: string | null, singleFile: boolean): string[] {
  if (singleFile) return [];
  const recordable = signatureName !== null && ignorePathProblem(signatureName) === null;
  return [...new Set(recordable ? [...paths, signatureName] : paths)].sort(compareNames);
}

function serializationOf(options: HashModelOptions): Serialization {
  const { hashAlgorithm = 'sha256', shardSize = DEFAULT_SHARD_SIZE, allowSymlinks = false } = options;
  const { method = options.shardSize === undefined ? 'files' : 'shards' } = options;
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

function nothingToSign(name: string, { method }: Serialization): OmsError {
  const nonEmpty = 'file that is not empty, and shards cannot list empty files';
  return emptyModel(name, method === 'shards' ? nonEmpty : 'file to sign');
}
