import type { HashJob } from '../../engine.ts';
import type { ModelFile } from '../../model.ts';
import { OmsError } from '../errors.ts';
import { nameProblem } from '../names.ts';
import { sortByName } from '../sorted.ts';
import { quote } from '../text.ts';
import { MAX_RESOURCES, type Resource, resourceName, type Serialization } from './manifest.ts';

/** Default bytes per shard (OMS-SHARD-12). */
export const DEFAULT_SHARD_SIZE = 1_000_000_000;

/**
 * What is to be hashed for the resources of `files`, in the canonical order of the resources (sections 4.2 and 8). Empty files have
 * none under `shards`.
 */
export function planResources(files: readonly ModelFile[], { shardSize }: Serialization): readonly HashJob[] {
  const planned: HashJob[] = [];
  for (const file of files) {
    checkSignable(file);
    const count = shardSize === null ? 1 : Math.ceil(sizeOf(file) / shardSize);
    if (planned.length + count > MAX_RESOURCES) {
      const message = `the model has more than ${MAX_RESOURCES} resources`;
      throw new OmsError('manifest/too-many-resources', message, { requirement: 'OMS-LIMIT-3' });
    }
    if (shardSize === null) planned.push({ file, start: 0, end: null });
    else for (const shard of shardsOf(file, shardSize)) planned.push(shard);
  }
  return shardSize === null ? inOrder(planned, ({ file }) => file.name) : shardsInOrder(planned);
}

/** Each name is made once, since sorting asks for it many times. */
function shardsInOrder(planned: readonly HashJob[]): readonly HashJob[] {
  const named = planned.map((job) => ({ name: resourceName(plannedResource(job)), job }));
  return inOrder(named, ({ name }) => name).map(({ job }) => job);
}

function inOrder<T>(planned: readonly T[], nameOf: (each: T) => string): readonly T[] {
  const { sorted, duplicate } = sortByName(planned, nameOf);
  if (duplicate) {
    const message = `the model lists ${quote(nameOf(duplicate))} twice`;
    throw new OmsError('manifest/name-duplicate', message, { requirement: 'OMS-RES-13' });
  }
  return sorted;
}

/** The resource that a planned job is for, without its digest. */
export function plannedResource({ file: { name: path }, start, end }: HashJob): Omit<Resource, 'digest'> {
  return end === null ? { path } : { path, range: [start, end] };
}

/** Consecutive ranges of `shardSize` bytes; the last one is shorter where the size requires it (OMS-SHARD-3). */
function* shardsOf(file: ModelFile, shardSize: number): Generator<HashJob> {
  const size = sizeOf(file);
  for (let start = 0; start < size; start += shardSize) {
    yield { file, start, end: Math.min(start + shardSize, size) };
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
