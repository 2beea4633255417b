import type { LoadedAlgorithm } from './algorithms.ts';
import { RangeHasher, type RangeOptions, type Steps } from './hash-range.ts';
import type { JobTable } from './job-table.ts';

/** Takes jobs from a table and hashes them, on one thread. */
export class JobRunner {
  /** The job that is being hashed, so that a failure can be attributed to it. */
  job = -1;
  readonly #table: JobTable;
  readonly #hasher: RangeHasher;

  constructor(table: JobTable, algorithm: LoadedAlgorithm, { mayReadAhead }: Pick<RangeOptions, 'mayReadAhead'>) {
    this.#table = table;
    this.#hasher = new RangeHasher(algorithm, { mayReadAhead, onBytes: (bytes) => table.count(0, bytes) });
  }

  /**
   * Hashes until no job is left. Yields whenever a pause would do no harm: null, or a promise that has to settle first. Returning
   * early leaves no file open.
   */
  *run(): Steps<void> {
    const table = this.#table;
    for (let job = table.take(); job !== null; job = table.take()) {
      this.job = job;
      table.setDigest(job, yield* this.#hasher.hash(table.range(job)));
      if (this.#hasher.pointer) table.setPointer(job, this.#hasher.pointer);
      table.count(1, 0);
      yield null;
    }
  }
}
