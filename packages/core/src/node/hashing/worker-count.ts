import { availableParallelism } from 'node:os';

// How many workers hash beside the calling thread. All decisions about their number are made here.

/** Fewer bytes are hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** Hashing so many files takes as long as starting a worker, and looking up their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** How many workers are added for files on a disk. More would gain little, and each costs memory and time to start. */
const MAX_EXTRA_WORKERS = 4;

/** Whether there are enough files to justify starting workers, whatever their sizes. */
export function areMany(files: number): boolean {
  return files >= MANY_FILES;
}

/** The number of workers for jobs with this many bytes in total, which is null if a size is unknown. */
export function workersFor(jobs: number, bytes: number | null, threads = availableParallelism()): number {
  return areMany(jobs) || (bytes ?? 0) > WORTH_A_WORKER_BYTES ? Math.max(0, Math.min(threads, jobs) - 1) : 0;
}

/** More workers for streams would wait for the thread that reads. */
const MAX_STREAM_WORKERS = 4;

/** The most workers for streams that the calling thread reads, with this many bytes in total. */
export function workersForStreams(bytes: number, threads = availableParallelism()): number {
  return bytes > WORTH_A_WORKER_BYTES ? Math.min(MAX_STREAM_WORKERS, threads - 1) : 0;
}

/** Whether most of the bytes hashed were not in memory, given the blocks of 512 bytes that were read from disks. */
export function comesFromDisk(blocks: number, bytes: number): boolean {
  return 512 * blocks > bytes / 2;
}

/** The number of workers to add for files on a disk while so many jobs are waiting; none if the caller chose the number. */
export function extraWorkers(waiting: number, running: number, threads: number | undefined): number {
  return threads === undefined && waiting > 2 * (running + 1) ? MAX_EXTRA_WORKERS : 0;
}

/** Fewer than {@link WORTH_A_WORKER_BYTES}: one who asks for so much, range by range, will mostly ask for more. */
const WORTH_A_RANGE_WORKER_BYTES = 16_000_000;

/** Whether workers are to read ranges, once so many bytes were asked for. */
export function isWorthWorkers(bytes: number): boolean {
  return bytes > WORTH_A_RANGE_WORKER_BYTES;
}
