import { MAX_POINTER_BYTES, type PointerKind, pointerKind } from '../../format/pointer.ts';
import { now, Yielder } from '../yielder.ts';
import type { Hasher, LoadedAlgorithm } from './algorithms.ts';
import type { FileRecord } from './file-record.ts';
import { OpenFile } from './open-file.ts';
import { ReadStrategy } from './read-strategy.ts';

/** A range of a local file: the bytes `[start, end)`, with `end` null for the end of the file. */
export interface FileRange {
  readonly path: string;
  /** Size in bytes when the file was listed, or null if it was not looked up. */
  readonly size: number | null;
  readonly start: number;
  readonly end: number | null;
  /** Shared by all ranges of the file, if it has several. */
  readonly record?: FileRecord | null;
}

/** Bytes read at once: few enough to be still in the processor's cache when they are hashed. */
const CHUNK_BYTES = 512 * 1024;

/** Bytes that another thread reads at once: more, since handing them over has a cost. */
const OVERLAP_BYTES = 2 * 1024 * 1024;

/** Bytes after which {@link RangeHasher.hashWhileReading} may switch between its two ways: many, since switching restarts the overlap. */
const PORTION_BYTES = 128 * 1024 * 1024;

/**
 * The remaining work on a range. Each step reads and hashes one chunk, except that the first may yield the file, which the caller
 * may flush. Returning early closes the file.
 */
export type Steps = Generator<OpenFile | undefined, string>;

/** Computes digests of ranges, one at a time, with buffers that it reuses. */
export class RangeHasher {
  /** Bytes hashed so far in all ranges. */
  bytes = 0;
  /** The kind of pointer that the last short range was, if it was a whole file. */
  pointer: PointerKind | null = null;
  readonly #algorithm: LoadedAlgorithm;
  readonly #buffer = alignedBuffer(CHUNK_BYTES);
  /** The part of the buffer that was used last, kept because short files of a model are often of the same size. */
  #view = this.#buffer;
  #buffers: [Buffer, Buffer] | null = null;
  readonly #yielder = new Yielder(undefined);

  constructor(algorithm: LoadedAlgorithm) {
    this.#algorithm = algorithm;
  }

  /**
   * Hashes a range without a promise: returns the digest if the range fits into the buffer and nothing has to be flushed before,
   * else the steps that compute it.
   * @param limit for a whole file of more bytes, returns null and reads nothing
   * @throws {FileChanged}
   */
  hash({ path, size, start, end, record }: FileRange, limit: number = Number.POSITIVE_INFINITY): string | Steps | null {
    const file = new OpenFile(path, size, record);
    let isOpen = false;
    try {
      const until = end ?? file.size;
      if (end === null && file.size > limit) return null;
      if (until - start <= CHUNK_BYTES && !file.needsFlush) {
        file.begin();
        return this.#hashAtOnce(file, start, until - start);
      }
      isOpen = true;
      return this.#hashInSteps(file, start, until);
    } finally {
      if (!isOpen) file.close();
    }
  }

  #hashAtOnce(file: OpenFile, start: number, length: number): string {
    if (this.#view.length !== length) this.#view = this.#buffer.subarray(0, length);
    for (let filled = 0; filled < length; ) {
      filled += file.read(filled === 0 ? this.#view : this.#view.subarray(filled), length - filled, start + filled);
    }
    this.pointer = length === file.size && length <= MAX_POINTER_BYTES ? pointerKind(this.#view) : null;
    const digest = this.#algorithm.hash(this.#view);
    file.confirm();
    this.bytes += length;
    return digest;
  }

  *#hashInSteps(file: OpenFile, start: number, end: number): Steps {
    try {
      if (file.needsFlush) yield file;
      file.begin();
      const hasher = this.#algorithm.createHasher();
      for (let position = start; position < end; ) {
        const count = file.read(this.#buffer, Math.min(CHUNK_BYTES, end - position), position);
        position += count;
        this.#update(hasher, this.#buffer, count);
        yield undefined;
      }
      file.confirm();
      return hasher.digest();
    } finally {
      file.close();
    }
  }

  /**
   * Hashes a long range when a second processor would otherwise be idle. For each portion, uses whichever way is faster:
   * reading the next chunk on another thread while one is hashed, or reading and hashing in turn.
   * @param onChunk called between chunks; may throw to stop
   * @throws {FileChanged}
   */
  async hashWhileReading(range: FileRange, onChunk: () => void): Promise<string> {
    const file = new OpenFile(range.path, range.size, range.record);
    try {
      if (file.needsFlush) await file.flush();
      file.begin();
      const end = range.end ?? file.size;
      const hasher = this.#algorithm.createHasher();
      const strategy = new ReadStrategy();
      for (let position = range.start; position < end; ) {
        const until = Math.min(position + PORTION_BYTES, end);
        const begunAt = now();
        if (strategy.overlaps) await this.#overlap(file, hasher, position, until, onChunk);
        else await this.#alternate(file, hasher, position, until, onChunk);
        strategy.record(until - position, now() - begunAt);
        position = until;
      }
      file.confirm();
      return hasher.digest();
    } finally {
      file.close();
    }
  }

  /** Another thread reads a chunk while this one hashes the previous one. No read is pending when this returns or throws. */
  async #overlap(file: OpenFile, hasher: Hasher, start: number, end: number, onChunk: () => void): Promise<void> {
    this.#buffers ??= [alignedBuffer(OVERLAP_BYTES), alignedBuffer(OVERLAP_BYTES)];
    let [filling, hashing] = this.#buffers;
    let pending: Promise<number> | null = null;
    const readNext = (position: number) =>
      file.readMeanwhile(filling, Math.min(OVERLAP_BYTES, end - position), position);
    try {
      for (let position = start; position < end; ) {
        pending ??= readNext(position);
        const count = await pending;
        position += count;
        [filling, hashing] = [hashing, filling];
        pending = position < end ? readNext(position) : null;
        this.#update(hasher, hashing, count);
        onChunk();
      }
    } finally {
      await pending?.catch(() => {});
    }
  }

  /** This thread reads and hashes in turn, and pauses between chunks. */
  async #alternate(file: OpenFile, hasher: Hasher, start: number, end: number, onChunk: () => void): Promise<void> {
    for (let position = start; position < end; ) {
      const count = file.read(this.#buffer, Math.min(CHUNK_BYTES, end - position), position);
      position += count;
      this.#update(hasher, this.#buffer, count);
      if (!this.#yielder.shouldYield) continue;
      await this.#yielder.yieldNow();
      onChunk();
    }
  }

  #update(hasher: Hasher, buffer: Buffer, count: number): void {
    hasher.update(count === buffer.length ? buffer : buffer.subarray(0, count));
    this.bytes += count;
  }
}

/**
 * A buffer that begins at a multiple of 64 bytes. Large buffers otherwise begin 16 bytes after a page, where some
 * processors copy a third slower.
 */
function alignedBuffer(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length + 4096).subarray(48, 48 + length);
}
