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
  readonly checks: readonly Check[];
}

/** A range to hash, with the digest that it must have. */
export interface Check extends HashJob {
  readonly digest: string;
}

/** Compares the manifest with the files of the model, file by file. */
export function matchFiles({ manifest, files }: CheckedManifest, found: readonly ModelFile[]): Match {
  const { method } = manifest.serialization;
  const differences: Difference[] = [];
  const unsigned: string[] = [];
  const unsignedEmpty: string[] = [];
  const checks: Check[] = [];

  const { sorted, duplicate } = sortByName(found, ({ name }) => name);
  if (duplicate) throw new TypeError(`the model lists ${quote(duplicate.name)} twice`);
  for (const [file, signed] of pairs(sorted, files)) {
    if (file === null) differences.push({ kind: 'missing', path: signed.path });
    else if (signed === null) (method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);
    else if ('digest' in signed) checks.push({ file, start: 0, end: null, digest: signed.digest });
    else if (lengthOf(signed) !== sizeOf(file)) {
      const pointed = pointedShard(file, signed);
      if (pointed) checks.push({ file, start: 0, end: null, digest: pointed.digest });
      else differences.push(sizeDifference(file, signed));
    } else {
      for (const { range, digest } of signed.shards) checks.push({ file, start: range[0], end: range[1], digest });
    }
  }
  return { differences, unsigned, unsignedEmpty, checks };
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
