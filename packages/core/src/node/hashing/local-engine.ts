import { lstatSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ProgressMeter } from '../../hashing/progress.ts';
import { attempt } from '../system-errors.ts';
import { Yielder } from '../yielder.ts';
import type { LoadedAlgorithm } from './algorithms.ts';
import { DiskWatch } from './disk-watch.ts';
import type { FileRange } from './hash-range.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { FileChanged, OpenFile } from './open-file.ts';
import { areMany, extraWorkers, workersForBytes, workersForFiles } from './worker-count.ts';
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
  readonly signal: AbortSignal | undefined;
  /** Workers that were started ahead. */
  readonly workers: Workers | null;
  /** Tells whether more workers would help. */
  readonly disk?: Pick<DiskWatch, 'isIoBound'> | undefined;
}

/**
 * Starts workers ahead of time if enough files are expected to justify the cost of starting them.
 * @returns idle workers, which the caller closes
 */
export async function startWorkers(files: number, threads?: number): Promise<Workers | null> {
  const count = workersForFiles(files, threads);
  return count === 0 ? null : newWorkers(count);
}

/** Loads the module only when a worker is needed. */
async function newWorkers(count: number): Promise<Workers> {
  const { Workers } = await import('./workers.ts');
  const workers = new Workers();
  workers.add(count);
  return workers;
}

/**
 * Hashes ranges of local files on all processors.
 *
 * One long range is hashed on this thread while the system reads ahead into a second buffer. Any other large amount of work
 * is shared: this thread and one worker for each further processor take jobs from one table, largest first, and each reads
 * and hashes in turn; workers are added while hashing is I/O-bound. A small amount is hashed on this thread alone.
 * @returns the table with the digests
 * @throws {JobFailure}
 */
export async function hashLocal(count: number, ranges: Iterable<FileRange>, options: LocalOptions): Promise<JobTable> {
  const workers = options.workers ?? (await startWorkers(count, options.threads));
  try {
    const table = JobTable.create(options.algorithm.name, count, areMany(count) ? ranges : withSizes(ranges));
    if (count > 0) await new LocalHashing(table, { ...options, workers }).run();
    return table;
  } finally {
    if (workers !== options.workers) await workers?.close();
  }
}

class LocalHashing {
  readonly #options: LocalOptions;
  readonly #table: JobTable;
  readonly #yielder: Yielder;
  readonly #disk: Pick<DiskWatch, 'isIoBound'>;
  #hasExtraWorkers = false;
  #workers: Workers | null;

  constructor(table: JobTable, options: LocalOptions) {
    this.#options = options;
    this.#workers = options.workers;
    this.#table = table;
    this.#disk = options.disk ?? new DiskWatch();
    this.#yielder = new Yielder(options.signal);
    options.meter.expect(table.totalBytes);
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const stop = () => this.#table.stop();
    signal?.addEventListener('abort', stop);
    try {
      const count = workersForBytes(this.#table.length, this.#table.totalBytes, this.#options.threads);
      if (this.#workers === null && count > 0) this.#workers = await newWorkers(count);
      this.#workers?.give(this.#table.shared);
      await this.#work();
      await this.#awaitWorkers();
      this.#throwIfStopped();
      this.#report();
      if (this.#table.progress.jobs !== this.#table.length) throw new Error('not every file was hashed');
    } finally {
      stop();
      if (this.#workers !== this.#options.workers) await this.#workers?.ended();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** This thread's share. Without workers, another thread of the system reads while this one hashes. */
  async #work(): Promise<void> {
    const runner = new JobRunner(this.#table, this.#options.algorithm, { leavesLong: this.#workers === null });
    try {
      for (const next of runner.run()) {
        if (next instanceof OpenFile) await next.flush();
        else if (next) await runner.hashWhileReading(next, this.#onChunk);
        else if (this.#yielder.shouldYield) await this.#pause();
        if (this.#table.stopped) return;
      }
    } catch (error) {
      throw isFileFailure(error) ? new JobFailure(runner.job, error) : error;
    }
  }

  readonly #onChunk = () => {
    this.#report();
    this.#throwIfStopped();
  };

  async #pause(): Promise<void> {
    await this.#yielder.yieldNow();
    this.#report();
    this.#throwIfStopped();
    this.#addWorkersIfIoBound();
  }

  async #awaitWorkers(): Promise<void> {
    let running = this.#workers !== null;
    const done = this.#workers?.done().then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([done, setTimeout(POLL_MS, undefined, { ref: false })]);
      this.#report();
      this.#addWorkersIfIoBound();
    }
  }

  #report(): void {
    const { bytes, jobs } = this.#table.progress;
    this.#options.meter.set(bytes, jobs);
  }

  /** @throws the failure that stopped everything */
  #throwIfStopped(): void {
    this.#options.signal?.throwIfAborted();
    const failure = this.#workers?.failure;
    if (!failure) return;
    if (failure instanceof Error) throw failure;
    const cause = failure.changed
      ? new FileChanged(failure.message)
      : Object.assign(new Error(failure.message), failure.details);
    throw new JobFailure(failure.job, cause);
  }

  #addWorkersIfIoBound(): void {
    if (this.#workers === null || this.#hasExtraWorkers || !this.#disk.isIoBound()) return;
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
