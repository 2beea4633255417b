import { lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { LoadedAlgorithm } from './algorithms.ts';
import { type FileRange, RangeHasher } from './hash-range.ts';
import { JobTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';
import type { ProgressMeter } from './progress.ts';
import type { Workers } from './workers.ts';

/** Less than this is hashed before a worker has started, which takes about 20 ms. */
const WORTH_A_WORKER_BYTES = 64_000_000;

/** So many files take a worker's start to hash, and looking at their sizes first would cost more than it gains. */
const MANY_FILES = 1500;

/** A range from this length on is read by one thread while another hashes it, if there is a thread to spare. */
const LONG_BYTES = 8 * 1024 * 1024;

/** After this long in one go, timers, signals and Ctrl-C get their turn. */
const PAUSE_AFTER_MS = 20;

/** How often it is looked whether the disk is the limit, which it is if the processors are used less than this share. */
const IDLE_CHECK_MS = 30;
const BUSY_SHARE = 0.6;
const MAX_EXTRA_WORKERS = 6;

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
  readonly threads: number | undefined;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hashes ranges of local files on all processors.
 *
 * One long range: this thread hashes while the system reads ahead into a second buffer. Anything else that is worth a
 * worker's start: this thread and one worker for each further processor take from one table, largest first, each reading
 * and hashing in turn. Further workers come while the disk is the limit. What is small is hashed here and now.
 * @throws {JobFailure}
 */
export async function hashLocal(ranges: readonly FileRange[], options: LocalOptions): Promise<string[]> {
  if (ranges.length === 0) return [];
  const sized = ranges.length < MANY_FILES ? ranges.map(withSize) : ranges;
  return new LocalHashing(sized, options).run();
}

class LocalHashing {
  readonly #ranges: readonly FileRange[];
  readonly #options: LocalOptions;
  readonly #table: JobTable;
  readonly #hasher: RangeHasher;
  readonly #threads: number;
  #pausedAt = performance.now();
  #checkedAt = performance.now();
  #checkedCpu = process.cpuUsage();
  #extraWorkers = 0;
  /** Loaded when the first worker is worth its start. */
  #workers: Workers | null = null;

  constructor(ranges: readonly FileRange[], options: LocalOptions) {
    this.#ranges = ranges;
    this.#options = options;
    this.#table = JobTable.create(options.algorithm.name, ranges, largestFirst(ranges));
    this.#hasher = new RangeHasher(options.algorithm);
    options.meter.totalBytes = totalLength(ranges);
    this.#threads = Math.min(options.threads ?? availableParallelism(), ranges.length);
  }

  async run(): Promise<string[]> {
    const { signal, meter } = this.#options;
    const stop = () => this.#table.stop();
    signal?.addEventListener('abort', stop);
    try {
      if (this.#threads > 1 && (meter.totalBytes ?? Number.POSITIVE_INFINITY) > WORTH_A_WORKER_BYTES) {
        const { Workers } = await import('./workers.ts');
        this.#workers = new Workers(this.#table.shared);
        this.#workers.add(this.#threads - 1);
      }
      await this.#work();
      await this.#awaitWorkers();
      this.#throwIfStopped();
      this.#report();
      return this.#ranges.map((_, job) => this.#table.digest(job));
    } finally {
      stop();
      await this.#workers?.ended();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** This thread's share. */
  async #work(): Promise<void> {
    for (const job of this.#table.take()) {
      try {
        const digest = await this.#hash(this.#ranges[job] as FileRange);
        if (digest) this.#table.finish(job, digest);
      } catch (error) {
        throw isFileFailure(error) ? new JobFailure(job, error) : error;
      }
      if (this.#pauseIsDue()) await this.#pause();
    }
  }

  /** A digest, at once for a short range; nothing if everything is to stop. */
  #hash(range: FileRange): Promise<Buffer | null> | Buffer {
    const isLong = lengthOf(range) >= LONG_BYTES;
    if (isLong && this.#workers === null) return this.#hasher.hashWhileReading(range, this.#onBytesWhileReading);
    const steps = this.#hasher.hash(range, this.#onBytes);
    const step = steps.next();
    return step.done ? step.value : this.#hashWithPauses(steps);
  }

  async #hashWithPauses(steps: Generator<undefined, Buffer>): Promise<Buffer | null> {
    try {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        if (this.#pauseIsDue()) await this.#pause();
        if (this.#table.stopped) return null;
      }
    } finally {
      steps.return(Buffer.alloc(0)); // closes the file, if it is still open
    }
  }

  readonly #onBytes = (count: number) => this.#table.countBytes(count);

  readonly #onBytesWhileReading = (count: number) => {
    this.#table.countBytes(count);
    this.#report();
    this.#throwIfStopped();
  };

  #pauseIsDue(): boolean {
    return performance.now() - this.#pausedAt > PAUSE_AFTER_MS;
  }

  async #pause(): Promise<void> {
    await setImmediate();
    this.#report();
    this.#throwIfStopped();
    this.#addWorkersIfIdle();
    this.#pausedAt = performance.now();
  }

  async #awaitWorkers(): Promise<void> {
    let running = this.#workers !== null;
    const ended = this.#workers?.ended().then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([ended, setTimeout(PAUSE_AFTER_MS, undefined, { ref: false })]);
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
    const elapsed = performance.now() - this.#checkedAt;
    if (this.#workers === null || elapsed < IDLE_CHECK_MS) return;
    const cpu = process.cpuUsage(this.#checkedCpu);
    const share = (cpu.user + cpu.system) / 1000 / elapsed / availableParallelism();
    this.#checkedAt = performance.now();
    this.#checkedCpu = process.cpuUsage();
    const { count } = this.#workers;
    const worthIt = this.#table.waiting > 2 * (count + 1);
    if (
      share >= BUSY_SHARE ||
      !worthIt ||
      this.#options.threads !== undefined ||
      this.#extraWorkers >= MAX_EXTRA_WORKERS
    )
      return;
    this.#workers.add(2);
    this.#extraWorkers += 2;
  }
}

/** With the size of the file, unless it is known or the file is gone, which opening it will tell. */
function withSize(range: FileRange): FileRange {
  if (range.size !== null) return range;
  return { ...range, size: lstatSync(range.path, { throwIfNoEntry: false })?.size ?? null };
}

/** Bytes in a range; zero if nobody knows. */
function lengthOf({ start, end, size }: FileRange): number {
  return (end ?? size ?? start) - start;
}

function totalLength(ranges: readonly FileRange[]): number | null {
  let total = 0;
  for (const range of ranges) {
    if (range.end === null && range.size === null) return null;
    total += lengthOf(range);
  }
  return total;
}

/** Largest first, so that the threads end at about the same time. */
function largestFirst(ranges: readonly FileRange[]): Uint32Array {
  const lengths = Float64Array.from(ranges, lengthOf);
  const order = new Uint32Array(new SharedArrayBuffer(4 * ranges.length));
  for (const i of order.keys()) order[i] = i;
  return order.sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
}

function isFileFailure(error: unknown): boolean {
  return error instanceof FileChanged || (error as NodeJS.ErrnoException).errno !== undefined;
}
