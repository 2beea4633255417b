import path from 'node:path';
import { digestSize, type HashAlgorithm } from '../../format/algorithms.ts';
import { type PointerKind, pointerKinds } from '../../format/pointer.ts';
import { release } from '../../format/release.ts';
import { FileRecord, RecordWriter, type SharedRecords } from './file-record.ts';
import type { FileRange } from './hash-range.ts';

/** The memory that all threads share, as plain data that can be sent to a worker. */
export interface SharedTable {
  readonly algorithm: HashAlgorithm;
  /** The paths in UTF-8, one after another. */
  readonly paths: Uint8Array;
  /** Where the path of each job begins and ends. */
  readonly pathBounds: Uint32Array;
  /** The start and end of each job and the size of its file; -1 if unknown. */
  readonly ranges: Float64Array;
  /** The first stats of the files that have several jobs. */
  readonly records: SharedRecords;
  /** Where the ranges are copied to; null if they are only hashed. */
  readonly copies: SharedCopies | null;
  /** The digests, by job. */
  readonly digests: Uint8Array;
  /** The kind of pointer that the file of each job is, as index plus one; 0 for none. */
  readonly pointers: Uint8Array;
  /** Jobs in the order in which they are taken. */
  readonly order: Uint32Array;
  /** The counters, at the positions that the constants below name. */
  readonly control: Int32Array;
  readonly bytes: BigInt64Array;
}

/** Where each range is copied to while it is hashed. */
export interface Copies {
  /** The path of a directory that only this user can look into. */
  readonly directory: string;
  /** The number of the file of each job, which is the name of its copy. */
  readonly numbers: readonly number[];
  /** Whether large ranges are written back to the disk, while others are read. */
  readonly sync: boolean;
}

/** The same in shared memory. */
interface SharedCopies {
  readonly directory: string;
  readonly numbers: Uint32Array;
  readonly sync: boolean;
}

const TAKEN = 0;
const DONE = 1;
const STOP = 2;
const COUNTERS = 3;

/** The jobs of a model, from which all threads take until none is left. */
export class JobTable {
  readonly shared: SharedTable;
  readonly #paths: Buffer;
  readonly #digests: Buffer;
  readonly #digestSize: number;

  constructor(shared: SharedTable) {
    this.shared = shared;
    this.#paths = Buffer.from(shared.paths.buffer);
    this.#digests = Buffer.from(shared.digests.buffer);
    this.#digestSize = digestSize[shared.algorithm];
  }

  /** Takes the ranges from an iterable, so that they are never all in memory. */
  static create(
    algorithm: HashAlgorithm,
    count: number,
    jobs: Iterable<FileRange>,
    copies: Copies | null = null,
  ): JobTable {
    const paths = new PathWriter(count);
    const ranges = new Float64Array(new SharedArrayBuffer(24 * count));
    const records = new RecordWriter(count);
    let i = 0;
    for (const { path: file, start, end, size } of jobs) {
      paths.add(file);
      ranges[3 * i] = start;
      ranges[3 * i + 1] = end ?? -1;
      ranges[3 * i + 2] = size ?? -1;
      if (start > 0 || (end !== null && end !== size)) records.add(i, file);
      i++;
    }
    return new JobTable({
      algorithm,
      ...paths.finish(),
      records: records.finish(),
      ranges,
      copies: copies && { ...copies, numbers: shared(copies.numbers) },
      digests: new Uint8Array(new SharedArrayBuffer(count * digestSize[algorithm])),
      pointers: new Uint8Array(new SharedArrayBuffer(count)),
      order: largestFirst(ranges),
      control: new Int32Array(new SharedArrayBuffer(4 * COUNTERS)),
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

  /** Takes the next job; null if there is none left. */
  take(): number | null {
    return this.shared.order[Atomics.add(this.shared.control, TAKEN, 1)] ?? null;
  }

  range(job: number): FileRange {
    const { pathBounds, ranges, records, copies } = this.shared;
    const start = ranges[3 * job] as number;
    const end = ranges[3 * job + 1] as number;
    const size = ranges[3 * job + 2] as number;
    const file = records.fileOfJob[job] ?? 0;
    return {
      path: this.#paths.toString('utf8', pathBounds[2 * job], pathBounds[2 * job + 1]),
      start,
      end: end < 0 ? null : end,
      size: size < 0 ? null : size,
      record: file === 0 ? null : new FileRecord(records, file - 1),
      copyTo: copies && path.join(copies.directory, String(copies.numbers[job])),
      sync: copies?.sync,
    };
  }

  /** @param digest in hexadecimal */
  setDigest(job: number, digest: string): void {
    this.#digests.write(digest, job * this.#digestSize, 'hex');
  }

  setPointer(job: number, kind: PointerKind): void {
    this.shared.pointers[job] = pointerKinds.indexOf(kind) + 1;
  }

  /** The jobs whose file is a pointer. */
  *pointers(): Generator<readonly [job: number, kind: PointerKind]> {
    for (const [job, kind] of this.shared.pointers.entries()) {
      if (kind > 0) yield [job, pointerKinds[kind - 1] as PointerKind];
    }
  }

  /** Counts what was done, for the progress. */
  count(jobs: number, bytes: number): void {
    if (jobs > 0) Atomics.add(this.shared.control, DONE, jobs);
    if (bytes > 0) Atomics.add(this.shared.bytes, 0, BigInt(bytes));
  }

  /** Tells all threads to take no more jobs and to abandon those they have. */
  stop(): void {
    Atomics.store(this.shared.control, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.shared.control, STOP) === 1;
  }

  /** Jobs that have not been taken yet. */
  get waiting(): number {
    return Math.max(0, this.length - Atomics.load(this.shared.control, TAKEN));
  }

  get progress(): { readonly jobs: number; readonly bytes: number } {
    return { jobs: Atomics.load(this.shared.control, DONE), bytes: Number(Atomics.load(this.shared.bytes, 0)) };
  }

  /** The digests of all jobs, in their order, in lowercase hexadecimal. */
  digests(): string[] {
    const size = this.#digestSize;
    return Array.from({ length: this.length }, (_, job) => this.#digests.toString('hex', job * size, (job + 1) * size));
  }
}

function shared(numbers: readonly number[]): Uint32Array {
  const array = new Uint32Array(new SharedArrayBuffer(4 * numbers.length));
  array.set(numbers);
  return array;
}

/** Bytes in a job; negative if the size of the file is not known. */
function lengthOf(ranges: Float64Array, job: number): number {
  const end = ranges[3 * job + 1] as number;
  const until = end < 0 ? (ranges[3 * job + 2] as number) : end;
  return until < 0 ? -1 : until - (ranges[3 * job] as number);
}

/** Largest first, so that all threads finish at about the same time; in listed order if no size is known. */
function largestFirst(ranges: Float64Array): Uint32Array {
  const order = new Uint32Array(new SharedArrayBuffer((4 * ranges.length) / 3));
  let isAnyKnown = false;
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
    isAnyKnown ||= lengthOf(ranges, i) >= 0;
  }
  return isAnyKnown ? order.sort((a, b) => lengthOf(ranges, b) - lengthOf(ranges, a)) : order;
}

/** Writes paths one after another into shared memory; neighbouring ranges of one file share its path. */
class PathWriter {
  readonly #bounds: Uint32Array;
  #bytes: Buffer;
  #length = 0;
  #jobs = 0;
  #previous: string | null = null;

  constructor(count: number) {
    this.#bounds = new Uint32Array(new SharedArrayBuffer(8 * count));
    this.#bytes = Buffer.allocUnsafeSlow(256 * count + 4096);
  }

  add(path: string): void {
    const at = 2 * this.#jobs++;
    const isNew = path !== this.#previous;
    this.#bounds[at] = isNew ? this.#length : (this.#bounds[at - 2] as number);
    if (isNew) this.#write(path);
    this.#bounds[at + 1] = this.#length;
    this.#previous = path;
  }

  #write(path: string): void {
    const needed = this.#length + 3 * path.length;
    if (needed > this.#bytes.length) this.#grow(2 * needed);
    this.#length += this.#bytes.write(path, this.#length);
  }

  /** Memory costs nothing until it is written to, so it can be reserved generously. */
  #grow(length: number): void {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }

  finish(): Pick<SharedTable, 'paths' | 'pathBounds'> {
    const paths = new Uint8Array(new SharedArrayBuffer(this.#length));
    paths.set(this.#bytes.subarray(0, this.#length));
    release(this.#bytes);
    return { paths, pathBounds: this.#bounds };
  }
}
