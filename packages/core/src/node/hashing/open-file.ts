import {
  type BigIntStats,
  closeSync,
  constants,
  copyFileSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readSync,
} from 'node:fs';
import { attempt } from '../system-errors.ts';
import { type FileRecord, isSameFile } from './file-record.ts';

/** Follows no link, and does not block on a FIFO that was put in the file's place. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The file changed after it was listed or while it was read, so it has no digest (OMS-ENUM-8). */
export class FileChanged extends Error {}

/**
 * At or above this size, a file is written back before it is read, and its path is checked again afterwards; below it, the
 * times of the open file are enough.
 */
const LARGE_BYTES = 8 * 1024 * 1024;

/** The longest tick of the clock that most file systems use. A change within the tick of an earlier change leaves the times as they are. */
const TICK_MS = 16;

/** The tick of file systems that keep whole seconds, the longest of which is that of FAT. */
const COARSE_TICK_MS = 2000;

/** A fault that is still waiting for the disk to write a page has set the time of the file no longer ago than this. */
const RECENT_MS = 2000;

/** How often a file may change before its first range is read; one that is still written to changes each time. */
const MAX_ATTEMPTS = 5;

/**
 * What file systems say that cannot write back a file, or not one that is open for reading, and Node with its permissions on; nothing
 * is lost by that.
 */
const CANNOT_SYNC = new Set([
  ...['EACCES', 'EBADF', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EROFS'],
  'ERR_ACCESS_DENIED',
]);

/**
 * One opened regular file. Call `begin` before reading. If `confirm` returns, a digest of what was read is a digest of this one
 * file, unchanged, as it was when its first range was opened.
 */
export class OpenFile {
  readonly size: number;
  readonly #path: string;
  readonly #record: FileRecord | null;
  readonly #descriptor: number;
  #before: BigIntStats;

  /**
   * @param expectedSize the size in bytes when the file was listed, or null if it was not looked up
   * @param record shared by all ranges of the file, if it has several
   * @throws {FileChanged}
   */
  constructor(path: string, expectedSize: number | null, record: FileRecord | null = null) {
    this.#path = path;
    this.#record = record;
    this.#descriptor = openDescriptor(path);
    try {
      this.#before = this.#look();
      this.size = Number(this.#before.size);
      if (!this.#before.isFile()) throw new FileChanged('is no longer a regular file');
      if (expectedSize !== null && this.size !== expectedSize) throw new FileChanged('changed its size');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whether `begin` writes the file back, which can take long if much of it is only in memory. */
  get needsFlush(): boolean {
    return this.size >= LARGE_BYTES && this.#record?.isKnown !== true;
  }

  /** Writes the file back without blocking this thread, so that `begin` has little left to write. */
  flush(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
    }).catch((error: unknown) => {
      if (!cannotSync(error)) throw error;
    });
  }

  /**
   * Takes the stats that the file must keep.
   *
   * The first store into a page that is not dirty faults and sets the file's time before the store is done; further stores
   * change no time until the page is written back. So a large file is looked at, written back, and looked at again: if its time
   * is older than a tick and did not change, no page became dirty meanwhile, and those that were dirty no longer are. Every store
   * after the second look then faults, and sets a time that differs from the recorded one.
   * @throws {FileChanged} if the file is not as it was when its first range was opened, or keeps changing
   */
  begin(): void {
    const record = this.#record;
    const before = record ? record.compare(() => (record.isKnown ? this.#look() : this.#settled())) : this.#settled();
    if (before === null) throw new FileChanged('changed');
    if (Number(before.size) !== this.size) throw new FileChanged('changed its size');
    this.#before = before;
  }

  /** Stats that any later change will change. Old short files need no second look. */
  #settled(): BigIntStats {
    const isLarge = this.size >= LARGE_BYTES;
    let before = this.#before;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const tick = tickOf(before);
      const isRecent = isYounger(before, isLarge ? RECENT_MS : tick);
      if (!isRecent && !isLarge) return before;
      if (isRecent && isLarge) this.#sync(); // ends the faults that wait for a page to be written
      if (isRecent) pause(tick + 1);
      if (isLarge) this.#sync();
      const after = this.#look();
      if (isSameFile(before, after)) return after;
      before = after;
    }
    throw new FileChanged('kept changing');
  }

  #sync(): void {
    try {
      fdatasyncSync(this.#descriptor);
    } catch (error) {
      if (!cannotSync(error)) throw error;
    }
  }

  #look(): BigIntStats {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  /** Fills the buffer up to `length` from a position in the file, and returns how much it read; never 0. */
  read(buffer: Buffer, length: number, position: number): number {
    const count = readSync(this.#descriptor, buffer, 0, length, position);
    if (count === 0) throw new FileChanged('became shorter');
    return count;
  }

  /** Like `read`, but asynchronous. The file must not be closed before the promise settles. */
  readMeanwhile(buffer: Buffer, length: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#descriptor, buffer, 0, length, position, (error, count) => {
        if (error) reject(error);
        else if (count === 0) reject(new FileChanged('became shorter'));
        else resolve(count);
      });
    });
  }

  /**
   * Makes a new file that shares the blocks of this one, whatever is at the path of this one by now. Only Linux lets an open file be
   * named.
   */
  cloneTo(copy: string): void {
    copyFileSync(`/proc/self/fd/${this.#descriptor}`, copy, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  }

  /** @throws {FileChanged} if the file changed since `begin`, or was replaced */
  confirm(): void {
    if (!isSameFile(this.#before, this.#look())) throw new FileChanged('changed');
    if (this.size < LARGE_BYTES) return;
    const there = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (!there || !isSameFile(this.#before, there)) throw new FileChanged('was replaced');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The content of a regular file of at most `limit` bytes; null if there is none at the path, or it is larger. */
export function readSmallFile(path: string, limit: number): Uint8Array | null {
  const file = attempt(() => new OpenFile(path, null));
  if (file === null) return null;
  try {
    if (file.size > limit) return null;
    const buffer = Buffer.alloc(file.size);
    for (let at = 0; at < file.size; ) at += file.read(buffer.subarray(at), file.size - at, at);
    return buffer;
  } finally {
    file.close();
  }
}

function openDescriptor(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw ['ELOOP', 'EMLINK', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENXIO'].includes(code)
      ? new FileChanged('was replaced', { cause })
      : cause;
  }
}

function cannotSync(error: unknown): boolean {
  return CANNOT_SYNC.has((error as NodeJS.ErrnoException).code ?? '');
}

/** How far apart two changes are at least that set different times: whole seconds are hardly ever those of a finer clock. */
function tickOf({ ctimeNs }: BigIntStats): number {
  return ctimeNs % 1_000_000_000n === 0n ? COARSE_TICK_MS : TICK_MS;
}

/** Whether the file changed within the last milliseconds. A clock that is a little ahead, as of a server, counts as now. */
function isYounger({ ctimeNs }: BigIntStats, milliseconds: number): boolean {
  const age = Date.now() - Number(ctimeNs / 1_000_000n);
  return age <= milliseconds && age > -RECENT_MS;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
