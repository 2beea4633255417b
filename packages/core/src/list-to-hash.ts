import { withoutAttestations } from './excluded-attestations.ts';
import { type HashAlgorithm, isHashAlgorithm } from './format/algorithms.ts';
import { isAttestationName } from './format/attestation-file.ts';
import { listModel } from './format/collaborators.ts';
import { OmsError, type Warnings } from './format/errors.ts';
import { chosenPaths } from './format/exclusion.ts';
import type { Extension } from './format/extensions.ts';
import type { Annotations, Draft, Serialization } from './format/manifest/manifest.ts';
import { DEFAULT_SHARD_SIZE } from './format/manifest/plan.ts';
import { compareNames, ignorePathProblem, namesSignature, PathSet } from './format/names.ts';
import { quote } from './format/text.ts';
import type { CurrentVersion } from './format/versions/version.ts';
import type { EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { warnOfIgnoredCode, warnOfSignatureName } from './ignored.ts';
import type { Listing, ListOptions, Model } from './model.ts';
import { type GivenSubManifest, type SubManifestMembers, takeSubManifests } from './signed-sub-manifests.ts';

/** Options of signing. */
export interface SignModelOptions extends ReadModelOptions, EvidenceOptions {
  /** Default `sha256`. */
  readonly hashAlgorithm?: HashAlgorithm | undefined;
  /** One digest per file, or one per range of `shardSize` bytes. Default `shards` if `shardSize` is given, else `files`. */
  readonly method?: 'files' | 'shards' | undefined;
  /** Bytes per shard, for the method `shards`. Default 1,000,000,000. */
  readonly shardSize?: number | undefined;
  /** Follow links, and record that they were followed. Default false: a link is an error. A draft refuses to follow them. */
  readonly allowSymlinks?: boolean | undefined;
  /** Follow this draft of the format instead of version 1.0. Only verifiers that name the draft too accept the result. */
  readonly draft?: Draft | undefined;
  /** Extensions of the draft that the signature may depend on. */
  readonly extensions?: readonly Extension[] | undefined;
  /**
   * Directories whose files are signed by a sub-manifest, as `encodeSubManifest` made it. Needs the extension {@link SUB_MANIFESTS}.
   * Their files are listed and not hashed: the maker of each document is trusted to have hashed them.
   */
  readonly subManifests?: readonly GivenSubManifest[] | undefined;
  /**
   * Leave out attestation files in the model root, now and when verifying: signatures and files of bundles. Needs a draft. Default
   * false.
   */
  readonly excludeAttestations?: boolean | undefined;
  /** What to state about the model. Needs a draft. */
  readonly annotations?: Annotations | undefined;
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
}

/** How a model is hashed without being signed. */
export type HashModelOptions = SignModelOptions;

/** The files of a model, and how they are hashed. */
export interface ListedModel {
  readonly listing: Listing;
  readonly serialization: Serialization;
  readonly members: SubManifestMembers;
}

/**
 * Lists the files of a model, and decides how they are hashed.
 * @param sizes whether the sizes are needed even if whole files are hashed
 */
export async function listToHash(
  model: Model,
  version: CurrentVersion,
  options: HashModelOptions,
  warnings: Warnings,
  sizes = false,
): Promise<ListedModel> {
  if (options.annotations !== undefined) version.checkAnnotations(options.annotations);
  if (options.allowSymlinks) version.checkLinks?.();
  const { excludeAttestations = false } = options;
  if (excludeAttestations && version.draft === undefined) {
    throw new TypeError('the option excludeAttestations needs a draft');
  }
  const ignorePaths = chosenPaths(options);
  const base = serializationOf(options);
  const found = await listModel(model, {
    followSymlinks: base.allowSymlinks,
    excludes: exclusionOf(ignorePaths),
    sizes: sizes || base.method === 'shards',
    signal: options.signal,
    warn: warnings.warn,
  });
  const [unusable] = found.unusable;
  if (unusable) throw unusable.error;
  const listing = excludeAttestations ? await withoutAttestations(found, () => false, options.signal) : found;
  await warnOfIgnoredCode(listing, warnings, options.signal);
  warnOfSignatureName(listing, warnings);
  const recorded = recordedPaths(ignorePaths, listing, excludeAttestations);
  const serialization: Serialization = {
    ...base,
    ignorePaths: recorded,
    ...(excludeAttestations && !listing.singleFile && { excludeAttestations }),
  };
  const { subManifests = [], extensions = [] } = options;
  const taken = await takeSubManifests(subManifests, extensions, { listing, serialization }, version, warnings);
  return { ...taken, serialization };
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
function recordedPaths(
  paths: readonly string[],
  { signatureName, singleFile }: Listing,
  excludeAttestations: boolean,
): string[] {
  if (singleFile) return [];
  // A name would cover whatever has it; an attestation file is recognised by what it holds (OMS-EXCLUDE-5).
  const isRecognised = excludeAttestations && signatureName !== null && isAttestationName(signatureName);
  const recordable = signatureName !== null && !isRecognised && ignorePathProblem(signatureName) === null;
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
