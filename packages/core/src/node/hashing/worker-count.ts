import { availableParallelism } from 'node:os';

// How many workers hash beside the calling thread. All decisions about it are here.

/** Less than this is hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** So many files take a worker's start to hash, and looking at their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** Workers that are added while hashing is I/O-bound. More of them gain little, and each takes memory and a start. */
const MAX_EXTRA_WORKERS = 4;

/** Whether files are so many that workers are worth their start, whatever the sizes of the files are. */
export function areMany(files: number): boolean {
  return files >= MANY_FILES;
}

/** The workers for files of unknown sizes. */
export function workersForFiles(files: number, threads = availableParallelism()): number {
  return areMany(files) ? workersBeside(threads, files) : 0;
}

/** The workers for jobs of this many bytes together; null if some size is unknown. */
export function workersForBytes(jobs: number, bytes: number | null, threads = availableParallelism()): number {
  return (bytes ?? 0) > WORTH_A_WORKER_BYTES ? workersBeside(threads, jobs) : 0;
}

function workersBeside(threads: number, jobs: number): number {
  return Math.max(0, Math.min(threads, jobs) - 1);
}

/** The workers to add to those that run while hashing is I/O-bound and so many jobs wait; none where the caller named a number. */
export function extraWorkers(waiting: number, running: number, threads: number | undefined): number {
  return threads === undefined && waiting > 2 * (running + 1) ? MAX_EXTRA_WORKERS : 0;
}
