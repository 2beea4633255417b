import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { inTarget } from '../system-fault.ts';

/** What identifies a file with its content as far as the file system can tell, whatever it is called. */
export interface FileState {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
}

export function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): FileState {
  return { device: dev, inode: ino, size, modified: mtimeNs };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.modified === b.modified;
}

/** Follows no link, and does not block on a FIFO. Windows has neither flag. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const READ_BYTES = 1 << 20;

/** A file that is being copied: what an earlier attempt left is its beginning. */
export class PartFile {
  readonly #handle: FileHandle;
  readonly #name: string;
  #size: number;

  private constructor(handle: FileHandle, name: string, size: number) {
    this.#handle = handle;
    this.#name = name;
    this.#size = size;
  }

  /**
   * Opens what is at the path, or makes a new file in place of anything that is not a regular file with this one name.
   * @param name what messages call it
   * @throws {SourceError} `source/target-unusable`, `source/no-space`
   */
  static async open(file: string, name: string): Promise<PartFile> {
    return inTarget(`write ${quote(name)}`, async () => {
      const made = await create(file);
      if (made) return new PartFile(made, name, 0);
      const opened = await openRegular(file);
      if (opened) return new PartFile(opened.handle, name, opened.size);
      await unlink(file);
      return new PartFile(await open(file, FLAGS | constants.O_EXCL, 0o666), name, 0);
    });
  }

  /** How many bytes are there, right or wrong. */
  get size(): number {
    return this.#size;
  }

  /** Reads the bytes that are there from `start` to `end`, in chunks that are overwritten by the next one. */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - start));
    for (let at = start; at < end; ) {
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw new Error(`${quote(this.#name)} became shorter while it was copied`);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** @throws {SourceError} `source/no-space`, `source/target-unusable` */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    await inTarget(`write ${quote(this.#name)}`, async () => {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, position + at);
        at += bytesWritten;
      }
    });
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  async truncate(size: number): Promise<void> {
    if (size >= this.#size) return;
    await inTarget(`write ${quote(this.#name)}`, () => this.#handle.truncate(size));
    this.#size = size;
  }

  /** Makes the content outlast a crash of the machine. */
  async finish(): Promise<FileState> {
    await inTarget(`write ${quote(this.#name)}`, () => this.#handle.datasync());
    return stateOf(await this.#handle.stat({ bigint: true }));
  }

  /** Waits for what is still being written, so that no later file gets it. */
  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A new file; null if something is at the path. */
async function create(file: string): Promise<FileHandle | null> {
  return open(file, FLAGS | constants.O_EXCL, 0o666).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
}

/**
 * An open regular file that has no other name, through which it could be another program's, and is this user's, as its folder is:
 * its owner could change it at any time. Null if there is none.
 */
async function openRegular(file: string): Promise<{ handle: FileHandle; size: number } | null> {
  const handle = await open(file, FLAGS & ~constants.O_CREAT).catch(() => null);
  if (handle === null) return null;
  try {
    const [stats, folder] = await Promise.all([handle.stat(), lstat(path.dirname(file))]);
    if (stats.isFile() && stats.nlink === 1 && stats.uid === folder.uid) return { handle, size: stats.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}
