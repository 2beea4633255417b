import type { HashAlgorithm } from './algorithms.ts';
import { digestSize } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';

/** The memory that all threads share. Plain data, so that it can be handed to a worker. */
export interface SharedTable {
  readonly algorithm: HashAlgorithm;
  /** The paths in UTF-8, one after another. */
  readonly paths: Uint8Array;
  /** For each job where its path begins and ends. */
  readonly pathBounds: Uint32Array;
  /** For each job its start, its end, and the size of the file; -1 for what is not known. */
  readonly ranges: Float64Array;
  /** The digests, by job. */
  readonly digests: Uint8Array;
  /** Jobs in the order in which they are taken. */
  readonly order: Uint32Array;
  /** How many jobs were taken, how many are done, and whether to stop. */
  readonly control: Int32Array;
  readonly bytes: BigInt64Array;
}

const TAKEN = 0;
const DONE = 1;
const STOP = 2;

/** Above this number of jobs they are taken by sixteen, since taking costs more than such small ones are worth. */
const MANY_JOBS = 4096;

/** The jobs of a model, from which every thread takes the next ones until there are none. */
export class JobTable {
  readonly shared: SharedTable;
  readonly #batch: number;
  readonly #paths: Buffer;

  constructor(shared: SharedTable) {
    this.shared = shared;
    this.#paths = Buffer.from(shared.paths.buffer, shared.paths.byteOffset, shared.paths.length);
    this.#batch = this.length > MANY_JOBS ? 16 : 1;
  }

  /** @param order the jobs in the order in which to take them, in shared memory */
  static create(algorithm: HashAlgorithm, jobs: readonly FileRange[], order: Uint32Array): JobTable {
    const { paths, bounds } = joinPaths(jobs);
    const ranges = new Float64Array(new SharedArrayBuffer(24 * jobs.length));
    for (const [i, { start, end, size }] of jobs.entries()) ranges.set([start, end ?? -1, size ?? -1], 3 * i);
    return new JobTable({
      algorithm,
      paths,
      pathBounds: bounds,
      ranges,
      digests: new Uint8Array(new SharedArrayBuffer(jobs.length * digestSize[algorithm])),
      order,
      control: new Int32Array(new SharedArrayBuffer(12)),
      bytes: new BigInt64Array(new SharedArrayBuffer(8)),
    });
  }

  get length(): number {
    return this.shared.order.length;
  }

  /** Takes the next jobs, none if there are none left or everything is to stop. */
  *take(): Generator<number> {
    const { control, order } = this.shared;
    for (;;) {
      const from = Atomics.add(control, TAKEN, this.#batch);
      const until = Math.min(from + this.#batch, order.length);
      if (from >= until) return;
      for (let i = from; i < until; i++) {
        if (this.stopped) return;
        yield order[i] as number;
      }
    }
  }

  range(job: number): FileRange {
    const { pathBounds, ranges } = this.shared;
    const start = ranges[3 * job] as number;
    const end = ranges[3 * job + 1] as number;
    const size = ranges[3 * job + 2] as number;
    return {
      path: this.#paths.toString('utf8', pathBounds[2 * job], pathBounds[2 * job + 1]),
      start,
      end: end < 0 ? null : end,
      size: size < 0 ? null : size,
    };
  }

  finish(job: number, digest: Uint8Array): void {
    this.shared.digests.set(digest, job * digestSize[this.shared.algorithm]);
    Atomics.add(this.shared.control, DONE, 1);
  }

  countBytes(count: number): void {
    Atomics.add(this.shared.bytes, 0, BigInt(count));
  }

  /** Tells all threads to take no more jobs and to leave those they have. */
  stop(): void {
    Atomics.store(this.shared.control, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.shared.control, STOP) === 1;
  }

  /** Jobs that nobody took yet. */
  get waiting(): number {
    return Math.max(0, this.length - Atomics.load(this.shared.control, TAKEN));
  }

  get progress(): { readonly jobs: number; readonly bytes: number } {
    return { jobs: Atomics.load(this.shared.control, DONE), bytes: Number(Atomics.load(this.shared.bytes, 0)) };
  }

  /** The digest of a job that is done, in lowercase hexadecimal. */
  digest(job: number): string {
    const { digests, algorithm } = this.shared;
    const size = digestSize[algorithm];
    return Buffer.from(digests.buffer, job * size, size).toString('hex');
  }
}

/** All paths in one piece of memory; ranges of one file share its path. */
function joinPaths(jobs: readonly FileRange[]): { paths: Uint8Array; bounds: Uint32Array } {
  const bounds = new Uint32Array(new SharedArrayBuffer(8 * jobs.length));
  let paths = Buffer.allocUnsafe(64 * jobs.length + 4096);
  let from = 0;
  let until = 0;
  let previous: string | null = null;
  for (const [i, { path }] of jobs.entries()) {
    if (path !== previous) {
      const needed = until + 3 * path.length;
      if (needed > paths.length) paths = Buffer.concat([paths.subarray(0, until)], 2 * needed);
      from = until;
      until += paths.write(path, until);
      previous = path;
    }
    bounds[2 * i] = from;
    bounds[2 * i + 1] = until;
  }
  return { paths: shareBytes(paths.subarray(0, until)), bounds };
}

function shareBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
