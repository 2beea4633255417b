import type { BigIntStats } from 'node:fs';

/** The memory behind the records of all files, as plain data that can be sent to a worker. */
export interface SharedRecords {
  /** The file of each job, plus one; 0 for a job that reads the whole of its file. Empty if every job does. */
  readonly fileOfJob: Uint32Array;
  readonly states: Int32Array;
  readonly stats: BigUint64Array;
}

const NONE = 0;
const BEING_WRITTEN = 1;
const KNOWN = 2;

/** How many numbers identify a state of a file. */
const FIELDS = 5;

/** What identifies a file with its content, as far as the file system can tell, in nanoseconds. */
function fieldsOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): bigint[] {
  return [dev, ino, size, mtimeNs, ctimeNs].map((value) => BigInt.asUintN(64, value));
}

/** Whether two stats are of the same file with the same content, as far as the file system can tell. */
export function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ctimeNs === b.ctimeNs && a.mtimeNs === b.mtimeNs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}

/**
 * The first stats of a file that is read in several ranges, perhaps by several threads: all ranges have to be of the file as
 * it was then, or the digests would describe a file that never existed (OMS-ENUM-8).
 */
export class FileRecord {
  readonly #states: Int32Array;
  readonly #stats: BigUint64Array;
  readonly #index: number;

  constructor({ states, stats }: SharedRecords, index: number) {
    this.#states = states;
    this.#stats = stats;
    this.#index = index;
  }

  /** Whether a range of the file was opened before. */
  get isKnown(): boolean {
    return Atomics.load(this.#states, this.#index) === KNOWN;
  }

  /**
   * Records the stats that `look` returns if they are the first.
   * @returns the stats; null if they differ from the first ones
   */
  compare(look: () => BigIntStats): BigIntStats | null {
    for (;;) {
      const state = Atomics.compareExchange(this.#states, this.#index, NONE, BEING_WRITTEN);
      if (state === NONE) return this.#write(look);
      if (state === KNOWN) {
        const found = look();
        return this.#isFirst(found) ? found : null;
      }
      Atomics.wait(this.#states, this.#index, BEING_WRITTEN);
    }
  }

  #write(look: () => BigIntStats): BigIntStats {
    let state = NONE;
    try {
      const found = look();
      this.#stats.set(fieldsOf(found), FIELDS * this.#index);
      state = KNOWN;
      return found;
    } finally {
      Atomics.store(this.#states, this.#index, state);
      Atomics.notify(this.#states, this.#index);
    }
  }

  #isFirst(found: BigIntStats): boolean {
    return fieldsOf(found).every((value, field) => value === this.#stats[FIELDS * this.#index + field]);
  }
}

/** Numbers the files of jobs that read a part of their file, whichever other jobs lie between them. */
export class RecordWriter {
  readonly #fileOfJob: Uint32Array;
  readonly #files = new Map<string, number>();
  #previous: { readonly path: string; readonly file: number } | null = null;

  constructor(count: number) {
    this.#fileOfJob = new Uint32Array(new SharedArrayBuffer(4 * count));
  }

  add(job: number, path: string): void {
    let file = this.#previous?.path === path ? this.#previous.file : this.#files.get(path);
    if (file === undefined) {
      file = this.#files.size;
      this.#files.set(path, file);
    }
    this.#previous = { path, file };
    this.#fileOfJob[job] = file + 1;
  }

  finish(): SharedRecords {
    const count = this.#files.size;
    return {
      fileOfJob: count === 0 ? new Uint32Array(new SharedArrayBuffer(0)) : this.#fileOfJob,
      states: new Int32Array(new SharedArrayBuffer(4 * count)),
      stats: new BigUint64Array(new SharedArrayBuffer(8 * FIELDS * count)),
    };
  }
}
