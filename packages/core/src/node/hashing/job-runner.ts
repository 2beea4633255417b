import type { LoadedAlgorithm } from './algorithms.ts';
import { type FileRange, RangeHasher, type Steps } from './hash-range.ts';
import type { JobTable } from './job-table.ts';
import type { OpenFile } from './open-file.ts';

/** A range of at least this length is long. When jobs are taken in batches, long ones are left for the end. */
export const LONG_BYTES = 8 * 1024 * 1024;

/** Takes jobs from a table and hashes them, on one thread. */
export class JobRunner {
  /** The job that is being hashed, so that a failure can be attributed to it. */
  job = -1;
  readonly #table: JobTable;
  readonly #hasher: RangeHasher;
  readonly #leavesLong: boolean;
  readonly #limit: number;
  /** Where the last batch stopped: at a range that takes several steps, or at one that the caller is to hash. */
  #begun: Steps | FileRange | null = null;
  #counted = 0;

  /** @param leavesLong whether long ranges are for the caller to hash, with {@link hashWhileReading} */
  constructor(table: JobTable, algorithm: LoadedAlgorithm, { leavesLong }: { readonly leavesLong: boolean }) {
    this.#table = table;
    this.#hasher = new RangeHasher(algorithm);
    this.#leavesLong = leavesLong;
    this.#limit = table.inBatches ? LONG_BYTES : Number.POSITIVE_INFINITY;
  }

  /**
   * Hashes until no job is left. Yields whenever a pause would do no harm: with the range that the caller is to hash before it
   * goes on, with the file that it may flush, or with null. Returning early leaves no file open.
   */
  *run(): Generator<FileRange | OpenFile | null, void> {
    const { order } = this.#table.shared;
    for (let taken = this.#table.take(); taken; taken = this.#table.take()) {
      for (let at = taken.from; at < taken.until; ) {
        at = this.#hashShort(order, at, taken.until);
        if (this.#begun) yield* this.#finish(this.#begun);
        else yield null;
      }
    }
    for (let job = this.#table.takePostponed(); job !== null; job = this.#table.takePostponed()) {
      this.job = job;
      const range = this.#table.range(job);
      const hashed = this.#leavesLong ? range : this.#hasher.hash(range);
      if (typeof hashed === 'string') this.#done(hashed);
      else if (hashed) yield* this.#finish(hashed);
    }
  }

  /**
   * Hashes the jobs of a batch, in as few calls as possible, up to the first one that takes more than one step.
   * @returns where to continue
   */
  #hashShort(order: Uint32Array, from: number, until: number): number {
    const table = this.#table;
    let at = from;
    let done = 0;
    while (at < until && this.#begun === null) {
      const job = order[at++] as number;
      this.job = job;
      const range = table.range(job);
      const hashed = this.#leavesLong && isLong(range) ? range : this.#hasher.hash(range, this.#limit);
      if (typeof hashed === 'string') {
        table.setDigest(job, hashed);
        if (this.#hasher.pointer) table.setPointer(job, this.#hasher.pointer);
        done++;
      } else if (hashed === null) table.postpone(job);
      else this.#begun = hashed;
    }
    this.#count(done);
    return at;
  }

  *#finish(begun: Steps | FileRange): Generator<FileRange | OpenFile | null, void> {
    this.#begun = null;
    if ('path' in begun) {
      yield begun;
      return;
    }
    try {
      for (let step = begun.next(); ; step = begun.next()) {
        if (step.done) {
          this.#done(step.value);
          return;
        }
        this.#count(0);
        yield step.value ?? null;
      }
    } finally {
      begun.return(''); // closes the file, if it is still open
    }
  }

  /** Hashes the range that {@link run} left to the caller. */
  async hashWhileReading(range: FileRange, onChunk: () => void): Promise<void> {
    const digest = await this.#hasher.hashWhileReading(range, () => {
      this.#count(0);
      onChunk();
    });
    this.#done(digest);
  }

  #done(digest: string): void {
    this.#table.setDigest(this.job, digest);
    this.#count(1);
  }

  /** Counts jobs, and the bytes since the last time. */
  #count(jobs: number): void {
    const { bytes } = this.#hasher;
    this.#table.count(jobs, bytes - this.#counted);
    this.#counted = bytes;
  }
}

function isLong({ start, end, size }: FileRange): boolean {
  return (end ?? size ?? start) - start >= LONG_BYTES;
}
