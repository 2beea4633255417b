import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { OmsError, quote } from '../errors.ts';

/** Bytes read at once. Two buffers of this size are in use: one is read into while the other is hashed. */
const CHUNK_BYTES = 2 * 1024 * 1024;

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

/**
 * Hands the bytes of a range to `onChunk`, in order. A chunk is valid only until `onChunk` returns.
 *
 * The bytes are those of one opened file that did not change from before the first to after the last read, and that is
 * still the one at this path (OMS-ENUM-8).
 * @throws {OmsError} `model/changed`
 */
export async function readRange(
  range: Range,
  onChunk: (chunk: Uint8Array) => void,
  signal?: AbortSignal | undefined,
): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(range.path, OPEN_FLAGS);
  } catch (cause) {
    throw isSwap(cause) ? changed(range, 'was replaced', cause) : cause;
  }
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw changed(range, 'is no longer a regular file');
    if (Number(before.size) !== range.size) throw changed(range, 'changed its size');
    await readChunks(file, range, onChunk, signal);
    if (!same(before, await file.stat({ bigint: true }))) throw changed(range, 'changed');
    const there = await lstat(range.path, { bigint: true }).catch(() => null);
    if (!there || !same(before, there)) throw changed(range, 'was replaced');
  } finally {
    await file.close();
  }
}

async function readChunks(
  file: FileHandle,
  range: Range,
  onChunk: (chunk: Uint8Array) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { start, end } = range;
  const length = Math.min(CHUNK_BYTES, end - start);
  if (length === 0) return;
  let filling = Buffer.allocUnsafeSlow(length);
  let hashing = end - start > length ? Buffer.allocUnsafeSlow(length) : filling;
  let position = start;
  const readNext = () => file.read(filling, 0, Math.min(length, end - position), position);

  let pending = readNext();
  try {
    for (;;) {
      const { bytesRead } = await pending;
      signal?.throwIfAborted();
      if (bytesRead === 0) throw changed(range, 'became shorter');
      const full = filling.subarray(0, bytesRead);
      position += bytesRead;
      if (position === end) return onChunk(full);
      [filling, hashing] = [hashing, filling];
      pending = readNext();
      onChunk(full);
    }
  } finally {
    await pending.catch(() => {}); // the file is closed next, so no read may be under way
  }
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
