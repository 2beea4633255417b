import { checkEach, count } from '@model-signing/x509/options';
import type { HashJob, HashOptions } from '../../engine.ts';
import { OmsError } from '../../format/errors.ts';
import { quote } from '../../format/text.ts';
import { ProgressMeter } from '../../hashing/progress.ts';
import { hashStreams, lengthOf, type StreamOptions } from '../../hashing/streams.ts';
import { unreadable } from '../model-errors.ts';
import { isSystemError } from '../system-errors.ts';
import { type LoadedAlgorithm, loadAlgorithm, localHasher } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import { hashLocal, JobFailure, type LocalOptions } from './local-engine.ts';
import { FileChanged } from './open-file.ts';
import { workersForStreams } from './worker-count.ts';
import type { Workers } from './workers.ts';

/**
 * Hashes files: local ones on several threads, and those that are read through functions on this thread.
 * @param workers started ahead, if any; the caller closes them
 */
export async function hashFiles(
  jobs: readonly HashJob[],
  options: HashOptions,
  workers: Workers | null,
): Promise<string[]> {
  const { onProgress, signal } = options;
  checkEach(options, { threads: count });
  signal?.throwIfAborted();
  const algorithm = await loadAlgorithm(options.algorithm, warnOnce);
  const meter = new ProgressMeter(jobs.length, onProgress);
  const streams = jobs.filter(isStream);
  const local = streams.length === 0 ? jobs : jobs.filter((job) => !isStream(job));

  const localDigests = await hashLocalJobs(local, { ...options, algorithm, meter, signal, workers });
  const streamDigests = await hashOnWorkers(streams, algorithm, { ...options, meter });
  meter.finish();
  if (streams.length === 0) return localDigests;
  const next = { local: localDigests.values(), stream: streamDigests.values() };
  return jobs.map((job) => next[isStream(job) ? 'stream' : 'local'].next().value as string);
}

function isStream({ file: { content } }: HashJob): boolean {
  return !('path' in content);
}

/** Hashes streams on worker threads if there is much to hash, while this thread reads. */
async function hashOnWorkers(
  jobs: readonly HashJob[],
  algorithm: LoadedAlgorithm,
  options: Omit<StreamOptions, 'createHasher'> & Pick<HashOptions, 'threads'>,
): Promise<string[]> {
  const bytes = jobs.reduce((sum, job) => sum + (job.file.size === null ? 0 : lengthOf(job)), 0);
  const count = workersForStreams(jobs.length, bytes, options.threads);
  if (count === 0) return hashStreams(jobs, { ...options, createHasher: () => localHasher(algorithm) });
  const { StreamWorkers } = await import('./stream-workers.ts');
  await using workers = new StreamWorkers(algorithm, count);
  return await hashStreams(jobs, { ...options, createHasher: () => workers.createHasher() });
}

async function hashLocalJobs(
  jobs: readonly HashJob[],
  { onPointer, ...options }: LocalOptions & Pick<HashOptions, 'onPointer'>,
): Promise<string[]> {
  try {
    const table = await hashLocal(jobs.length, rangesOf(jobs), options);
    if (onPointer) for (const [job, kind] of table.pointers()) onPointer(jobs[job] as HashJob, kind);
    return table.digests();
  } catch (error) {
    throw error instanceof JobFailure ? named(jobs[error.job] as HashJob, error.cause) : error;
  }
}

let warned = false;

function warnOnce(message: string): void {
  if (!warned) process.emitWarning(message);
  warned = true;
}

function* rangesOf(jobs: readonly HashJob[]): Generator<FileRange> {
  for (const { file, start, end } of jobs) {
    yield { path: (file.content as { path: string }).path, size: file.size, start, end };
  }
}

/** Adds the name of the file to a failure: that the file changed, or that the system cannot read it. */
function named({ file: { name } }: HashJob, cause: unknown): unknown {
  if (cause instanceof FileChanged) {
    return new OmsError('model/changed', `the file ${quote(name)} ${cause.message} while the model was read`, {
      cause,
    });
  }
  return isSystemError(cause) ? unreadable('file', name, cause) : cause;
}
