import { digestSize, type HashAlgorithm } from '../../format/algorithms.ts';
import { type PointerKind, pointerKinds } from '../../format/pointer.ts';
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
  /** The digests, by job. */
  readonly digests: Uint8Array;
  /** The kind of pointer that the file of each job is, as index plus one; 0 for none. */
  readonly pointers: Uint8Array;
  /** Jobs in the order in which they are taken. */
  readonly order: Uint32Array;
  /** Jobs in a batch that turned out to be long, stored as index plus one; they are taken last, one by one. */
  readonly postponed: Int32Array;
  /** The counters, at the positions that the constants below name. */
  readonly control: Int32Array;
  readonly bytes: BigInt64Array;
}

const TAKEN = 0;
const DONE = 1;
const STOP = 2;
const POSTPONED = 3;
const POSTPONED_TAKEN = 4;
const COUNTERS = 5;

/** Above this number, jobs are taken sixteen at a time, since taking a small job on its own costs more than hashing it. */
const MANY_JOBS = 4096;
const BATCH = 16;

/** The jobs of a model, from which all threads take until none is left. */
export class JobTable {
  readonly shared: SharedTable;
  /** Whether jobs are taken several at a time. */
  readonly inBatches: boolean;
  readonly #paths: Buffer;
  readonly #digests: Buffer;
  readonly #digestSize: number;

  constructor(shared: SharedTable) {
    this.shared = shared;
    this.#paths = Buffer.from(shared.paths.buffer);
    this.#digests = Buffer.from(shared.digests.buffer);
    this.#digestSize = digestSize[shared.algorithm];
    this.inBatches = this.length > MANY_JOBS;
  }

  /** Takes the ranges from an iterable, so that they are never all in memory. */
  static create(algorithm: HashAlgorithm, count: number, jobs: Iterable<FileRange>): JobTable {
    const paths = new PathWriter(count);
    const ranges = new Float64Array(new SharedArrayBuffer(24 * count));
    const records = new RecordWriter(count);
    let i = 0;
    for (const { path, start, end, size } of jobs) {
      paths.add(path);
      ranges[3 * i] = start;
      ranges[3 * i + 1] = end ?? -1;
      ranges[3 * i + 2] = size ?? -1;
      if (start > 0 || (end !== null && end !== size)) records.add(i, path);
      i++;
    }
    return new JobTable({
      algorithm,
      ...paths.finish(),
      records: records.finish(),
      ranges,
      digests: new Uint8Array(new SharedArrayBuffer(count * digestSize[algorithm])),
      pointers: new Uint8Array(new SharedArrayBuffer(count)),
      order: largestFirst(ranges),
      postponed: new Int32Array(new SharedArrayBuffer(count > MANY_JOBS ? 4 * count : 0)),
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

  /** Takes the next jobs: those of `shared.order` from `from` and before `until`; null if there are none left. */
  take(): { readonly from: number; readonly until: number } | null {
    const count = this.inBatches ? BATCH : 1;
    const from = Atomics.add(this.shared.control, TAKEN, count);
    return from < this.length ? { from, until: Math.min(from + count, this.length) } : null;
  }

  /**
   * Leaves a job of a batch for the end, when jobs are taken one by one, so that long jobs that are neighbours in a listing
   * do not wait for one another.
   */
  postpone(job: number): void {
    const { control, postponed } = this.shared;
    Atomics.store(postponed, Atomics.add(control, POSTPONED, 1), job + 1);
  }

  /** Takes one of the jobs that were left for the end; null if there are none. */
  takePostponed(): number | null {
    const { control, postponed } = this.shared;
    for (;;) {
      const at = Atomics.load(control, POSTPONED_TAKEN);
      if (at >= Atomics.load(control, POSTPONED)) return null;
      if (Atomics.compareExchange(control, POSTPONED_TAKEN, at, at + 1) !== at) continue;
      let entry = 0;
      while (entry === 0) entry = Atomics.load(postponed, at); // the thread that counted it is about to write it
      return entry - 1;
    }
  }

  range(job: number): FileRange {
    const { pathBounds, ranges, records } = this.shared;
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
    const { control } = this.shared;
    const postponed = Atomics.load(control, POSTPONED) - Atomics.load(control, POSTPONED_TAKEN);
    return Math.max(0, this.length - Atomics.load(control, TAKEN)) + postponed;
  }

  get progress(): { readonly jobs: number; readonly bytes: number } {
    return { jobs: Atomics.load(this.shared.control, DONE), bytes: Number(Atomics.load(this.shared.bytes, 0)) };
  }

  /** The digests of all jobs, in their order, in lowercase hexadecimal. */
  digests(): string[] {
    const digits = 2 * this.#digestSize;
    const digests: string[] = [];
    for (let from = 0; from < this.length; from += DIGESTS_AT_ONCE) {
      const until = Math.min(from + DIGESTS_AT_ONCE, this.length);
      const text = this.#digests.toString('hex', from * this.#digestSize, until * this.#digestSize);
      for (let at = 0; at < text.length; at += digits) digests.push(text.slice(at, at + digits));
    }
    return digests;
  }
}

/** How many digests to convert to text in one call, since every call has a cost. */
const DIGESTS_AT_ONCE = 1024;

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

/** How many paths to encode in one call. */
const PATHS_AT_ONCE = 256;

/** Writes paths one after another into shared memory; ranges of one file share its path. */
class PathWriter {
  readonly #bounds: Uint32Array;
  #bytes: Buffer;
  /** Bytes written so far, and jobs whose bounds are known. */
  #length = 0;
  #jobs = 0;
  /** Paths that have not been written yet. */
  #gathered: string[] = [];
  #previous: string | null = null;

  constructor(count: number) {
    this.#bounds = new Uint32Array(new SharedArrayBuffer(8 * count));
    this.#bytes = Buffer.allocUnsafeSlow(256 * count + 4096);
  }

  add(path: string): void {
    if (path === this.#previous) {
      this.#write();
      this.#setBounds(this.#bounds[2 * this.#jobs - 2] as number, this.#length);
      return;
    }
    this.#previous = path;
    this.#gathered.push(path);
    if (this.#gathered.length === PATHS_AT_ONCE) this.#write();
  }

  #write(): void {
    if (this.#gathered.length === 0) return;
    const text = this.#gathered.join('');
    const needed = this.#length + 3 * text.length;
    if (needed > this.#bytes.length) this.#grow(2 * needed);
    const written = this.#bytes.write(text, this.#length);
    const isAscii = written === text.length;
    for (const path of this.#gathered) {
      const length = isAscii ? path.length : Buffer.byteLength(path);
      this.#setBounds(this.#length, this.#length + length);
      this.#length += length;
    }
    this.#gathered = [];
  }

  /** Memory costs nothing until it is written to, so it can be reserved generously. */
  #grow(length: number): void {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }

  #setBounds(from: number, until: number): void {
    this.#bounds[2 * this.#jobs] = from;
    this.#bounds[2 * this.#jobs + 1] = until;
    this.#jobs++;
  }

  finish(): Pick<SharedTable, 'paths' | 'pathBounds'> {
    this.#write();
    const paths = new Uint8Array(new SharedArrayBuffer(this.#length));
    paths.set(this.#bytes.subarray(0, this.#length));
    return { paths, pathBounds: this.#bounds };
  }
}
