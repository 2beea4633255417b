import { closeSync, constants, fstatSync, lstatSync, openSync, read, readSync, type Stats } from 'node:fs';

/** Follows no link, and does not block on a FIFO that was put in the file's place. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The file changed after it was listed or while it was read, so it has no digest (OMS-ENUM-8). */
export class FileChanged extends Error {}

/** At or above this size, the path is checked again after reading; below it, the times of the open file are enough. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** One opened regular file. If `confirm` returns, a digest of what was read is a digest of this one file, unchanged. */
export class OpenFile {
  readonly size: number;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #before: Stats;

  /**
   * @param expectedSize the size in bytes when the file was listed, or null if it was not looked up
   * @throws {FileChanged}
   */
  constructor(path: string, expectedSize: number | null) {
    this.#path = path;
    this.#descriptor = openDescriptor(path);
    try {
      this.#before = fstatSync(this.#descriptor);
      this.size = this.#before.size;
      if (!this.#before.isFile()) throw new FileChanged('is no longer a regular file');
      if (expectedSize !== null && this.size !== expectedSize) throw new FileChanged('changed its size');
    } catch (error) {
      this.close();
      throw error;
    }
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

  /** @throws {FileChanged} if the file changed since it was opened, or was replaced */
  confirm(): void {
    if (!same(this.#before, fstatSync(this.#descriptor))) throw new FileChanged('changed');
    if (this.size < LARGE_BYTES) return;
    const there = lstatSync(this.#path, { throwIfNoEntry: false });
    if (!there || !same(this.#before, there)) throw new FileChanged('was replaced');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function openDescriptor(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw ['ELOOP', 'EMLINK', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)
      ? new FileChanged('was replaced', { cause })
      : cause;
  }
}

/** The same file with the same content, as far as the file system can tell. */
function same(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}
