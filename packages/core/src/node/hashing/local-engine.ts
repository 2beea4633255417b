import { lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { ProgressMeter } from '../../hashing/progress.ts';
import { Yielder } from '../yielder.ts';
import type { LoadedAlgorithm } from './algorithms.ts';
import { DiskWatch } from './disk-watch.ts';
import type { FileRange } from './hash-range.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';
import type { Workers } from './workers.ts';

/** Less than this is hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** So many files take a worker's start to hash, and looking at their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** How often it is looked how far the workers are. */
const LOOK_MS = 20;

/** Workers that are added while the disk is the limit. More of them gain little, and each takes memory and a start. */
const MAX_EXTRA_WORKERS = 4;

/** What went wrong with which job. */
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
  /** What tells whether more workers would help. */
  readonly disk?: Pick<DiskWatch, 'isTheLimit'> | undefined;
}

/**
 * Starts workers for files that are expected, if they are so many that workers are worth their start.
 * @returns workers that wait; the caller closes them
 */
export async function startWorkers(files: number, threads = availableParallelism()): Promise<Workers | null> {
  if (files < MANY_FILES || threads < 2) return null;
  const { Workers } = await import('./workers.ts');
  const workers = new Workers();
  workers.add(Math.min(threads, files) - 1);
  return workers;
}

/**
 * Hashes ranges of local files on all processors.
 *
 * One long range: this thread hashes while the system reads ahead into a second buffer. Anything else that is worth a
 * worker's start: this thread and one worker for each further processor take from one table, largest first, each reading
 * and hashing in turn. Further workers come while the disk is the limit. What is small is hashed here and now.
 * @returns the table with the digests
 * @throws {JobFailure}
 */
export async function hashLocal(count: number, ranges: Iterable<FileRange>, options: LocalOptions): Promise<JobTable> {
  const workers = options.workers ?? (await startWorkers(count, options.threads));
  try {
    const table = JobTable.create(options.algorithm.name, count, count < MANY_FILES ? withSizes(ranges) : ranges);
    if (count > 0) await new LocalHashing(table, { ...options, workers }).run();
    return table;
  } finally {
    if (workers !== options.workers) await workers?.close();
  }
}

class LocalHashing {
  readonly #options: LocalOptions;
  readonly #table: JobTable;
  readonly #threads: number;
  readonly #yielder: Yielder;
  readonly #disk: Pick<DiskWatch, 'isTheLimit'>;
  #extraWorkers = 0;
  /** Loaded when the first worker is worth its start. */
  #workers: Workers | null;

  constructor(table: JobTable, options: LocalOptions) {
    this.#options = options;
    this.#workers = options.workers;
    this.#table = table;
    this.#disk = options.disk ?? new DiskWatch();
    this.#yielder = new Yielder(options.signal);
    this.#threads = Math.min(options.threads ?? availableParallelism(), table.length);
    options.meter.expect(table.totalBytes);
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const stop = () => this.#table.stop();
    signal?.addEventListener('abort', stop);
    try {
      if (this.#workers === null && this.#threads > 1 && (this.#table.totalBytes ?? 0) > WORTH_A_WORKER_BYTES) {
        const { Workers } = await import('./workers.ts');
        this.#workers = new Workers();
        this.#workers.add(this.#threads - 1);
      }
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
      for (const long of runner.run()) {
        if (long) await runner.hashWhileReading(long, this.#onChunk);
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
    this.#addWorkersIfIdle();
  }

  async #awaitWorkers(): Promise<void> {
    let running = this.#workers !== null;
    const done = this.#workers?.done().then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([done, setTimeout(LOOK_MS, undefined, { ref: false })]);
      this.#report();
      this.#addWorkersIfIdle();
    }
  }

  #report(): void {
    const { bytes, jobs } = this.#table.progress;
    this.#options.meter.set(bytes, jobs);
  }

  /** @throws what made everything stop */
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

  #addWorkersIfIdle(): void {
    if (this.#workers === null || this.#options.threads !== undefined) return;
    if (!this.#disk.isTheLimit() || this.#extraWorkers >= MAX_EXTRA_WORKERS) return;
    if (this.#table.waiting <= 2 * (this.#workers.count + 1)) return;
    this.#workers.add(MAX_EXTRA_WORKERS);
    this.#extraWorkers += MAX_EXTRA_WORKERS;
  }
}

/** With the sizes of the files, except for what is gone, which opening it will tell. */
function* withSizes(ranges: Iterable<FileRange>): Generator<FileRange> {
  for (const range of ranges) {
    const size = range.size ?? lstatSync(range.path, { throwIfNoEntry: false })?.size ?? null;
    yield { ...range, size };
  }
}

function isFileFailure(error: unknown): boolean {
  return error instanceof FileChanged || (error as NodeJS.ErrnoException).errno !== undefined;
}
