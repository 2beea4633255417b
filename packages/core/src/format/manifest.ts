import type { ModelFile } from '../model.ts';
import { sha256OfHex } from '../node/crypto.ts';
import type { HashAlgorithm } from '../node/hashing/algorithms.ts';
import type { HashJob } from '../node/hashing/hash-files.ts';
import { type Difference, OmsError, quote, type Warnings } from './errors.ts';
import { compareNames, ignorePathProblem, MAX_NAME_LENGTH, nameProblem } from './names.ts';
import { type Annotations, type Draft, draftRootDigest } from './versions/draft.ts';

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
  return sha256OfHex(digestText(resources));
}

/** Many at a time, since each piece has a price of its own. */
const DIGESTS_AT_ONCE = 1024;

function* digestText(resources: readonly Resource[]): Generator<string> {
  for (let from = 0; from < resources.length; from += DIGESTS_AT_ONCE) {
    const digests = resources.slice(from, from + DIGESTS_AT_ONCE).map(({ digest }) => digest);
    yield digests.join('');
  }
}

/** A resource whose digest is still to be computed. */
export interface PlannedResource extends HashJob {
  readonly name: string;
}

/** The resources that `files` give, in canonical order (sections 4.2 and 8). Empty files give none under `shards`. */
export function planResources(files: readonly ModelFile[], { shardSize }: Serialization): readonly PlannedResource[] {
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
  const { sorted, twice } = inOrder(planned);
  if (twice) {
    const message = `the model lists ${quote(twice.name)} twice`;
    throw new OmsError('manifest/name-duplicate', message, { requirement: 'OMS-RES-13' });
  }
  return sorted;
}

interface Named {
  readonly name: string;
}

/** The canonical order (OMS-ORDER-1). */
function byName(a: Named, b: Named): number {
  return compareNames(a.name, b.name);
}

/** Items in canonical order. Most lists are in it already, and then it takes one look at each item. */
interface InOrder<T> {
  readonly sorted: readonly T[];
  /** The first item that did not come after the one before it. */
  readonly late?: T;
  /** An item whose name another one has. */
  readonly twice?: T | undefined;
}

function inOrder<T extends Named>(items: readonly T[]): InOrder<T> {
  const late = items.find((item, i) => i > 0 && byName(items[i - 1] as T, item) >= 0);
  if (late === undefined) return { sorted: items };
  const sorted = items.toSorted(byName);
  return { sorted, late, twice: sorted.find(({ name }, i) => name === sorted[i - 1]?.name) };
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
export type SignedFile = Resource | ShardedFile;

interface ShardedFile {
  readonly name: string;
  readonly ranges: readonly SignedRange[];
}

interface SignedRange {
  readonly start: number;
  readonly end: number;
  readonly digest: string;
}

/** A manifest that passed {@link checkManifest}. */
export interface CheckedManifest extends Manifest {
  /** What must be found, in canonical order, each name once. */
  readonly files: readonly SignedFile[];
}

/**
 * Checks what the schema cannot say: names, duplicates, order, ranges, exclusions and the root digest.
 * @throws {OmsError} `manifest/…`
 */
export function checkManifest(manifest: Manifest, warnings: Warnings): CheckedManifest {
  const { resources, serialization } = manifest;
  const tooLong = resources.find(({ name }) => name.length > MAX_NAME_LENGTH);
  if (tooLong) throw invalidName(tooLong.name);
  const { sorted, late, twice } = inOrder(resources);
  if (twice) {
    throw new OmsError('manifest/name-duplicate', `the resource ${quote(twice.name)} is listed twice`);
  }
  const files = serialization.shardSize === null ? sorted : shardedFiles(sorted, serialization.shardSize);
  for (const { name } of files) checkPath(name, files.length);
  checkIgnorePaths(serialization.ignorePaths);
  checkRootDigest(manifest);
  if (late) {
    const message = `the resources are not in code-point order: ${quote(late.name)} comes too late`;
    warnings.add('manifest/unsorted', message);
  }
  return { ...manifest, files };
}

/** The files that shards are ranges of. */
function shardedFiles(shards: readonly Resource[], shardSize: number): ShardedFile[] {
  const rangesOf = new Map<string, SignedRange[]>();
  for (const { name, digest } of shards) {
    const { path, ...range } = parseShardName(name);
    const ranges = rangesOf.get(path);
    if (ranges) ranges.push({ ...range, digest });
    else rangesOf.set(path, [{ ...range, digest }]);
  }
  const files = Array.from(rangesOf, ([name, ranges]) => ({ name, ranges }));
  for (const { name, ranges } of files) checkCoverage(name, ranges, shardSize);
  return files.sort(byName);
}

/** The range is in the last two components, so that the path may contain ":" (OMS-SHARD-7). */
function parseShardName(name: string): { path: string; start: number; end: number } {
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
  return { path: name.slice(0, startColon), start, end };
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

/** Whether a manifest lists a file of this name, or one below it. */
export function listsAtOrBelow({ files }: CheckedManifest, name: string): boolean {
  const below = `${name}/`;
  return (
    files[firstNotBefore(files, name)]?.name === name || !!files[firstNotBefore(files, below)]?.name.startsWith(below)
  );
}

/** The index of the first file whose name does not come before `name`. */
function firstNotBefore(files: readonly Named[], name: string): number {
  let from = 0;
  let until = files.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if (compareNames((files[middle] as Named).name, name) < 0) from = middle + 1;
    else until = middle;
  }
  return from;
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
  const { method } = manifest.serialization;
  const differences: Difference[] = [];
  const unsigned: string[] = [];
  const unsignedEmpty: string[] = [];
  const checks: Check[] = [];

  const { sorted, twice } = inOrder(files);
  if (twice) throw new TypeError(`the model lists ${quote(twice.name)} twice`);
  for (const [file, signed] of pairs(sorted, manifest.files)) {
    if (file === null) differences.push({ kind: 'missing', path: signed.name });
    else if (signed === null) (method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);
    else if ('digest' in signed) checks.push({ file, start: 0, end: null, digest: signed.digest });
    else if (signed.ranges.at(-1)?.end !== sizeOf(file)) differences.push(sizeDifference(file, signed));
    else for (const range of signed.ranges) checks.push({ file, ...range });
  }
  return { differences, unsigned, unsignedEmpty, checks };
}

/** The items of two lists in canonical order, side by side where they have the same name. */
function* pairs<A extends Named, B extends Named>(
  left: readonly A[],
  right: readonly B[],
): Generator<[A, B] | [A, null] | [null, B]> {
  let l = 0;
  let r = 0;
  for (;;) {
    const a = left[l];
    const b = right[r];
    if (a && b && a.name === b.name) {
      yield [a, b];
      l++;
      r++;
    } else if (a && (!b || byName(a, b) < 0)) {
      yield [a, null];
      l++;
    } else if (b) {
      yield [null, b];
      r++;
    } else return;
  }
}

function sizeDifference(file: ModelFile, { ranges }: ShardedFile): Difference {
  const expected = `${ranges.at(-1)?.end ?? 0} bytes`;
  return { kind: 'modified', path: file.name, expected, actual: `${file.size} bytes` };
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
