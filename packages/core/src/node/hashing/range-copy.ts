import { closeSync, constants, fdatasync, openSync, writeSync } from 'node:fs';

/** Follows no link. Windows has no such flag. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** From so many bytes on, a range is written back once it is hashed, while other ranges are read. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** A fault of writing a copy: it says nothing about the model. */
export interface CopyFault extends NodeJS.ErrnoException {
  readonly isCopyFault: true;
}

/** Whether a failure is one of writing, perhaps on another thread. */
export function isCopyFault(error: unknown): error is CopyFault {
  return error instanceof Error && 'isCopyFault' in error;
}

/** Writes a range of a file to the same place in a copy, which other ranges of the file share, perhaps on other threads. */
export class RangeCopy {
  readonly #descriptor: number;
  readonly #start: number;
  #position: number;

  /** @throws {CopyFault} as the other methods do */
  constructor(path: string, start: number) {
    this.#descriptor = marked(() => openSync(path, FLAGS, 0o666));
    this.#start = start;
    this.#position = start;
  }

  /** Writes what comes next. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += marked(() => writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#position + at));
    }
    this.#position += bytes.length;
  }

  /** Writes a large range back; null for a small one. The copy must not be closed before the promise settles. */
  settle(): Promise<void> | null {
    if (this.#position - this.#start < LARGE_BYTES) return null;
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(mark(error))));
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Does something to a copy. @throws {CopyFault} */
export function marked<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw mark(error);
  }
}

function mark(error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { isCopyFault: true }) : error;
}
