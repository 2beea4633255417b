import { parseBundle } from './format/bundle.ts';
import { openEnvelope, type VerifiedStatement } from './format/envelope.ts';
import { type ErrorCode, OmsError, quote, type RequirementId, type Warning, Warnings } from './format/errors.ts';
import {
  type CheckedManifest,
  checkManifest,
  compareDigests,
  HISTORICAL_SINGLE_FILE_NAME,
  listsAtOrBelow,
  type Match,
  matchFiles,
  type Resource,
  type Serialization,
  sortDifferences,
} from './format/manifest.ts';
import { canonicalIgnorePath, compareNames, GIT_PATHS, PathSet } from './format/names.ts';
import { type Annotations, type Draft, loadDraft } from './format/versions/draft.ts';
import type { Listing, Model, ReadModelOptions } from './model.ts';
import { type hashFiles, withWorkers } from './node/hashing/hash-files.ts';
import type { SignerIdentity, Verifier } from './signer.ts';

/** How a model is verified. Ignored paths add to the recorded ones, and a listed file is verified all the same. */
export interface VerifyModelOptions extends ReadModelOptions {
  /** Accept files that are not listed, and report them. Listed files are verified whole. Default false. */
  readonly ignoreUnsignedFiles?: boolean | undefined;
  /** Follow links where the manifest says that the signer did. Default false. */
  readonly allowSymlinks?: boolean | undefined;
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Accept bundles of this draft of the format as well. Default: none. */
  readonly draft?: Draft | undefined;
}

/** That a model is what the signer signed, with everything a caller needs to know of it. */
export interface Verification {
  readonly signer: SignerIdentity;
  /** What the signer called the model, if it says so at all. A claim, never compared with anything. */
  readonly subjectName: string | null;
  /** Lowercase hexadecimal SHA-256 over the digests of all resources. */
  readonly rootDigest: string;
  /** The draft that the bundle follows; absent for version 1.0. */
  readonly draft?: Draft;
  /** What the signer says of the model, in a draft alone. Claims, never compared with anything. */
  readonly annotations?: Annotations;
  /** How it was hashed. */
  readonly serialization: Serialization;
  /** What was verified. */
  readonly resources: readonly Resource[];
  /** Topmost paths that were found and left out, hence not verified; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Files that are not listed and were accepted: all of them with `ignoreUnsignedFiles`, else empty ones under `shards`. */
  readonly unsigned: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Verifies that a model is what its bundle says and that the bundle is by someone the verifier trusts (section 13).
 *
 * Returns only if everything holds. Names from the bundle are compared with names on disk and never opened.
 * @param bundle the bytes of the signature file
 * @throws {OmsError} with the code of the first stage that fails; `model/mismatch` carries every difference
 */
export async function verifyModel(
  model: Model,
  bundle: Uint8Array,
  verifier: Verifier,
  options: VerifyModelOptions = {},
): Promise<Verification> {
  await loadDraft(options.draft);
  const warnings = new Warnings(options.strict);
  const statement = await openEnvelope(parseBundle(bundle, warnings), verifier, warnings, options.draft);
  return withWorkers(statement.manifest.resources.length, options, (hash) =>
    verifyContent(model, statement, { ...options, hash }, warnings),
  );
}

interface ReadyOptions extends VerifyModelOptions {
  readonly hash: typeof hashFiles;
}

/** Compares a model with what is known to be signed (sections 13.4 and on). */
async function verifyContent(
  model: Model,
  statement: VerifiedStatement,
  options: ReadyOptions,
  warnings: Warnings,
): Promise<Verification> {
  const manifest = checkManifest(statement.manifest, warnings);
  const listing = await listAsSigned(model, manifest, options);
  const unsignedEntries = acceptUnusable(listing, manifest, options);
  if (listing.files.length === 0) throw emptyModel(model.name);
  const match = matchFiles(forListing(manifest, listing, warnings), listing.files);
  await checkContent(match, manifest, listing, options);
  if (!options.ignoreUnsignedFiles) warnOfEmptyFiles(match.unsignedEmpty, warnings);
  return {
    signer: statement.signer,
    subjectName: statement.subjectName,
    rootDigest: manifest.rootDigest,
    ...(manifest.draft && { draft: manifest.draft, annotations: manifest.annotations ?? {} }),
    serialization: manifest.serialization,
    resources: manifest.resources,
    ignored: listing.excluded.toSorted(compareNames),
    unsigned: [...match.unsigned, ...match.unsignedEmpty, ...unsignedEntries].sort(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    warnings: warnings.list,
  };
}

/** Lists the model with the recorded exclusions, the caller's and the defaults together (OMS-IGNORE-6). */
async function listAsSigned(model: Model, manifest: CheckedManifest, options: VerifyModelOptions): Promise<Listing> {
  const { ignorePaths = [], ignoreGitPaths = true, allowSymlinks = false } = options;
  const excluded = new PathSet([
    ...(ignoreGitPaths ? GIT_PATHS : []),
    ...manifest.serialization.ignorePaths,
    ...ignorePaths.map(canonicalIgnorePath),
  ]);
  return model.list({
    followSymlinks: allowSymlinks && manifest.serialization.allowSymlinks,
    // Listed files that an exclusion covers are verified all the same (OMS-IGNORE-7).
    excludes: (name) => excluded.covers(name) && !listsAtOrBelow(manifest, name),
    sizes: manifest.serialization.method === 'shards',
    signal: options.signal,
  });
}

/** Gives the only file of a single-file model the name it has here, where an older signer called it "." (OMS-NAME-10). */
function forListing(manifest: CheckedManifest, listing: Listing, warnings: Warnings): CheckedManifest {
  const [signed] = manifest.files;
  if (signed?.name !== HISTORICAL_SINGLE_FILE_NAME) return manifest; // no other file is listed beside this one
  const [file] = listing.files;
  if (!listing.singleFile || !file) {
    throw new OmsError('manifest/name-invalid', 'the resource name "." is refused: the model is a directory');
  }
  warnings.add('manifest/single-file-name', 'the bundle calls the file "." instead of by its name');
  return { ...manifest, files: [{ ...signed, name: file.name }] };
}

/**
 * Links, special files and names that are not UTF-8: refused, unless unsigned files are ignored and nothing listed lies at
 * or below them (OMS-ENUM-6, OMS-LINK-9, OMS-NAME-11). Answers with the names of those that were accepted.
 */
function acceptUnusable({ unusable }: Listing, manifest: CheckedManifest, options: VerifyModelOptions): string[] {
  if (unusable.length === 0) return [];
  const refused = unusable.find(({ name }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name));
  if (!refused) return unusable.map(({ name }) => name);
  const { code, message } = refused.error;
  if (code === 'model/symlink' && options.allowSymlinks) {
    const reason = `${quote(refused.name)} is a symbolic link, and the signer followed none`;
    throw new OmsError(code, reason, { requirement: 'OMS-LINK-8', cause: refused.error });
  }
  throw new OmsError(code, message, { requirement: verifierRequirements[code], cause: refused.error });
}

/** What a verifier breaks by accepting an entry, where the code speaks of the signer. */
const verifierRequirements: Partial<Record<ErrorCode, RequirementId>> = {
  'model/unsupported-file': 'OMS-ENUM-6',
  'model/symlink': 'OMS-LINK-9',
  'model/name-not-utf8': 'OMS-NAME-11',
};

/** Hashes what is listed and refuses the model with every difference. */
async function checkContent(
  { checks, differences, unsigned }: Match,
  { serialization }: CheckedManifest,
  listing: Listing,
  { ignoreUnsignedFiles = false, threads, onProgress, signal, hash }: ReadyOptions,
): Promise<void> {
  const digests = await hash(checks, { algorithm: serialization.hashType, threads, onProgress, signal });
  await listing.confirm();
  const excess = ignoreUnsignedFiles ? [] : unsigned;
  const all = [
    ...differences,
    ...compareDigests(checks, digests),
    ...excess.map((path) => ({ kind: 'unsigned' as const, path })),
  ];
  if (all.length > 0) throw new OmsError('model/mismatch', summary(all), { differences: sortDifferences(all) });
}

function warnOfEmptyFiles(names: readonly string[], warnings: Warnings): void {
  const [first] = names;
  if (first === undefined) return;
  const which =
    names.length === 1
      ? `the empty file ${quote(first)} is`
      : `${names.length} empty files, ${quote(first)} first, are`;
  warnings.add('model/empty-file-unsigned', `${which} not covered, since shards cannot list them`);
}

function emptyModel(name: string): OmsError {
  return new OmsError('model/empty', `the model ${quote(name)} has no file`, { requirement: 'OMS-ENUM-4' });
}

function summary(differences: readonly { readonly kind: string }[]): string {
  const counts = ['modified', 'missing', 'unsigned'].flatMap((kind) => {
    const count = differences.filter((difference) => difference.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return `the model differs from what was signed: ${counts.join(', ')}`;
}
