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
  readonly #digests: Buffer;

  constructor(shared: SharedTable) {
    this.shared = shared;
    this.#paths = Buffer.from(shared.paths.buffer);
    this.#digests = Buffer.from(shared.digests.buffer);
    this.#batch = this.length > MANY_JOBS ? 16 : 1;
  }

  /** Takes the ranges in as they come, so that nobody needs to keep them. */
  static create(algorithm: HashAlgorithm, count: number, jobs: Iterable<FileRange>): JobTable {
    const paths = new PathWriter(count);
    const ranges = new Float64Array(new SharedArrayBuffer(24 * count));
    let i = 0;
    for (const { path, start, end, size } of jobs) {
      paths.write(i, path);
      ranges[3 * i] = start;
      ranges[3 * i + 1] = end ?? -1;
      ranges[3 * i + 2] = size ?? -1;
      i++;
    }
    return new JobTable({
      algorithm,
      ...paths.finish(),
      ranges,
      digests: new Uint8Array(new SharedArrayBuffer(count * digestSize[algorithm])),
      order: largestFirst(ranges),
      control: new Int32Array(new SharedArrayBuffer(12)),
      bytes: new BigInt64Array(new SharedArrayBuffer(8)),
    });
  }

  /** Bytes in all jobs, or null if the size of a file is not known. */
  get totalBytes(): number | null {
    let total = 0;
    for (let job = 0; job < this.length; job++) {
      const length = lengthOf(this.shared.ranges, job);
      if (length < 0) return null;
      total += length;
    }
    return total;
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

  /** @param digest in hexadecimal */
  finish(job: number, digest: string): void {
    this.#digests.write(digest, job * digestSize[this.shared.algorithm], 'hex');
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
    const size = digestSize[this.shared.algorithm];
    return this.#digests.toString('hex', job * size, (job + 1) * size);
  }
}

/** Bytes in a job; negative if the size of the file is not known. */
function lengthOf(ranges: Float64Array, job: number): number {
  const end = ranges[3 * job + 1] as number;
  const until = end < 0 ? (ranges[3 * job + 2] as number) : end;
  return until < 0 ? -1 : until - (ranges[3 * job] as number);
}

/** Largest first, so that the threads end at about the same time. */
function largestFirst(ranges: Float64Array): Uint32Array {
  const order = new Uint32Array(new SharedArrayBuffer((4 * ranges.length) / 3));
  for (const i of order.keys()) order[i] = i;
  return order.sort((a, b) => lengthOf(ranges, b) - lengthOf(ranges, a));
}

/** Writes paths one after another into shared memory; ranges of one file share its path. */
class PathWriter {
  readonly #bounds: Uint32Array;
  #bytes: Buffer;
  #from = 0;
  #until = 0;
  #previous: string | null = null;

  constructor(count: number) {
    this.#bounds = new Uint32Array(new SharedArrayBuffer(8 * count));
    this.#bytes = Buffer.allocUnsafe(64 * count + 4096);
  }

  write(job: number, path: string): void {
    if (path !== this.#previous) {
      const needed = this.#until + 3 * path.length;
      if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * needed);
      this.#from = this.#until;
      this.#until += this.#bytes.write(path, this.#until);
      this.#previous = path;
    }
    this.#bounds[2 * job] = this.#from;
    this.#bounds[2 * job + 1] = this.#until;
  }

  finish(): Pick<SharedTable, 'paths' | 'pathBounds'> {
    const paths = new Uint8Array(new SharedArrayBuffer(this.#until));
    paths.set(this.#bytes.subarray(0, this.#until));
    return { paths, pathBounds: this.#bounds };
  }
}
