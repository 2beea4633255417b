import { type HashEngine, type HashJob, localModel, type ModelFile, quote } from '@model-signing/core';
import { digestsOf } from './documents.ts';
import type { Plan, PlannedFile } from './plan.ts';
import { checkUnchanged, outdated } from './planned-files.ts';

/** What a part has of one file: the digests from `first` up to but not including `until`. */
interface Share {
  readonly file: PlannedFile;
  readonly first: number;
  readonly until: number;
}

/** The files of a part, with the digests of each. */
function sharesOf({ files, parts, serialization }: Plan, part: number): Share[] {
  const from = parts[part] as number;
  const until = parts[part + 1] as number;
  const shares: Share[] = [];
  let start = 0;
  for (const file of files) {
    if (start >= until) break;
    const count = digestsOf(file.size, serialization);
    const share = { file, first: Math.max(from - start, 0), until: Math.min(until - start, count) };
    if (share.first < share.until) shares.push(share);
    start += count;
  }
  return shares;
}

/** How the files of a part are read. */
export interface PartOptions extends Pick<Parameters<HashEngine['hash']>[1], 'threads' | 'onProgress' | 'signal'> {
  readonly engine: HashEngine;
  readonly allowExternalSymlinks?: boolean | undefined;
  readonly hubCache?: boolean | undefined;
}

/**
 * Computes the digests of one part of a plan. The names of the plan are looked for in the model, as a signature's are.
 * @throws {CommandError} `command/plan-outdated` for a file that is not as it was planned
 * @throws {OmsError} `model/…`
 */
export async function hashPart(directory: string, plan: Plan, part: number, options: PartOptions): Promise<string[]> {
  const { engine, threads, onProgress, signal, ...local } = options;
  const shares = sharesOf(plan, part);
  const { serialization } = plan;
  const names = shares.map(({ file }) => file.name);
  const listing = await localModel(directory, local).list({
    followSymlinks: serialization.allowSymlinks,
    excludes: () => false,
    sizes: true,
    only: names,
    signal,
  });
  const found = new Map(listing.files.map((file) => [file.name, file]));
  const files = shares.map(({ file }) => wanted(file, found, listing.unusable));
  const unchanged = () => {
    for (const [index, { file }] of shares.entries()) checkUnchanged(files[index] as ModelFile, file);
  };
  unchanged();
  const jobs = shares.flatMap((share, index) => jobsOf(share, files[index] as ModelFile, serialization.shardSize));
  const digests = await engine.hash(jobs, { algorithm: serialization.hashType, threads, onProgress, signal });
  signal?.throwIfAborted();
  unchanged();
  await listing.confirm();
  return digests;
}

function wanted(
  { name }: PlannedFile,
  found: ReadonlyMap<string, ModelFile>,
  unusable: readonly { readonly name: string; readonly error: Error }[],
): ModelFile {
  const file = found.get(name);
  if (file !== undefined) return file;
  const entry = unusable.find((each) => each.name === name || name.startsWith(`${each.name}/`));
  throw entry?.error ?? outdated(`there is no ${quote(name)} in the model any more`);
}

function jobsOf({ first, until, file: { size } }: Share, file: ModelFile, shardSize: number | null): HashJob[] {
  if (shardSize === null) return [{ file, start: 0, end: null }];
  return Array.from({ length: until - first }, (_, index) => {
    const start = (first + index) * shardSize;
    return { file, start, end: Math.min(start + shardSize, size) };
  });
}
