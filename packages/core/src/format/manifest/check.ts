import { OmsError, type Warnings } from '../errors.ts';
import { compareNames, ignorePathProblem, MAX_NAME_LENGTH, nameProblem } from '../names.ts';
import { sortByName } from '../sorted.ts';
import { quote } from '../text.ts';
import type { FormatVersion } from '../versions/version.ts';
import {
  type ByteRange,
  HISTORICAL_SINGLE_FILE_NAME,
  type Manifest,
  type Resource,
  type StatedManifest,
  type StatedResource,
} from './manifest.ts';

/** A manifest that passed {@link checkManifest}. */
export interface CheckedManifest {
  readonly manifest: Manifest;
  /** The files that must be found, in canonical order, each path once. */
  readonly files: readonly SignedFile[];
}

/** What a manifest states about one file: its digest, or under `shards` its ranges in order. */
export type SignedFile = Resource | ShardedFile;

export interface ShardedFile {
  readonly path: string;
  readonly shards: Shard[];
}

type Shard = Resource & { readonly range: ByteRange };

/**
 * Checks what the schema cannot express: names, duplicates, order, ranges, exclusions and the root digest.
 * @throws {OmsError} `manifest/…`
 */
export function checkManifest(stated: StatedManifest, version: FormatVersion, warnings: Warnings): CheckedManifest {
  const { serialization, resources: listed, rootDigest, ...rest } = stated;
  const tooLong = listed.find(({ name }) => name.length > MAX_NAME_LENGTH);
  if (tooLong) throw invalidName(tooLong.name);
  const { shardSize } = serialization;
  const { resources, files, misplaced } = shardSize === null ? wholeFiles(listed) : shardedFiles(listed, shardSize);
  for (const { path } of files) checkPath(path, files.length);
  checkIgnorePaths(serialization.ignorePaths);
  const { subManifests } = rest;
  const actual = version.rootDigest({ serialization, resources, ...(subManifests && { subManifests }) });
  if (rootDigest !== null && rootDigest !== actual) {
    const message = `the statement's root digest is ${rootDigest}, but its resources give ${actual}`;
    throw new OmsError('manifest/root-digest-mismatch', message);
  }
  const published = version.publishedRootDigest?.({ serialization, resources, ...(subManifests && { subManifests }) });
  if (rootDigest !== null && published !== rest.publishedRootDigest) {
    const message = `the statement's root digest of version 1.0 is ${rest.publishedRootDigest}, but its resources give ${published}`;
    throw new OmsError('manifest/root-digest-mismatch', message, { requirement: 'OMS-ROOT-9' });
  }
  if (misplaced !== undefined) {
    const message = `the resources are not in code-point order: ${quote(misplaced)} is out of order`;
    warnings.add('manifest/unsorted', message);
  }
  return { manifest: { ...rest, serialization, resources, rootDigest: actual }, files };
}

interface Listed {
  /** In listed order. */
  readonly resources: readonly Resource[];
  /** In canonical order. */
  readonly files: readonly SignedFile[];
  /** The name of the first resource that is not in canonical order. */
  readonly misplaced: string | undefined;
}

function wholeFiles(listed: readonly StatedResource[]): Listed {
  const resources = listed.map(({ name, digest }): Resource => ({ path: name, digest }));
  const { sorted, misplaced } = inOrder(resources, ({ path }) => path);
  return { resources, files: sorted, misplaced };
}

function shardedFiles(listed: readonly StatedResource[], shardSize: number): Listed {
  const { misplaced } = inOrder(listed, ({ name }) => name);
  let path = '';
  const resources = listed.map((resource) => {
    const shard = parseShard(resource, path);
    path = shard.path;
    return shard;
  });
  const byPath = Map.groupBy(resources, ({ path }) => path);
  const files = Array.from(byPath, ([path, shards]): ShardedFile => ({ path, shards }));
  files.sort((a, b) => compareNames(a.path, b.path));
  for (const { path, shards } of files) checkCoverage(path, shards, shardSize);
  return { resources, files, misplaced };
}

/** Resources in canonical order, each name once (OMS-ORDER-1, OMS-RES-10). */
function inOrder<T>(resources: readonly T[], nameOf: (resource: T) => string) {
  const { sorted, misplaced, duplicate } = sortByName(resources, nameOf);
  if (duplicate) {
    throw new OmsError('manifest/name-duplicate', `the resource ${quote(nameOf(duplicate))} is listed twice`);
  }
  return { sorted, misplaced: misplaced && nameOf(misplaced) };
}

/**
 * The range is in the last two components, so that the path may contain ":" (OMS-SHARD-7).
 * @param previous the path of the previous shard, usually the same as this one's: sharing the string saves memory
 */
function parseShard({ name, digest }: StatedResource, previous: string): Shard {
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
  const isSame = startColon === previous.length && name.startsWith(previous);
  return { path: isSame ? previous : name.slice(0, startColon), range: [start, end], digest };
}

/** A decimal number without sign or leading zeros that is exact in a JSON number, or null. */
function parseOffset(digits: string): number | null {
  if (digits.length > 16) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) && value >= 0 && String(value) === digits ? value : null;
}

function checkPath(path: string, fileCount: number): void {
  // Whether the model is a single file is checked against the model later.
  if (path === HISTORICAL_SINGLE_FILE_NAME && fileCount === 1) return;
  if (nameProblem(path)) throw invalidName(path);
}

function invalidName(name: string): OmsError {
  const message = `the resource name ${quote(name)} is refused: ${nameProblem(name)}`;
  const requirement = name.length > MAX_NAME_LENGTH ? 'OMS-LIMIT-5' : undefined;
  return new OmsError('manifest/name-invalid', message, { requirement });
}

/** Sorts the shards of a file, and checks that they are consecutive ranges of the shard size (OMS-SHARD-9). */
function checkCoverage(path: string, shards: Shard[], shardSize: number): void {
  shards.sort((a, b) => a.range[0] - b.range[0]);
  let expected = 0;
  for (const [index, { range }] of shards.entries()) {
    const [start, end] = range;
    const length = end - start;
    const wrongLength = index < shards.length - 1 ? length !== shardSize : length > shardSize;
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
