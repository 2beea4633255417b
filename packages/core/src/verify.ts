import { checkOptions } from './check-options.ts';
import type { PreparedEngine } from './engine.ts';
import { checkModel, listModel } from './format/collaborators.ts';
import {
  type Difference,
  type ErrorCode,
  OmsError,
  type RequirementId,
  type Warning,
  Warnings,
} from './format/errors.ts';
import { Exclusion } from './format/exclusion.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import { compareDigests, listsAtOrBelow, type Match, matchFiles, sortDifferences } from './format/manifest/compare.ts';
import {
  type Annotations,
  type Draft,
  emptyModel,
  HISTORICAL_SINGLE_FILE_NAME,
  type Resource,
  type Serialization,
} from './format/manifest/manifest.ts';
import { byPath, compareNames } from './format/names.ts';
import { quote } from './format/text.ts';
import { hashListed } from './hashing/listed.ts';
import type { Evidence, EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { explainPointers, PointerWatch, warnOfPointers } from './hashing/pointers.ts';
import { withEngine } from './hashing/prepare.ts';
import { type IgnoredFilesOptions, refuseIgnored, warnOfIgnoredCode } from './ignored.ts';
import type { HubLink, Listing, Model } from './model.ts';
import { type OpenSignatureOptions, openChecked } from './open.ts';
import type { SignerIdentity, Verifier } from './signer.ts';

/** Options of verifying. Ignored paths add to the recorded ones; a listed file is verified even if a path covers it. */
export interface VerifyModelOptions
  extends ReadModelOptions,
    EvidenceOptions,
    OpenSignatureOptions,
    IgnoredFilesOptions {
  /** Accept files that are not listed, and report them. Listed files are verified whole. Default false. */
  readonly ignoreUnsignedFiles?: boolean | undefined;
  /** Follow links where the manifest says that the signer did. Default false. */
  readonly allowSymlinks?: boolean | undefined;
}

/** The result of verifying: a model is what the signer signed. */
export interface Verification<Identity extends SignerIdentity = SignerIdentity> {
  readonly signer: Identity;
  /** What the signer called the model, or null in a form that has no name. A claim, never compared with anything. */
  readonly subjectName: string | null;
  /** Lowercase hexadecimal SHA-256 over the digests of all resources. */
  readonly rootDigest: string;
  /** The draft that the bundle follows; absent for version 1.0. */
  readonly draft?: Draft;
  /** What the signer states about the model; only in a draft. Claims, never compared with anything. */
  readonly annotations?: Annotations;
  /** How it was hashed. */
  readonly serialization: Serialization;
  /** What was verified. */
  readonly resources: readonly Resource[];
  /** Topmost paths that were found and excluded, hence not verified; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Unlisted files that were accepted: with `ignoreUnsignedFiles` all of them, else empty ones under `shards`. */
  readonly unsigned: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  /** Links from a snapshot in the cache of a hub to its blobs, which were taken as files. */
  readonly hubLinks: readonly HubLink[];
  /** `bytes` if every listed file was hashed; `advertised` if any digest is one that the model's source advertises. */
  readonly evidence: Evidence;
  readonly warnings: readonly Warning[];
}

/**
 * Verifies that a model is what its bundle says and that the bundle is by someone the verifier trusts (section 13).
 *
 * Returns only if every check passes. Names from the bundle are compared with names on disk and never opened.
 * @param bundle the bytes of the signature file
 * @throws {OmsError} with the code of the first stage that fails; `model/mismatch` carries every difference
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const { signer, resources } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * console.log(`${resources.length} files signed by ${signer.hint}`);
 */
export async function verifyModel<Identity extends SignerIdentity>(
  model: Model,
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: VerifyModelOptions = {},
): Promise<Verification<Identity>> {
  const accepted = checkOptions(options);
  checkModel(model);
  const warnings = new Warnings(accepted.strict);
  const { signer, subjectName, checked } = await openChecked(bundle, verifier, accepted, warnings);
  // The engine's threads start while the model is listed.
  return withEngine(checked.manifest.resources.length, accepted, async (engine) => {
    const compared = await compareModel(model, { ...checked, bundle }, accepted, engine, warnings);
    return { signer, subjectName, ...checked.manifest, ...compared, warnings: warnings.close() };
  });
}

/** Compares a model with what was signed (section 13, step 6). */
async function compareModel(
  model: Model,
  checked: CheckedManifest & { readonly bundle: Uint8Array },
  options: VerifyModelOptions,
  engine: PreparedEngine,
  warnings: Warnings,
): Promise<Pick<Verification, 'ignored' | 'unsigned' | 'externalLinks' | 'hubLinks' | 'evidence'>> {
  const listing = await listAsSigned(model, checked, options, warnings);
  const { ignoredFiles = options.strict ? 'refuse' : 'report' } = options;
  if (ignoredFiles === 'refuse') refuseIgnored(listing, checked.bundle);
  else await warnOfIgnoredCode(listing, warnings, options.signal);
  const unsignedEntries = acceptUnusable(listing, checked, options);
  if (listing.files.length === 0) throw emptyModel(model.name, 'file', 'OMS-ENUM-4');
  const match = matchFiles(forListing(checked, listing, warnings), listing.files);
  const evidence = await checkContent(match, checked.manifest.serialization, listing, { options, engine, warnings });
  if (!options.ignoreUnsignedFiles) warnOfEmptyFiles(match.unsignedEmpty, warnings);
  return {
    ignored: listing.excluded.toSorted(compareNames),
    unsigned: [...match.unsigned, ...match.unsignedEmpty, ...unsignedEntries].sort(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    hubLinks: (listing.hubLinks ?? []).toSorted(byPath),
    evidence,
  };
}

/** Lists the model with the recorded exclusions, the caller's and the defaults together (OMS-IGNORE-6, OMS-IGNORE-18). */
async function listAsSigned(
  model: Model,
  { manifest: { serialization }, files }: CheckedManifest,
  options: VerifyModelOptions,
  { warn }: Warnings,
): Promise<Listing> {
  const { allowSymlinks = false } = options;
  const exclusion = new Exclusion(serialization.ignorePaths, options);
  return listModel(model, {
    followSymlinks: allowSymlinks && serialization.allowSymlinks,
    // Listed files are verified even if an exclusion covers them (OMS-IGNORE-7, OMS-IGNORE-19).
    excludes: (name, isDirectory) => exclusion.excludes(name, isDirectory) && !listsAtOrBelow(files, name),
    sizes: serialization.method === 'shards',
    signal: options.signal,
    warn,
  });
}

/** Restores the name of the only file of a single-file model that an older signer called "." (OMS-NAME-10). */
function forListing(checked: CheckedManifest, listing: Listing, warnings: Warnings): CheckedManifest {
  const [signed] = checked.files;
  if (signed?.path !== HISTORICAL_SINGLE_FILE_NAME) return checked; // no other file is listed beside this one
  const [file] = listing.files;
  if (!listing.singleFile || !file) {
    throw new OmsError('manifest/name-invalid', 'the resource name "." is refused: the model is a directory');
  }
  warnings.add('manifest/single-file-name', 'the bundle calls the file "." instead of by its name');
  return { ...checked, files: [{ ...signed, path: file.name }] };
}

/**
 * Refuses links, special files and names that are not UTF-8, unless unsigned files are ignored and no listed file is at or
 * below them (OMS-ENUM-6, OMS-LINK-9, OMS-LINK-15, OMS-NAME-11). Returns the names of those that are accepted.
 */
function acceptUnusable(
  { unusable }: Listing,
  { files, manifest }: CheckedManifest,
  options: VerifyModelOptions,
): string[] {
  if (unusable.length === 0) return [];
  const listed = unusable.find(({ name }) => listsAtOrBelow(files, name));
  const refused = listed ?? (options.ignoreUnsignedFiles ? undefined : unusable[0]);
  if (!refused) return unusable.map(({ name }) => name);
  const { code, message, cause } = refused.error;
  const required = listed !== undefined;
  if (code === 'model/symlink' && !manifest.serialization.allowSymlinks) {
    const reason = `${quote(refused.name)} is a symbolic link, and the signer followed none`;
    throw new OmsError(code, reason, { requirement: 'OMS-LINK-8', cause, required });
  }
  if (code === 'model/symlink' && !options.allowSymlinks) {
    const reason = `${quote(refused.name)} is a symbolic link: the signer followed links, and here they are followed only on request`;
    throw new OmsError(code, reason, { requirement: required ? 'OMS-LINK-9' : 'OMS-LINK-15', cause, required });
  }
  const requirement = (required ? listedRequirements : verifierRequirements)[code];
  throw new OmsError(code, message, { requirement, cause, required });
}

/** The requirement that a verifier would break by accepting an entry, if that of the code is for signers. */
const verifierRequirements: Partial<Record<ErrorCode, RequirementId>> = {
  'model/unsupported-file': 'OMS-ENUM-6',
  'model/symlink': 'OMS-LINK-15',
  'model/symlink-hub-cache': 'OMS-LINK-15',
  'model/name-not-utf8': 'OMS-NAME-11',
};

/** The same for an entry in the place of a listed file. */
const listedRequirements: Partial<Record<ErrorCode, RequirementId>> = {
  ...verifierRequirements,
  'model/symlink': 'OMS-LINK-9',
  'model/symlink-hub-cache': 'OMS-LINK-9',
};

/** How the listed files are read. */
interface Reading {
  readonly options: VerifyModelOptions;
  readonly engine: PreparedEngine;
  readonly warnings: Warnings;
}

/** Hashes the listed files, warns of those that are only pointers, and refuses the model if it differs, with every difference. */
async function checkContent(
  { checks, differences, unsigned }: Match,
  serialization: Serialization,
  listing: Listing,
  { options, engine, warnings }: Reading,
): Promise<Evidence> {
  const pointers = new PointerWatch(options, serialization);
  const hashing = hashListed(listing, checks, serialization.hashType, engine, pointers.options, options.evidence);
  const { digests, evidence } = await hashing.catch((error) => {
    throw asRequired(error);
  });
  const excess = options.ignoreUnsignedFiles ? [] : unsigned;
  const all = [
    ...differences,
    ...compareDigests(checks, digests),
    ...excess.map((path) => ({ kind: 'unsigned' as const, path })),
  ];
  if (all.length === 0) {
    const read = evidence === 'advertised' ? [] : [...new Set(checks.map(({ file }) => file))];
    warnOfPointers(await pointers.found(read, options.signal), warnings);
    return evidence;
  }
  const explained = await explainPointers(all, listing.files, options.signal);
  throw new OmsError('model/mismatch', summary(explained), { differences: sortDifferences(explained) });
}

/** Only files that the signature lists are hashed, so one that cannot be read cannot be left out. */
function asRequired(error: unknown): unknown {
  if (!(error instanceof OmsError) || error.code !== 'model/unreadable') return error;
  return new OmsError(error.code, error.message, { cause: error.cause, required: true });
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

function summary(differences: readonly Difference[]): string {
  const counts = ['modified', 'missing', 'unsigned'].flatMap((kind) => {
    const count = differences.filter((difference) => difference.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const pointers = differences.filter(({ pointer }) => pointer !== undefined).length;
  const note = pointers === 0 ? '' : ` (${pointers} of them only a pointer to content that is kept elsewhere)`;
  return `the model differs from what was signed: ${counts.join(', ')}${note}`;
}
