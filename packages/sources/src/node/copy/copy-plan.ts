import { createHash } from 'node:crypto';
import { type Difference, type Manifest, type ModelFile, OmsError, quote, type Resource } from '@model-signing/core';
import { compareNames, nameProblem } from '@model-signing/core/names';

/** A signed range of a file: it is fetched, hashed and kept or discarded as a whole. */
export interface Unit {
  readonly start: number;
  readonly end: number;
  /** Lowercase hexadecimal, as it was signed. */
  readonly digest: string;
}

/** A signed file that is to be copied. */
export interface PlannedFile {
  /** Its canonical name. */
  readonly path: string;
  /** In bytes, as signed or as listed. */
  readonly size: number;
  readonly source: ModelFile;
  /** Consecutive, from the first byte to the last. */
  readonly units: readonly Unit[];
  /** Depends on the path and everything that was signed about the file, so that no other content is ever kept under it. */
  readonly key: string;
}

/**
 * What to copy: the signed files at `paths`, each with where its bytes come from.
 * @param paths those that are wanted, or null for all
 * @throws {OmsError} `model/mismatch` with every file that is missing, or listed with another size than the signed one
 */
export function planCopy(
  { resources, serialization }: Manifest,
  listed: readonly ModelFile[],
  paths: ReadonlySet<string> | null,
): PlannedFile[] {
  const sources = new Map(listed.map((file) => [file.name, file]));
  const differences: Difference[] = [];
  const planned: PlannedFile[] = [];
  for (const [path, stated] of Map.groupBy(resources, (resource) => resource.path)) {
    if (paths?.has(path) === false) continue;
    checkName(path);
    // Shards are listed in the order of their names, in which 10 comes before 2.
    const signed = stated.toSorted((a, b) => (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0));
    const source = sources.get(path);
    const size = source && sizeOf(source);
    const signedSize = signed.at(-1)?.range?.[1];
    if (source === undefined || size === undefined) differences.push({ kind: 'missing', path });
    else if (signedSize !== undefined && signedSize !== size) {
      differences.push({ kind: 'modified', path, expected: `${signedSize} bytes`, actual: `${size} bytes` });
    } else {
      const units = signed.map(({ range, digest }) => ({ start: range?.[0] ?? 0, end: range?.[1] ?? size, digest }));
      planned.push({ path, size, source, units, key: keyOf(path, signed, serialization) });
    }
  }
  if (differences.length > 0) throw mismatch('the model differs from what was signed', differences);
  return planned.sort((a, b) => compareNames(a.path, b.path));
}

/**
 * Names become paths, so they are checked again here, whatever was checked before.
 * @throws {OmsError} `manifest/name-invalid`
 */
export function checkName(path: string): void {
  const problem = path.isWellFormed() ? nameProblem(path) : 'it is not valid Unicode';
  if (problem) throw new OmsError('manifest/name-invalid', `the resource name ${quote(path)} is refused: ${problem}`);
}

function sizeOf({ name, size }: ModelFile): number {
  if (size !== null && Number.isSafeInteger(size) && size >= 0) return size;
  throw new TypeError(`the model gives no size for ${quote(name)}, which is needed to copy it`);
}

function keyOf(path: string, signed: readonly Resource[], { hashType, shardSize }: Manifest['serialization']): string {
  const hash = createHash('sha256').update(JSON.stringify([path, hashType, shardSize]));
  for (const { digest } of signed) hash.update(digest);
  return hash.digest('hex');
}

/** @param what what differs, as a sentence without its end */
export function mismatch(what: string, differences: readonly Difference[]): OmsError {
  const [first] = differences;
  const more = differences.length > 1 ? ` and ${differences.length - 1} more` : '';
  const which = first === undefined ? '' : `: ${quote(first.path)} is ${first.kind}${more}`;
  return new OmsError('model/mismatch', `${what}${which}`, {
    differences: differences.toSorted((a, b) => compareNames(a.path, b.path)),
  });
}
