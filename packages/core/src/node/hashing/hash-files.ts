import { checkEach, count } from '@model-signing/x509/options';
import type { HashJob, HashOptions } from '../../engine.ts';
import { OmsError } from '../../format/errors.ts';
import { quote } from '../../format/text.ts';
import { ProgressMeter } from '../../hashing/progress.ts';
import { hashStreams, lengthOf, type StreamOptions } from '../../hashing/streams.ts';
import type { ModelFile } from '../../model.ts';
import { unreadable } from '../model-errors.ts';
import { isSystemError } from '../system-errors.ts';
import { loadAlgorithm } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import type { Copies } from './job-table.ts';
import { hashLocal, JobFailure } from './local-engine.ts';
import { FileChanged } from './open-file.ts';
import type { StreamPool } from './stream-pool.ts';

/**
 * Hashes local files: computes the digest of each job, whose file has a path, as {@link HashEngine.hash} does.
 * @throws {JobFailure} for a file that changed or that the system cannot read
 */
export type HashLocal = (jobs: readonly HashJob[], options: HashLocalOptions) => Promise<string[]>;

export interface HashLocalOptions extends Pick<HashOptions, 'algorithm' | 'threads' | 'signal' | 'onPointer'> {
  readonly meter: ProgressMeter;
}

/** Hashes local files in Node, on worker threads, or on the calling thread if there is little to hash. */
export const hashInNode: HashLocal = (jobs, options) => hashTable(jobs, options, undefined);

/**
 * Like {@link hashInNode}, and writes each range to the copy of its file while it is hashed: the bytes are read once.
 * @throws {JobFailure} also for a copy that cannot be written; its cause is then a `CopyFault`
 */
export function copyInNode(jobs: readonly HashJob[], options: HashLocalOptions, copies: Copies): Promise<string[]> {
  return hashTable(jobs, options, copies);
}

async function hashTable(
  jobs: readonly HashJob[],
  { onPointer, ...options }: HashLocalOptions,
  copies: Copies | undefined,
): Promise<string[]> {
  const algorithm = await loadAlgorithm(options.algorithm, jobs.length > 0 ? warnOnce : undefined);
  const table = await hashLocal(jobs.length, rangesOf(jobs), { ...options, algorithm, copies });
  if (onPointer) for (const [job, kind] of table.pointers()) onPointer(jobs[job] as HashJob, kind);
  return table.digests();
}

/**
 * Hashes files: local ones, and those that this thread reads through functions.
 * @param hashLocally what hashes local files
 * @param pool what hashes streams; the caller closes it
 */
export async function hashFiles(
  jobs: readonly HashJob[],
  options: HashOptions,
  hashLocally: HashLocal,
  pool: StreamPool,
): Promise<string[]> {
  const { onProgress, signal } = options;
  checkEach(options, { threads: count, concurrency: count });
  signal?.throwIfAborted();
  const meter = new ProgressMeter(jobs.length, onProgress);
  const streams = jobs.filter(isStream);
  const local = streams.length === 0 ? jobs : jobs.filter((job) => !isStream(job));

  const localDigests = await hashLocalJobs(local, hashLocally, { ...options, meter });
  const streamDigests = await hashRead(streams, { ...options, meter, pool });
  meter.finish();
  if (streams.length === 0) return localDigests;
  const next = { local: localDigests.values(), stream: streamDigests.values() };
  return jobs.map((job) => next[isStream(job) ? 'stream' : 'local'].next().value as string);
}

function isStream({ file: { content } }: HashJob): boolean {
  return !('path' in content);
}

/** So many bytes, or more, take a time that a user notices with a slow form of an algorithm. */
const WORTH_WARNING = 32 * 1024 * 1024;

/** Hashes streams, on worker threads if there is much to hash, while this thread reads. */
async function hashRead(
  jobs: readonly HashJob[],
  {
    pool,
    threads,
    ...options
  }: Omit<StreamOptions, 'createHasher'> & Pick<HashOptions, 'algorithm' | 'threads'> & { pool: StreamPool },
): Promise<string[]> {
  if (jobs.length === 0) return [];
  const bytes = jobs.reduce((sum, job) => sum + (job.file.size === null ? 0 : lengthOf(job)), 0);
  const isSlowNoticed = bytes >= WORTH_WARNING || jobs.some((job) => job.file.size === null);
  const algorithm = await loadAlgorithm(options.algorithm, isSlowNoticed ? warnOnce : undefined);
  const createHasher = await pool.hashersFor(bytes, algorithm, threads);
  return hashStreams(jobs, { ...options, createHasher });
}

async function hashLocalJobs(
  jobs: readonly HashJob[],
  hashLocally: HashLocal,
  options: HashLocalOptions,
): Promise<string[]> {
  try {
    return await hashLocally(jobs, options);
  } catch (error) {
    throw error instanceof JobFailure ? fileFailure((jobs[error.job] as HashJob).file, error.cause) : error;
  }
}

let warned = false;

export function warnOnce(message: string): void {
  if (!warned) process.emitWarning(message);
  warned = true;
}

function* rangesOf(jobs: readonly HashJob[]): Generator<FileRange> {
  for (const { file, start, end } of jobs) {
    yield { path: (file.content as { path: string }).path, size: file.size, start, end };
  }
}

/** Adds the name of the file to a failure: that the file changed, or that the system cannot read it. */
export function fileFailure({ name }: Pick<ModelFile, 'name'>, cause: unknown): unknown {
  if (cause instanceof FileChanged) {
    return new OmsError('model/changed', `the file ${quote(name)} ${cause.message} while the model was read`, {
      cause,
    });
  }
  return isSystemError(cause) ? unreadable('file', name, cause) : cause;
}
