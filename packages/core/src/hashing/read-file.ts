import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { OmsError, quote } from '../errors.ts';

const readAsync = promisify(read);

/** Bytes read at once. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/** From this length on, the next chunk is read while one is hashed. Below, a promise costs more than it gains. */
const OVERLAP_BYTES = 4 * CHUNK_BYTES;

/** Neither a link nor, where one was put in the file's place, a FIFO that would block. Both are 0 on Windows. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What is read: the bytes `[start, end)` of a file that had `size` bytes when it was listed. */
export interface Range {
  /** Canonical name, for messages. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

type OnChunk = (chunk: Uint8Array) => void;

/** Reads ranges into buffers that it uses again and again, so it reads one range at a time. */
export class RangeReader {
  readonly #signal: AbortSignal | undefined;
  #front: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #back: Buffer | undefined;

  constructor(signal?: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Hands the bytes of a range to `onChunk`, in order. A chunk is valid only until `onChunk` returns. A short range is read
   * before this function returns; for a long one it returns a promise.
   *
   * The bytes are those of one opened file that did not change from before the first to after the last read, and that is
   * still the one at this path (OMS-ENUM-8).
   * @throws {OmsError} `model/changed`
   */
  read(range: Range, onChunk: OnChunk): Promise<void> | undefined {
    const file = openFile(range);
    let long: Promise<void> | undefined;
    try {
      const before = fstatSync(file, { bigint: true });
      if (!before.isFile()) throw changed(range, 'is no longer a regular file');
      if (Number(before.size) !== range.size) throw changed(range, 'changed its size');
      const confirm = () => confirmUnchanged(file, before, range);
      if (range.end - range.start >= OVERLAP_BYTES) {
        long = this.#readLong(file, range, onChunk)
          .then(confirm)
          .finally(() => closeSync(file));
        return long;
      }
      this.#readShort(file, range, onChunk);
      confirm();
    } finally {
      if (!long) closeSync(file);
    }
  }

  #readShort(file: number, range: Range, onChunk: OnChunk): void {
    for (let position = range.start; position < range.end; ) {
      const wanted = Math.min(CHUNK_BYTES, range.end - position);
      const count = readSync(file, this.#front, 0, wanted, position);
      if (count === 0) throw changed(range, 'became shorter');
      onChunk(this.#front.subarray(0, count));
      position += count;
    }
  }

  async #readLong(file: number, range: Range, onChunk: OnChunk): Promise<void> {
    this.#back ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let position = range.start;
    const readNext = () => readAsync(file, this.#front, 0, Math.min(CHUNK_BYTES, range.end - position), position);
    let pending = readNext();
    try {
      while (position < range.end) {
        const { bytesRead, buffer } = await pending;
        this.#signal?.throwIfAborted();
        if (bytesRead === 0) throw changed(range, 'became shorter');
        position += bytesRead;
        [this.#front, this.#back] = [this.#back, this.#front];
        if (position < range.end) pending = readNext();
        onChunk(buffer.subarray(0, bytesRead));
      }
    } finally {
      await pending.catch(() => {}); // the file is closed next, so no read may be under way
    }
  }
}

function openFile(range: Range): number {
  try {
    return openSync(range.path, OPEN_FLAGS);
  } catch (cause) {
    throw isSwap(cause) ? changed(range, 'was replaced', cause) : cause;
  }
}

function confirmUnchanged(file: number, before: BigIntStats, range: Range): void {
  if (!same(before, fstatSync(file, { bigint: true }))) throw changed(range, 'changed');
  const there = lstatSync(range.path, { bigint: true, throwIfNoEntry: false });
  if (!there || !same(before, there)) throw changed(range, 'was replaced');
}

/** The same file with the same content, as far as the file system can tell. */
function same(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

function isSwap(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ELOOP' || code === 'EMLINK' || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

function changed(range: Range, what: string, cause?: unknown): OmsError {
  return new OmsError('model/changed', `the file ${quote(range.name)} ${what} while the model was read`, { cause });
}
