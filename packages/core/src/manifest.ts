import { sha256 } from './crypto.ts';
import { type Annotations, type Draft, draftRootDigest } from './draft.ts';
import { decodeHex } from './encoding.ts';
import { type Difference, OmsError, quote, type Warnings } from './errors.ts';
import type { HashAlgorithm } from './hashing/algorithms.ts';
import type { HashJob } from './hashing/hash-files.ts';
import type { ModelFile } from './model.ts';
import { compareNames, ignorePathProblem, MAX_NAME_LENGTH, nameProblem } from './names.ts';

/** One entry of a manifest: a file, or under `shards` a byte range of a file, and its digest. */
export interface Resource {
  /** Canonical name; under `shards` followed by `:<start>:<end>`. */
  readonly name: string;
  /** Lowercase hexadecimal, by the manifest's algorithm. */
  readonly digest: string;
}

/** How the resources were made, so that a verifier makes them again the same way (section 4.3). */
export interface Serialization {
  readonly method: 'files' | 'shards';
  readonly hashType: HashAlgorithm;
  /** Bytes per shard; null under `files`. */
  readonly shardSize: number | null;
  readonly allowSymlinks: boolean;
  /** Canonical names that were excluded. */
  readonly ignorePaths: readonly string[];
}

export interface Manifest {
  readonly serialization: Serialization;
  /** In listed order, which the root digest depends on. */
  readonly resources: readonly Resource[];
  /** SHA-256 over the raw digests, or in a draft over names and digests, in lowercase hexadecimal. */
  readonly rootDigest: string;
  /** The draft of the format that the manifest follows; absent for version 1.0. */
  readonly draft?: Draft;
  /** What the signer says of the model, which only a draft has a place for. */
  readonly annotations?: Annotations;
}

/** Default bytes per shard (OMS-SHARD-12). */
export const DEFAULT_SHARD_SIZE = 1_000_000_000;

/** The most resources that a manifest may list (OMS-LIMIT-2). */
export const MAX_RESOURCES = 1_000_000;

/** The name that older signers give to the only resource of a single-file model (OMS-NAME-10). */
export const HISTORICAL_SINGLE_FILE_NAME = '.';

/** The root digest of resources in their listed order (OMS-ROOT-1). */
export function rootDigest(resources: readonly Resource[]): string {
  return sha256(rawDigests(resources));
}

/** Many at a time, since each piece has a price of its own. */
const DIGESTS_AT_ONCE = 1024;

function* rawDigests(resources: readonly Resource[]): Generator<Uint8Array> {
  for (let from = 0; from < resources.length; from += DIGESTS_AT_ONCE) {
    const digests = resources.slice(from, from + DIGESTS_AT_ONCE).map(({ digest }) => digest);
    const digits = digests.join('');
    yield decodeHex(digits);
  }
}

/** A resource whose digest is still to be computed. */
export interface PlannedResource extends HashJob {
  readonly name: string;
}

/** The resources that `files` give, in canonical order (sections 4.2 and 8). Empty files give none under `shards`. */
export function planResources(files: readonly ModelFile[], { shardSize }: Serialization): PlannedResource[] {
  const planned: PlannedResource[] = [];
  for (const file of files) {
    checkSignable(file);
    const count = shardSize === null ? 1 : Math.ceil(sizeOf(file) / shardSize);
    if (planned.length + count > MAX_RESOURCES) {
      const message = `the model has more than ${MAX_RESOURCES} resources`;
      throw new OmsError('manifest/too-many-resources', message, { requirement: 'OMS-LIMIT-3' });
    }
    if (shardSize === null) planned.push({ name: file.name, file, start: 0, end: null });
    else
      for (const [start, end] of shardRanges(sizeOf(file), shardSize)) {
        planned.push({ name: `${file.name}:${start}:${end}`, file, start, end });
      }
  }
  planned.sort((a, b) => compareNames(a.name, b.name));
  const twice = planned.find(({ name }, i) => name === planned[i - 1]?.name);
  if (twice) {
    const message = `the model lists ${quote(twice.name)} twice`;
    throw new OmsError('manifest/name-duplicate', message, { requirement: 'OMS-RES-13' });
  }
  return planned;
}

/** Whatever lists a model, no name goes into a manifest that a verifier would refuse. */
function checkSignable({ name }: ModelFile): void {
  const problem = name.isWellFormed() ? nameProblem(name) : 'it is not valid Unicode';
  if (problem) throw new OmsError('manifest/name-invalid', `the file ${quote(name)} cannot be signed: ${problem}`);
}

/** The size of a file that was listed for shards. */
function sizeOf({ name, size }: ModelFile): number {
  if (size === null) throw new TypeError(`the model gives no size for ${quote(name)}`);
  return size;
}

/** Consecutive ranges of `shardSize` bytes, the last one shorter where the size asks for it (OMS-SHARD-3). */
function* shardRanges(size: number, shardSize: number): Generator<[start: number, end: number]> {
  for (let start = 0; start < size; start += shardSize) yield [start, Math.min(start + shardSize, size)];
}

/** What a manifest says of one file: its digest, or under `shards` the digests of its ranges, in order. */
type SignedFile = string | SignedRange[];

interface SignedRange {
  readonly start: number;
  readonly end: number;
  readonly digest: string;
}

/** A manifest that passed {@link checkManifest}: what must be found, file by file. */
export interface CheckedManifest extends Manifest {
  readonly files: ReadonlyMap<string, SignedFile>;
}

/**
 * Checks what the schema cannot say: names, duplicates, order, ranges, exclusions and the root digest.
 * @throws {OmsError} `manifest/…`
 */
export function checkManifest(manifest: Manifest, warnings: Warnings): CheckedManifest {
  const files = new Map<string, SignedFile>();
  const shards = new Set<string>();
  const listed = manifest.serialization.shardSize === null ? files : shards;
  let previous: string | undefined;
  let unsortedAt: string | undefined;

  for (const { name, digest } of manifest.resources) {
    if (name.length > MAX_NAME_LENGTH) throw invalidName(name);
    if (listed.has(name)) throw new OmsError('manifest/name-duplicate', `the resource ${quote(name)} is listed twice`);
    if (previous !== undefined && compareNames(previous, name) > 0) unsortedAt ??= name;
    previous = name;
    if (manifest.serialization.shardSize === null) files.set(name, digest);
    else {
      shards.add(name);
      addShard(files, name, digest);
    }
  }
  for (const [path, file] of files) {
    checkPath(path, files.size);
    if (typeof file !== 'string') checkCoverage(path, file, manifest.serialization.shardSize as number);
  }
  checkIgnorePaths(manifest.serialization.ignorePaths);
  checkRootDigest(manifest);
  if (unsortedAt !== undefined) {
    warnings.add('manifest/unsorted', `the resources are not in code-point order: ${quote(unsortedAt)} comes too late`);
  }
  return { ...manifest, files };
}

/** Files a shard under its path. The range is in the last two components, so that the path may contain ":" (OMS-SHARD-7). */
function addShard(files: Map<string, SignedFile>, name: string, digest: string): void {
  const endColon = name.lastIndexOf(':');
  const startColon = name.lastIndexOf(':', endColon - 1);
  const start = parseOffset(name.slice(startColon + 1, endColon));
  const end = parseOffset(name.slice(endColon + 1));
  if (startColon <= 0 || start === null || end === null || end <= start) {
    throw new OmsError(
      'manifest/shard-invalid',
      `the shard ${quote(name)} has no range of the form <path>:<start>:<end>`,
    );
  }
  const path = name.slice(0, startColon);
  const ranges = files.get(path) as SignedRange[] | undefined;
  if (ranges) ranges.push({ start, end, digest });
  else files.set(path, [{ start, end, digest }]);
}

/** A decimal number without sign or leading zeros that is exact in a JSON number, or null. */
function parseOffset(digits: string): number | null {
  if (digits.length > 16) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) && value >= 0 && String(value) === digits ? value : null;
}

function checkPath(path: string, fileCount: number): void {
  if (path === HISTORICAL_SINGLE_FILE_NAME && fileCount === 1) return; // whether the model is a single file is seen later
  if (nameProblem(path)) throw invalidName(path);
}

function invalidName(name: string): OmsError {
  const message = `the resource name ${quote(name)} is refused: ${nameProblem(name)}`;
  const requirement = name.length > MAX_NAME_LENGTH ? 'OMS-LIMIT-5' : undefined;
  return new OmsError('manifest/name-invalid', message, { requirement });
}

/** The ranges of a file are those that the shard size gives, without gap or overlap (OMS-SHARD-9). Sorts them. */
function checkCoverage(path: string, ranges: SignedRange[], shardSize: number): void {
  ranges.sort((a, b) => a.start - b.start);
  let expected = 0;
  for (const [index, { start, end }] of ranges.entries()) {
    const length = end - start;
    const wrongLength = index < ranges.length - 1 ? length !== shardSize : length > shardSize;
    if (start !== expected || wrongLength) {
      throw new OmsError(
        'manifest/shard-coverage',
        `the shards of ${quote(path)} are not consecutive ranges of ${shardSize} bytes: found ${start} to ${end}`,
      );
    }
    expected = end;
  }
}

function checkIgnorePaths(paths: readonly string[]): void {
  for (const path of paths) {
    const problem = ignorePathProblem(path);
    if (problem) {
      throw new OmsError(
        'manifest/ignore-path-invalid',
        `the recorded ignore path ${quote(path)} is refused: ${problem}`,
      );
    }
  }
}

function checkRootDigest(manifest: Manifest): void {
  const { draft, resources, serialization } = manifest;
  const actual = draft ? draftRootDigest(serialization.hashType, resources) : rootDigest(resources);
  if (actual !== manifest.rootDigest) {
    throw new OmsError(
      'manifest/root-digest-mismatch',
      `the statement's root digest is ${manifest.rootDigest}, but its resources give ${actual}`,
    );
  }
}

/** What comparing a manifest with the files of a model found so far, and what is left to hash. */
export interface Match {
  /** Missing files, and files of another size than their shards say. */
  readonly differences: readonly Difference[];
  /** Files that the manifest does not list. */
  readonly unsigned: readonly string[];
  /** Files of zero bytes, which `shards` cannot list (OMS-SHARD-11). */
  readonly unsignedEmpty: readonly string[];
  readonly checks: readonly Check[];
}

/** A range to hash, with the digest that it must have. */
export interface Check extends HashJob {
  readonly digest: string;
}

/** Holds the manifest against the files that are there, whole file by whole file. */
export function matchFiles(manifest: CheckedManifest, files: readonly ModelFile[]): Match {
  const differences: Difference[] = [];
  const unsigned: string[] = [];
  const unsignedEmpty: string[] = [];
  const checks: Check[] = [];
  const found = new Set<string>();

  for (const file of files) {
    const signed = manifest.files.get(file.name);
    if (signed === undefined) {
      (manifest.serialization.method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);
      continue;
    }
    if (found.has(file.name)) throw new TypeError(`the model lists ${quote(file.name)} twice`);
    found.add(file.name);
    if (typeof signed === 'string') checks.push({ file, start: 0, end: null, digest: signed });
    else if (signed.at(-1)?.end !== sizeOf(file)) differences.push(sizeDifference(file, signed));
    else for (const range of signed) checks.push({ file, ...range });
  }
  const missing = found.size < manifest.files.size ? missingFiles(manifest, found) : [];
  return { differences: [...differences, ...missing], unsigned, unsignedEmpty, checks };
}

function sizeDifference(file: ModelFile, ranges: readonly SignedRange[]): Difference {
  const expected = `${ranges.at(-1)?.end ?? 0} bytes`;
  return { kind: 'modified', path: file.name, expected, actual: `${file.size} bytes` };
}

function missingFiles(manifest: CheckedManifest, found: ReadonlySet<string>): Difference[] {
  return [...manifest.files.keys()].filter((path) => !found.has(path)).map((path) => ({ kind: 'missing', path }));
}

/** The differences between the digests that were signed and those that were computed for `checks`, in their order. */
export function compareDigests(checks: readonly Check[], digests: readonly string[]): Difference[] {
  return checks.flatMap(({ file, start, end, digest }, index): Difference[] => {
    const actual = digests[index] as string;
    if (actual === digest) return [];
    const range = end === null || (start === 0 && end === file.size) ? {} : { range: [start, end] as const };
    return [{ kind: 'modified', path: file.name, expected: digest, actual, ...range }];
  });
}

/** By path, and within one file by range. */
export function sortDifferences(differences: readonly Difference[]): Difference[] {
  return differences.toSorted((a, b) => compareNames(a.path, b.path) || (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0));
}
