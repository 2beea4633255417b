import { availableParallelism } from 'node:os';

// How many workers hash beside the calling thread. All decisions about their number are made here.

/** Fewer bytes are hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** Hashing so many files takes as long as starting a worker, and looking up their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** How many workers may be added while hashing is I/O-bound. More would gain little, and each costs memory and time to start. */
const MAX_EXTRA_WORKERS = 4;

/** Whether there are enough files to justify starting workers, whatever their sizes. */
export function areMany(files: number): boolean {
  return files >= MANY_FILES;
}

/** The number of workers for files of unknown sizes. */
export function workersForFiles(files: number, threads = availableParallelism()): number {
  return areMany(files) ? workersBeside(threads, files) : 0;
}

/** The number of workers for jobs with this many bytes in total, which is null if a size is unknown. */
export function workersForBytes(jobs: number, bytes: number | null, threads = availableParallelism()): number {
  return (bytes ?? 0) > WORTH_A_WORKER_BYTES ? workersBeside(threads, jobs) : 0;
}

/** More workers for streams would wait for the thread that reads. */
const MAX_STREAM_WORKERS = 4;

/** The number of workers for files that the calling thread reads, with this many bytes in total. */
export function workersForStreams(jobs: number, bytes: number, threads = availableParallelism()): number {
  return bytes > WORTH_A_WORKER_BYTES ? Math.min(MAX_STREAM_WORKERS, threads - 1, jobs) : 0;
}

function workersBeside(threads: number, jobs: number): number {
  return Math.max(0, Math.min(threads, jobs) - 1);
}

/** The number of workers to add while hashing is I/O-bound and so many jobs are waiting; none if the caller chose the number. */
export function extraWorkers(waiting: number, running: number, threads: number | undefined): number {
  return threads === undefined && waiting > 2 * (running + 1) ? MAX_EXTRA_WORKERS : 0;
}
