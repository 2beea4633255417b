import { type BigIntStats, closeSync, constants, fstatSync, openSync, statfsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stateOf } from './file-identity.ts';
import { attempt, isSystemError } from './system-errors.ts';

/** File systems by the number that `statfs` gives for them. */
const magicNumbers = {
  ext4: 0xef53,
  xfs: 0x58465342,
  btrfs: 0x9123683e,
  tmpfs: 0x01021994,
  overlay: 0x794c7630,
  zfs: 0x2fc12fc1,
  f2fs: 0xf2f52010,
  bcachefs: 0xca451a4e,
} as const;

/** A local file system that keeps the time of the last change of each file. */
export type FileSystem = keyof typeof magicNumbers;

/** All that can be named. Those of a network and of FUSE have no place here: what they say of a file is the word of a server. */
export const fileSystems = Object.keys(magicNumbers) as readonly FileSystem[];

/** Those on which every kind of change that was tried sets the time of the file. */
export const trustedFileSystems: readonly FileSystem[] = ['ext4', 'xfs', 'btrfs'];

/** What holds the file at the path; null if it is none of the known ones. */
export function fileSystemOf(path: string): FileSystem | null {
  // Some file systems have a number that `statfs` gives with its sign.
  const type = attempt(() => Number(BigInt.asUintN(32, statfsSync(path, { bigint: true }).type)));
  return fileSystems.find((name) => magicNumbers[name] === type) ?? null;
}

const O_TMPFILE = 0o20000000;

/**
 * The time by the clock of the file system that holds a file, in nanoseconds; null if it cannot be found out. It is the time of a
 * file without a name, which nothing else sees, and of which nothing is left whatever happens to the process.
 */
export function fileSystemClock(path: string, device: bigint): bigint | null {
  if (constants.O_DIRECTORY === undefined) return null;
  return attempt(() => {
    const descriptor = openSync(dirname(path), constants.O_DIRECTORY | O_TMPFILE | constants.O_RDWR, 0o600);
    try {
      const { dev, ctimeNs } = fstatSync(descriptor, { bigint: true });
      return dev === device ? ctimeNs : null;
    } finally {
      closeSync(descriptor);
    }
  });
}

const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The types of Node know it only as a namespace. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
};

/** A page: the most that direct reading asks of the place in memory, the place in the file and the length. */
const DIRECT_BYTES = 4096;

/**
 * Waits until the calls end that write to the file already. A call sets the time of the file when it begins, and may store its bytes seconds
 * later; on Ext4 and Btrfs others read meanwhile, but read directly only when it has ended.
 * @returns false if that cannot be found out
 */
export async function awaitWriters(path: string): Promise<boolean> {
  const { O_DIRECT } = constants;
  if (O_DIRECT === undefined) return false;
  try {
    const handle = await open(path, OPEN_FLAGS | O_DIRECT);
    try {
      // Memory of WebAssembly begins at a page, and no other memory of JavaScript has to.
      const page = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer, 0, DIRECT_BYTES);
      await handle.read(page, 0, DIRECT_BYTES, 0);
      return true;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isSystemError(error) || error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The stats of a regular file that any later change will change; null if there is none, or it changes just now.
 *
 * A store into a page of a mapping that is already dirty sets no time. Once the file is written back, the next store does; so what
 * counts are the stats after that, and they must be those from before.
 */
export async function settledStats(path: string): Promise<BigIntStats | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, OPEN_FLAGS);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return null;
    await handle.datasync();
    const after = await handle.stat({ bigint: true });
    return stateOf(before) === stateOf(after) ? after : null;
  } catch (error) {
    if (isSystemError(error)) return null; // what cannot be written back may change unseen
    throw error;
  } finally {
    await handle.close();
  }
}
