import { MAX_POINTER_BYTES, type PointerKind, pointerKind } from '../../format/pointer.ts';
import { now } from '../yielder.ts';
import type { LoadedAlgorithm } from './algorithms.ts';
import type { FileRecord } from './file-record.ts';
import { OpenFile } from './open-file.ts';
import { RangeCopy } from './range-copy.ts';

/** A range of a local file: the bytes `[start, end)`, with `end` null for the end of the file. */
export interface FileRange {
  readonly path: string;
  /** Size in bytes when the file was listed, or null if it was not looked up. */
  readonly size: number | null;
  readonly start: number;
  readonly end: number | null;
  /** Shared by all ranges of the file, if it has several. */
  readonly record?: FileRecord | null;
  /** The path of a file to which the range is copied while it is hashed. */
  readonly copyTo?: string | null;
  /** Whether the copy is written back to the disk if the range is large. */
  readonly sync?: boolean | undefined;
}

/** Bytes read at once: few enough to be still in the processor's cache when they are hashed. */
const CHUNK_BYTES = 512 * 1024;

/** Bytes that another thread reads at once: more, since handing them over has a cost. */
const READ_AHEAD_BYTES = 2 * 1024 * 1024;

/** Bytes of a long range that are hashed in each way, to find the faster one. */
const TRIAL_BYTES = 128 * 1024 * 1024;

/** Work in steps. A promise that a step yields has to settle before the next step, or before returning early. */
export type Steps<Result> = Generator<Promise<void> | null, Result>;

/** Takes the next bytes of a range. */
type Update = (bytes: Buffer) => void;

export interface RangeOptions {
  /** Whether another thread may read ahead in a long range while this one hashes. */
  readonly mayReadAhead: boolean;
  /** Called with the number of bytes that were hashed since the last call. */
  readonly onBytes?: (count: number) => void;
}

/** Computes digests of ranges, one at a time, with buffers that it reuses. */
export class RangeHasher {
  /** The kind of pointer that the last range was, if it was a whole short file. */
  pointer: PointerKind | null = null;
  readonly #algorithm: LoadedAlgorithm;
  readonly #options: RangeOptions;
  readonly #buffer = alignedBuffer(CHUNK_BYTES);
  #aheadBuffers: [Buffer, Buffer] | null = null;
  #copy: RangeCopy | null = null;

  constructor(algorithm: LoadedAlgorithm, options: RangeOptions) {
    this.#algorithm = algorithm;
    this.#options = options;
  }

  /**
   * Hashes a range in steps, and copies what it hashes if there is a copy to write. Returning early closes the files.
   * @throws {FileChanged}
   * @throws {CopyFault} for a copy that cannot be written
   */
  *hash({ path, size, start, end, record, copyTo = null, sync }: FileRange): Steps<string> {
    this.pointer = null;
    const file = new OpenFile(path, size, record);
    try {
      if (file.needsFlush) yield file.flush();
      file.begin();
      this.#copy = copyTo === null ? null : new RangeCopy(copyTo, start);
      const until = end ?? file.size;
      const isShort = until - start <= CHUNK_BYTES;
      const digest = isShort ? this.#hashAtOnce(file, start, until) : yield* this.#hashInChunks(file, start, until);
      if (this.#copy && sync) yield this.#copy.settle();
      file.confirm();
      return digest;
    } finally {
      this.#copy?.close();
      this.#copy = null;
      file.close();
    }
  }

  #hashAtOnce(file: OpenFile, start: number, end: number): string {
    const bytes = this.#buffer.subarray(0, end - start);
    for (let at = 0; at < bytes.length; ) {
      at += file.read(at === 0 ? bytes : bytes.subarray(at), bytes.length - at, start + at);
    }
    if (bytes.length === file.size && bytes.length <= MAX_POINTER_BYTES) this.pointer = pointerKind(bytes);
    this.#copy?.write(bytes);
    const digest = this.#algorithm.hash(bytes);
    this.#options.onBytes?.(bytes.length);
    return digest;
  }

  *#hashInChunks(file: OpenFile, start: number, end: number): Steps<string> {
    const hasher = this.#algorithm.createHasher();
    const update = (bytes: Buffer) => {
      this.#copy?.write(bytes);
      hasher.update(bytes);
      this.#options.onBytes?.(bytes.length);
    };
    const position = this.#options.mayReadAhead ? yield* this.#tryBoth(file, start, end, update) : start;
    yield* this.#readInTurn(file, position, end, update);
    return hasher.digest();
  }

  /**
   * Hashes the beginning of a range in both ways and, if reading ahead was faster, the rest as well: which way is faster depends on the
   * machine and the algorithm.
   * @returns the position that it reached
   */
  *#tryBoth(file: OpenFile, start: number, end: number, update: Update): Steps<number> {
    const middle = Math.min(start + TRIAL_BYTES, end);
    const until = Math.min(middle + TRIAL_BYTES, end);
    const begunAt = now();
    yield* this.#readAhead(file, start, middle, update);
    const changedAt = now();
    yield* this.#readInTurn(file, middle, until, update);
    if (changedAt - begunAt > now() - changedAt) return until;
    yield* this.#readAhead(file, until, end, update);
    return end;
  }

  *#readInTurn(file: OpenFile, start: number, end: number, update: Update): Steps<void> {
    for (let position = start; position < end; ) {
      const count = file.read(this.#buffer, Math.min(CHUNK_BYTES, end - position), position);
      update(this.#buffer.subarray(0, count));
      position += count;
      yield null;
    }
  }

  /** Another thread reads a chunk while this one hashes the chunk before. */
  *#readAhead(file: OpenFile, start: number, end: number, update: Update): Steps<void> {
    this.#aheadBuffers ??= [alignedBuffer(READ_AHEAD_BYTES), alignedBuffer(READ_AHEAD_BYTES)];
    let [filling, filled] = this.#aheadBuffers;
    let count = 0;
    for (let position = start; position < end; position += count) {
      const reading = file.readMeanwhile(filling, Math.min(READ_AHEAD_BYTES, end - position), position);
      update(filled.subarray(0, count));
      yield reading.then((read) => {
        count = read;
      });
      [filling, filled] = [filled, filling];
    }
    update(filled.subarray(0, count));
  }
}

/**
 * A buffer that begins at a multiple of 64 bytes. Large buffers otherwise begin 16 bytes after a page, where some
 * processors copy a third slower.
 */
function alignedBuffer(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length + 4096).subarray(48, 48 + length);
}
