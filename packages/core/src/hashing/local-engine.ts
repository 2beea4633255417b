import { lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Breather } from '../breather.ts';
import type { HashAlgorithm, LoadedAlgorithm } from './algorithms.ts';
import { DiskWatch } from './disk-watch.ts';
import { type FileRange, RangeHasher } from './hash-range.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';
import type { ProgressMeter } from './progress.ts';
import type { Workers } from './workers.ts';

/** Less than this is hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** So many files take a worker's start to hash, and looking at their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** So many files are given to the workers at once while others are still being found. */
const FILES_AT_ONCE = 1024;

/** How often it is looked how far the workers are. */
const LOOK_MS = 20;

/** Workers that are added while the disk is the limit. */
const MAX_EXTRA_WORKERS = 2;

/** What went wrong with which job, counted over all tables. */
export class JobFailure extends Error {
  readonly job: number;

  constructor(job: number, cause: unknown) {
    super('a job failed', { cause });
    this.job = job;
  }
}

export interface RunOptions {
  readonly algorithm: LoadedAlgorithm;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hashes ranges of local files on all processors.
 *
 * One long range: this thread hashes while the system reads ahead into a second buffer. Anything else that is worth a
 * worker's start: this thread and one worker for each further processor take from the same tables, largest first, each
 * reading and hashing in turn; the workers begin while files are still being found. Further workers come while the disk is
 * the limit. What is small is hashed here and now.
 */
export class LocalEngine {
  readonly #algorithm: HashAlgorithm;
  readonly #threads: number;
  /** Whether nobody said how many threads there should be. */
  readonly #mayAddWorkers: boolean;
  readonly #tables: JobTable[] = [];
  readonly #disk = new DiskWatch();
  #waiting: FileRange[] = [];
  /** There when they are worth their start, and `#starting` is done. */
  #workers: Workers | null = null;
  #starting: Promise<void> | null = null;
  #extraWorkers = 0;

  constructor(algorithm: HashAlgorithm, threads: number | undefined) {
    this.#algorithm = algorithm;
    this.#threads = threads ?? availableParallelism();
    this.#mayAddWorkers = threads === undefined;
  }

  /** Jobs in tables. */
  get jobs(): number {
    return this.#tables.reduce((sum, { length }) => sum + length, 0);
  }

  get workerCount(): number {
    return this.#workers?.count ?? 0;
  }

  /** Starts workers for so many files, if that is worth it. */
  async expect(files: number): Promise<void> {
    if (files >= MANY_FILES) await this.#startWorkers(files);
  }

  /**
   * Takes a whole file that is to be hashed in any case. Once there are so many that workers are worth their start, they
   * begin with them.
   */
  begin(path: string): void {
    if (this.#threads < 2) return;
    this.#waiting.push({ path, size: null, start: 0, end: null });
    if (this.#waiting.length < (this.#tables.length === 0 ? MANY_FILES : FILES_AT_ONCE)) return;
    this.#add(JobTable.create(this.#algorithm, this.#waiting.length, this.#waiting));
    this.#waiting = [];
    void this.#startWorkers(MANY_FILES);
  }

  #add(table: JobTable): void {
    this.#tables.push(table);
    this.#workers?.give(table.shared);
  }

  #startWorkers(jobs: number): Promise<void> {
    if (this.#threads < 2) return Promise.resolve();
    this.#starting ??= import('./workers.ts').then(({ Workers }) => {
      this.#workers = new Workers();
      for (const { shared } of this.#tables) this.#workers.give(shared);
      this.#workers.add(Math.min(this.#threads, jobs) - 1);
    });
    return this.#starting;
  }

  /**
   * Hashes what was begun, and more ranges, of which there are `count`.
   * @returns the digests: those of the jobs in tables, in their order, and those of `ranges`
   * @throws {JobFailure}
   */
  async run(count: number, ranges: Iterable<FileRange>, options: RunOptions): Promise<string[]> {
    await this.expect(count);
    this.#add(JobTable.create(this.#algorithm, count, count < MANY_FILES ? withSizes(ranges) : ranges));
    const { meter, signal, algorithm } = options;
    meter.totalBytes = this.#totalBytes;
    if ((meter.totalBytes ?? 0) > WORTH_A_WORKER_BYTES && count > 1) await this.#startWorkers(count);
    await this.#starting;
    this.#workers?.dismiss();

    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop);
    try {
      await this.#work(new RangeHasher(algorithm), options);
      await this.#awaitWorkers(options);
      this.#throwIfStopped(signal);
      this.#report(meter);
      if (this.#progress.jobs !== this.jobs) throw new Error('not every file was hashed');
      return this.#tables.flatMap((table) => table.digests());
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Stops whatever is under way; to be called in any case. No thread is left when it is done. */
  async end(): Promise<void> {
    this.#stop();
    await this.#starting;
    this.#workers?.dismiss();
    await this.#workers?.ended();
  }

  /** This thread's share. Without workers, another thread of the system reads while this one hashes. */
  async #work(hasher: RangeHasher, { meter, signal }: RunOptions): Promise<void> {
    const breather = new Breather(signal);
    const look = () => {
      this.#report(meter);
      this.#throwIfStopped(signal);
    };
    let before = 0;
    for (const table of this.#tables) {
      const runner = new JobRunner(table, hasher, { leavesLong: this.#workers === null });
      try {
        for (const long of runner.run()) {
          if (long) await runner.hashWhileReading(long, look);
          else if (breather.isDue) {
            await breather.pause();
            look();
            this.#addWorkersIfIdle();
          }
          if (table.stopped) return;
        }
      } catch (error) {
        throw isFileFailure(error) ? new JobFailure(before + runner.job, error) : error;
      }
      before += table.length;
    }
  }

  async #awaitWorkers({ meter, signal }: RunOptions): Promise<void> {
    let running = this.#workers !== null;
    const done = this.#workers?.done().then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([done, setTimeout(LOOK_MS, undefined, { ref: false })]);
      this.#report(meter);
      this.#throwIfStopped(signal);
      this.#addWorkersIfIdle();
    }
  }

  #stop(): void {
    for (const table of this.#tables) table.stop();
  }

  get #totalBytes(): number | null {
    let total = 0;
    for (const { totalBytes } of this.#tables) {
      if (totalBytes === null) return null;
      total += totalBytes;
    }
    return total;
  }

  get #progress(): { readonly jobs: number; readonly bytes: number } {
    let jobs = 0;
    let bytes = 0;
    for (const { progress } of this.#tables) {
      jobs += progress.jobs;
      bytes += progress.bytes;
    }
    return { jobs, bytes };
  }

  #report(meter: ProgressMeter): void {
    const { jobs, bytes } = this.#progress;
    meter.set(bytes, jobs);
  }

  /** @throws what made everything stop */
  #throwIfStopped(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    const failure = this.#workers?.failure;
    if (!failure) return;
    if (failure instanceof Error) throw failure;
    const before = this.#tables.slice(0, failure.table).reduce((sum, { length }) => sum + length, 0);
    const cause = failure.changed
      ? new FileChanged(failure.message)
      : Object.assign(new Error(failure.message), failure.details);
    throw new JobFailure(before + failure.job, cause);
  }

  #addWorkersIfIdle(): void {
    if (this.#workers === null || !this.#mayAddWorkers || this.#extraWorkers >= MAX_EXTRA_WORKERS) return;
    if (!this.#disk.isDiskTheLimit()) return;
    const waiting = this.#tables.reduce((sum, table) => sum + table.waiting, 0);
    if (waiting <= 2 * (this.#workers.count + 1)) return;
    this.#workers.add(2);
    this.#extraWorkers += 2;
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
