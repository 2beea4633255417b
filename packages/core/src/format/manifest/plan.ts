import type { HashJob } from '../../engine.ts';
import type { ModelFile } from '../../model.ts';
import { OmsError } from '../errors.ts';
import { nameProblem } from '../names.ts';
import { sortByName } from '../sorted.ts';
import { quote } from '../text.ts';
import { MAX_RESOURCES, type Resource, resourceName, type Serialization } from './manifest.ts';

/** Default bytes per shard (OMS-SHARD-12). */
export const DEFAULT_SHARD_SIZE = 1_000_000_000;

/** A resource whose digest is still to be computed. */
export interface PlannedResource extends HashJob, Omit<Resource, 'digest'> {
  /** As a statement writes it. */
  readonly name: string;
}

/** The resources of `files`, in canonical order (sections 4.2 and 8). Empty files have none under `shards`. */
export function planResources(files: readonly ModelFile[], { shardSize }: Serialization): readonly PlannedResource[] {
  const planned: PlannedResource[] = [];
  for (const file of files) {
    checkSignable(file);
    const count = shardSize === null ? 1 : Math.ceil(sizeOf(file) / shardSize);
    if (planned.length + count > MAX_RESOURCES) {
      const message = `the model has more than ${MAX_RESOURCES} resources`;
      throw new OmsError('manifest/too-many-resources', message, { requirement: 'OMS-LIMIT-3' });
    }
    if (shardSize === null) planned.push({ name: file.name, path: file.name, file, start: 0, end: null });
    else for (const shard of shardsOf(file, shardSize)) planned.push(shard);
  }
  const { sorted, duplicate } = sortByName(planned, ({ name }) => name);
  if (duplicate) {
    const message = `the model lists ${quote(duplicate.name)} twice`;
    throw new OmsError('manifest/name-duplicate', message, { requirement: 'OMS-RES-13' });
  }
  return sorted;
}

/** Consecutive ranges of `shardSize` bytes; the last one is shorter where the size requires it (OMS-SHARD-3). */
function* shardsOf(file: ModelFile, shardSize: number): Generator<PlannedResource> {
  const size = sizeOf(file);
  const path = file.name;
  for (let start = 0; start < size; start += shardSize) {
    const end = Math.min(start + shardSize, size);
    const range = [start, end] as const;
    yield { name: resourceName({ path, range }), path, range, file, start, end };
  }
}

/** Refuses names that every verifier would refuse, whichever `Model` lists them. */
function checkSignable({ name }: ModelFile): void {
  const problem = name.isWellFormed() ? nameProblem(name) : 'it is not valid Unicode';
  if (problem) throw new OmsError('manifest/name-invalid', `the file ${quote(name)} cannot be signed: ${problem}`);
}

/** The size of a file whose listing must have it: under shards, or if its bytes are read through a function. */
export function sizeOf({ name, size }: ModelFile): number {
  if (size !== null && Number.isSafeInteger(size) && size >= 0) return size;
  throw new TypeError(
    `the model gives no size for ${quote(name)}${size === null ? '' : `, but ${quote(String(size))}`}`,
  );
}
