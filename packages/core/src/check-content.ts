import type { PreparedEngine } from './engine.ts';
import { type Difference, type ErrorCode, OmsError, type RequirementId, type Warnings } from './format/errors.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import { compareDigests, listsAtOrBelow, type Match, sortDifferences } from './format/manifest/compare.ts';
import { HISTORICAL_SINGLE_FILE_NAME, type Serialization } from './format/manifest/manifest.ts';
import { quote } from './format/text.ts';
import { hashListed, type ListedDigests } from './hashing/listed.ts';
import type { EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { explainPointers, PointerWatch, warnOfPointers } from './hashing/pointers.ts';
import type { Listing } from './model.ts';

/** What a verifier accepts beside the listed files. */
export interface AcceptOptions {
  /** Accept files that are not listed, and report them. Listed files are verified whole. Default false. */
  readonly ignoreUnsignedFiles?: boolean | undefined;
  /** Follow links where the manifest says that the signer did. Default false. */
  readonly allowSymlinks?: boolean | undefined;
}

/** Restores the name of the only file of a single-file model that an older signer called "." (OMS-NAME-10). */
export function forListing(checked: CheckedManifest, listing: Listing, warnings: Warnings): CheckedManifest {
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
export function acceptUnusable(
  { unusable }: Listing,
  { files, manifest }: CheckedManifest,
  options: AcceptOptions,
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
export interface Reading {
  readonly options: ReadModelOptions & EvidenceOptions & AcceptOptions;
  readonly engine: PreparedEngine;
  readonly warnings: Warnings;
}

/** What was found out about the content of the listed files, which is what was signed. */
export type CheckedContent = Pick<ListedDigests, 'evidence' | 'advertised'>;

/** Hashes the listed files, warns of those that are only pointers, and refuses the model if it differs, with every difference. */
export async function checkContent(
  match: Pick<Match, 'jobs' | 'expected' | 'differences' | 'unsigned'>,
  serialization: Serialization,
  listing: Listing,
  { options, engine, warnings }: Reading,
): Promise<CheckedContent> {
  const pointers = new PointerWatch(options, serialization);
  const { jobs, differences, unsigned } = match;
  const hashing = hashListed(listing, match, serialization.hashType, engine, pointers.options, options.evidence);
  const { digests, evidence, advertised } = await hashing.catch((error) => {
    throw asRequired(error);
  });
  const excess = options.ignoreUnsignedFiles ? [] : unsigned;
  const all = [
    ...differences,
    ...compareDigests(match, digests),
    ...excess.map((path) => ({ kind: 'unsigned' as const, path })),
  ];
  if (all.length > 0) throw await differing(all, listing, options.signal);
  const isAdvertised = new Set(advertised);
  const read = () => [...new Set(jobs.map(({ file }) => file).filter(({ name }) => !isAdvertised.has(name)))];
  const found = [...(await pointers.found(read, options.signal))];
  warnOfPointers(new Map(found.filter(([name]) => !isAdvertised.has(name))), warnings);
  return { evidence, advertised };
}

/** The refusal of a model with these differences. */
export async function differing(
  differences: readonly Difference[],
  { files }: Listing,
  signal: AbortSignal | undefined,
): Promise<OmsError> {
  const explained = await explainPointers(differences, files, signal);
  return new OmsError('model/mismatch', summary(explained), { differences: sortDifferences(explained) });
}

/** Only files that the signature lists are hashed, so one that cannot be read cannot be left out. */
function asRequired(error: unknown): unknown {
  if (!(error instanceof OmsError) || error.code !== 'model/unreadable') return error;
  return new OmsError(error.code, error.message, { cause: error.cause, required: true });
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
