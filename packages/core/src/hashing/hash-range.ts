import type { LoadedAlgorithm } from './algorithms.ts';
import { OpenFile } from './open-file.ts';

/** A range of a local file: the bytes `[start, end)`, with `end` null for the end of the file. */
export interface FileRange {
  readonly path: string;
  /** Bytes when the file was listed, or null if it was not looked at. */
  readonly size: number | null;
  readonly start: number;
  readonly end: number | null;
}

/** Called between chunks with the bytes since the last call; may throw to stop. */
export type OnBytes = (count: number) => void;

/** Bytes read at once by {@link RangeHasher.hash}. */
const CHUNK_BYTES = 1024 * 1024;

/** Bytes read at once by {@link RangeHasher.hashWhileReading}, into one buffer while another is hashed. */
const OVERLAP_BYTES = 2 * 1024 * 1024;

/** Computes digests of ranges, one at a time, into and out of buffers that it uses again and again. */
export class RangeHasher {
  readonly #algorithm: LoadedAlgorithm;
  readonly #buffer = alignedBuffer(CHUNK_BYTES);
  #overlap: [Buffer, Buffer] | null = null;

  constructor(algorithm: LoadedAlgorithm) {
    this.#algorithm = algorithm;
  }

  /**
   * The digest of a range, without a promise. Yields after each chunk, so that the caller can pause; returns the digest.
   * @throws {FileChanged}
   */
  *hash(range: FileRange, onBytes: OnBytes): Generator<undefined, string> {
    const file = new OpenFile(range.path, range.size);
    try {
      const end = range.end ?? file.size;
      const length = end - range.start;
      if (length > 0 && length <= CHUNK_BYTES) {
        const digest = this.#hashAtOnce(file, range.start, length);
        onBytes(length);
        file.confirm();
        return digest;
      }
      const hasher = this.#algorithm.createHasher();
      for (let position = range.start; position < end; ) {
        const count = file.read(this.#buffer, Math.min(CHUNK_BYTES, end - position), position);
        hasher.update(count === CHUNK_BYTES ? this.#buffer : this.#buffer.subarray(0, count));
        position += count;
        onBytes(count);
        yield;
      }
      file.confirm();
      return hasher.digest();
    } finally {
      file.close();
    }
  }

  #hashAtOnce(file: OpenFile, start: number, length: number): string {
    let filled = file.read(this.#buffer, length, start);
    while (filled < length) filled += file.read(this.#buffer.subarray(filled), length - filled, start + filled);
    return this.#algorithm.hash(this.#buffer.subarray(0, length));
  }

  /**
   * The digest of a long range, the next chunk being read by another thread while one is hashed: the fastest way when
   * there is nothing else to do for a second processor.
   * @throws {FileChanged}
   */
  async hashWhileReading(range: FileRange, onBytes: OnBytes): Promise<string> {
    this.#overlap ??= [alignedBuffer(OVERLAP_BYTES), alignedBuffer(OVERLAP_BYTES)];
    let [filling, hashing] = this.#overlap;
    const file = new OpenFile(range.path, range.size);
    let pending: Promise<number> | null = null;
    try {
      const end = range.end ?? file.size;
      const hasher = this.#algorithm.createHasher();
      const readNext = (position: number) =>
        file.readMeanwhile(filling, Math.min(OVERLAP_BYTES, end - position), position);
      for (let position = range.start; position < end; ) {
        pending ??= readNext(position);
        const count = await pending;
        position += count;
        [filling, hashing] = [hashing, filling];
        pending = position < end ? readNext(position) : null;
        hasher.update(count === OVERLAP_BYTES ? hashing : hashing.subarray(0, count));
        onBytes(count);
      }
      file.confirm();
      return hasher.digest();
    } finally {
      await pending?.catch(() => {}); // no read may be under way when the file is closed
      file.close();
    }
  }
}

/**
 * A buffer that begins at a multiple of 64 bytes. Large buffers otherwise begin 16 bytes after a page, where some
 * processors copy a third slower.
 */
function alignedBuffer(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length + 4096).subarray(48, 48 + length);
}
