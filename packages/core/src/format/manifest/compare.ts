import type { HashJob } from '../../engine.ts';
import type { ModelFile } from '../../model.ts';
import type { Difference } from '../errors.ts';
import { compareNames } from '../names.ts';
import { firstIndex } from '../search.ts';
import { sortByName } from '../sorted.ts';
import { quote } from '../text.ts';
import type { CheckedManifest, ShardedFile, SignedFile } from './check.ts';
import type { Resource } from './manifest.ts';
import { sizeOf } from './plan.ts';

/** Whether one of the files, which are in canonical order, has this name or lies below it. */
export function listsAtOrBelow(files: readonly SignedFile[], name: string): boolean {
  const below = `${name}/`;
  return firstFrom(files, name)?.path === name || !!firstFrom(files, below)?.path.startsWith(below);
}

/** The first file whose path does not come before `name`. */
function firstFrom(files: readonly SignedFile[], name: string): SignedFile | undefined {
  return files[firstIndex(files, ({ path }) => compareNames(path, name) >= 0)];
}

/** What comparing a manifest with the files of a model has found so far, and what is left to hash. */
export interface Match {
  /** Missing files, and files whose size differs from that of their shards. */
  readonly differences: readonly Difference[];
  /** Files that the manifest does not list. */
  readonly unsigned: readonly string[];
  /** Files of zero bytes, which `shards` cannot list (OMS-SHARD-11). */
  readonly unsignedEmpty: readonly string[];
  /** The ranges to hash. */
  readonly jobs: readonly HashJob[];
  /** The digest that each range must have, apart from the jobs so that no engine can return it without hashing. */
  readonly expected: readonly string[];
}

/** Compares the manifest with the files of the model, file by file. */
export function matchFiles({ manifest, files }: CheckedManifest, found: readonly ModelFile[]): Match {
  const { method } = manifest.serialization;
  const differences: Difference[] = [];
  const unsigned: string[] = [];
  const unsignedEmpty: string[] = [];
  const jobs: HashJob[] = [];
  const expected: string[] = [];
  const check = (file: ModelFile, start: number, end: number | null, digest: string) => {
    jobs.push({ file, start, end });
    expected.push(digest);
  };

  const { sorted, duplicate } = sortByName(found, ({ name }) => name);
  if (duplicate) throw new TypeError(`the model lists ${quote(duplicate.name)} twice`);
  for (const [file, signed] of pairs(sorted, files)) {
    if (file === null) differences.push({ kind: 'missing', path: signed.path });
    else if (signed === null) (method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);
    else if ('digest' in signed) {
      // The names are equal, and one copy of a million of them is enough. An object that the caller froze keeps its own.
      Reflect.set(signed, 'path', file.name);
      check(file, 0, null, signed.digest);
    } else if (lengthOf(signed) !== sizeOf(file)) {
      const pointed = pointedShard(file, signed);
      if (pointed) check(file, 0, null, pointed.digest);
      else differences.push(sizeDifference(file, signed));
    } else {
      for (const { range, digest } of signed.shards) check(file, range[0], range[1], digest);
    }
  }
  return { differences, unsigned, unsignedEmpty, jobs, expected };
}

/** The files of two lists in canonical order, side by side where they have the same name. */
function* pairs(
  found: readonly ModelFile[],
  signed: readonly SignedFile[],
): Generator<[ModelFile, SignedFile] | [ModelFile, null] | [null, SignedFile]> {
  let l = 0;
  let r = 0;
  for (;;) {
    const file = found[l];
    const entry = signed[r];
    if (file && entry && file.name === entry.path) {
      yield [file, entry];
      l++;
      r++;
    } else if (file && (!entry || compareNames(file.name, entry.path) < 0)) {
      yield [file, null];
      l++;
    } else if (entry) {
      yield [null, entry];
      r++;
    } else return;
  }
}

function lengthOf({ shards }: ShardedFile): number {
  return shards.at(-1)?.range[1] ?? 0;
}

/** The only shard of a file, if what is found is a pointer to content of this length. */
function pointedShard({ content }: ModelFile, { shards }: ShardedFile): Resource | null {
  const [only, more] = shards;
  return only && !more && content.known?.pointer?.size === only.range[1] ? only : null;
}

function sizeDifference(file: ModelFile, signed: ShardedFile): Difference {
  return {
    kind: 'modified',
    path: file.name,
    expected: `${lengthOf(signed)} bytes`,
    actual: `${file.size} bytes`,
  };
}

/** The differences between the digests that were signed and those that were computed for the jobs, in their order. */
export function compareDigests(
  { jobs, expected: signed }: Pick<Match, 'jobs' | 'expected'>,
  digests: readonly string[],
): Difference[] {
  const differences: Difference[] = [];
  for (const [index, { file, start, end }] of jobs.entries()) {
    const [expected, actual] = [signed[index] as string, digests[index] as string];
    if (actual === expected) continue;
    const range = end === null || (start === 0 && end === file.size) ? {} : { range: [start, end] as const };
    differences.push({ kind: 'modified', path: file.name, expected, actual, ...range });
  }
  return differences;
}

/** By path, and within one file by range. */
export function sortDifferences(differences: readonly Difference[]): Difference[] {
  return differences.toSorted((a, b) => compareNames(a.path, b.path) || (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0));
}
