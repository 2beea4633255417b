import { lstatSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ProgressMeter } from '../../hashing/progress.ts';
import { attempt } from '../system-errors.ts';
import { Yielder } from '../yielder.ts';
import type { LoadedAlgorithm } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import { JobRunner } from './job-runner.ts';
import { type Copies, JobTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';
import { areMany, comesFromDisk, extraWorkers, workersFor } from './worker-count.ts';
import { errorOf } from './worker-failure.ts';
import type { Workers } from './workers.ts';

/** Poll interval for the progress of the workers. */
const POLL_MS = 20;

/** A failure, with the job that failed. */
export class JobFailure extends Error {
  readonly job: number;

  constructor(job: number, cause: unknown) {
    super('a job failed', { cause });
    this.job = job;
  }
}

export interface LocalOptions {
  readonly algorithm: LoadedAlgorithm;
  readonly threads?: number | undefined;
  readonly meter: ProgressMeter;
  readonly signal?: AbortSignal | undefined;
  /** Where the ranges are copied to while they are hashed. */
  readonly copies?: Copies | undefined;
  /** How much this process has read from disks so far, in blocks of 512 bytes. */
  readonly blocksRead?: (() => number) | undefined;
}

/**
 * Hashes ranges of local files on all processors: this thread and one worker for each further processor take jobs from one table,
 * largest first, and each reads and hashes in turn. Workers are added if the files come from a disk. A single range, or a small
 * amount, is hashed on this thread alone.
 * @returns the table with the digests
 * @throws {JobFailure}
 */
export async function hashLocal(count: number, ranges: Iterable<FileRange>, options: LocalOptions): Promise<JobTable> {
  const { algorithm, copies } = options;
  const { name } = algorithm;
  const table = JobTable.create(name, count, areMany(count) ? ranges : withSizes(ranges), copies);
  if (count > 0) await new LocalHashing(table, options).run();
  return table;
}

class LocalHashing {
  readonly #options: LocalOptions;
  readonly #table: JobTable;
  readonly #yielder: Yielder;
  readonly #blocksRead: () => number;
  readonly #blocksBefore: number;
  #hasExtraWorkers = false;
  #workers: Workers | null = null;

  constructor(table: JobTable, options: LocalOptions) {
    this.#options = options;
    this.#table = table;
    this.#blocksRead = options.blocksRead ?? (() => process.resourceUsage().fsRead);
    this.#blocksBefore = this.#blocksRead();
    this.#yielder = new Yielder(options.signal);
    options.meter.expect(table.totalBytes);
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const stop = () => this.#table.stop();
    signal?.addEventListener('abort', stop);
    try {
      await this.#startWorkers();
      await this.#work();
      await this.#awaitWorkers();
      this.#throwIfStopped();
      this.#report();
      if (this.#table.progress.jobs !== this.#table.length) throw new Error('not every file was hashed');
    } finally {
      stop();
      await this.#workers?.ended();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Starts the workers that the amount of work is worth. Their module is loaded only if there are any. */
  async #startWorkers(): Promise<void> {
    const count = workersFor(this.#table.length, this.#table.totalBytes, this.#options.threads);
    if (count === 0) return;
    const { Workers } = await import('./workers.ts');
    this.#workers = new Workers(this.#table.shared);
    this.#workers.add(count);
  }

  /** This thread's share. */
  async #work(): Promise<void> {
    const runner = new JobRunner(this.#table, this.#options.algorithm, {
      mayReadAhead: this.#workers === null,
    });
    try {
      for (const pending of runner.run()) {
        if (pending || this.#yielder.shouldYield) await this.#pause(pending);
        if (this.#table.stopped) return;
      }
    } catch (error) {
      throw isFileFailure(error) ? new JobFailure(runner.job, error) : error;
    }
  }

  async #pause(pending: Promise<void> | null): Promise<void> {
    await (pending ?? this.#yielder.yieldNow());
    this.#report();
    this.#throwIfStopped();
    this.#addWorkersIfOnDisk();
  }

  async #awaitWorkers(): Promise<void> {
    let running = this.#workers !== null;
    const ended = this.#workers?.ended().then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([ended, setTimeout(POLL_MS, undefined, { ref: false })]);
      this.#report();
      this.#addWorkersIfOnDisk();
    }
  }

  #report(): void {
    const { bytes, jobs } = this.#table.progress;
    // Reporting nothing would put off the first report, since there are few in a second.
    if (bytes > 0 || jobs > 0) this.#options.meter.set(bytes, jobs);
  }

  /** @throws the failure that stopped everything */
  #throwIfStopped(): void {
    this.#options.signal?.throwIfAborted();
    const failure = this.#workers?.failure;
    if (!failure) return;
    if (failure instanceof Error) throw failure;
    throw new JobFailure(failure.job, errorOf(failure));
  }

  /** Several threads that wait for a disk at the same time get more from it. */
  #addWorkersIfOnDisk(): void {
    if (this.#workers === null || this.#hasExtraWorkers) return;
    const blocks = this.#blocksRead() - this.#blocksBefore;
    if (!comesFromDisk(blocks, this.#table.progress.bytes)) return;
    const count = extraWorkers(this.#table.waiting, this.#workers.count, this.#options.threads);
    this.#workers.add(count);
    this.#hasExtraWorkers = count > 0;
  }
}

/** Adds the sizes of the files. One that cannot be looked at gets none: opening it reports the failure, with its name. */
function* withSizes(ranges: Iterable<FileRange>): Generator<FileRange> {
  for (const range of ranges) {
    const size = range.size ?? attempt(() => lstatSync(range.path))?.size ?? null;
    yield { ...range, size };
  }
}

function isFileFailure(error: unknown): boolean {
  return error instanceof FileChanged || (error as NodeJS.ErrnoException).errno !== undefined;
}
