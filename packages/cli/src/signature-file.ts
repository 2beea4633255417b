import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { quote } from '@model-signing/core';
import { CommandError, isSystemError, systemMessage } from './failure.ts';
import { onForcedExit } from './interrupt.ts';
import { type FileTarget, type SignatureTarget, unwritable } from './signature-target.ts';
import { writeAllToStandardOutput } from './standard-streams.ts';

/**
 * Writes a signature: to a file completely or not at all, and never over anything but the file that was found before.
 * @throws {CommandError} `command/unwritable`; a file is unchanged then, unless the message says that it is damaged
 */
export async function writeSignature(target: SignatureTarget, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    if (target.kind === 'stdout') await writeAllToStandardOutput(bytes);
    else if (target.kind === 'pipe') await writePipe(target.path, bytes, signal);
    else if (target.inPlace) writeInPlace(target, bytes);
    else await replaceFile(target, bytes, signal);
  } catch (error) {
    throw unwritable(target.kind === 'stdout' ? '-' : target.path, error);
  }
}

/** How often to look whether a pipe has a reader. */
const POLL_MS = 50;

/** Writes to a pipe as soon as it has a reader. No thread waits for one, since the process could not end before that thread does. */
async function writePipe(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const { Socket } = await import('node:net');
  let fd: number | null = null;
  while (fd === null) {
    try {
      fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENXIO') throw error;
      await setTimeout(POLL_MS, undefined, { signal });
    }
  }
  const socket = addAbortSignal(signal, new Socket({ fd, readable: false, writable: true }));
  socket.end(bytes);
  await finished(socket);
}

/** Writes to a temporary file beside the target, flushed, then put in its place. */
async function replaceFile(target: FileTarget, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const { path: file, existing } = target;
  const directory = path.dirname(file);
  // Not longer than the name of the signature may be, which is all that the file system takes.
  const temporary = path.join(directory, `.model-signing-${randomBytes(6).toString('hex')}.tmp`);
  const forget = onForcedExit(() => removeSync(temporary));
  try {
    await writeNew(temporary, bytes, existing, signal);
    signal.throwIfAborted();
    if (await isStillThere(target)) await rename(temporary, file);
    else await linkNew(temporary, file, bytes, signal);
  } catch (error) {
    // The file is a mount of its own, or another user's in a sticky directory: only its content can be changed.
    if (!existing || !isSystemError(error) || !onlyInPlace.has(error.code ?? '')) throw error;
    writeInPlace(target, bytes);
  } finally {
    await unlink(temporary).catch(() => {});
    forget();
  }
  await flushDirectory(directory);
}

const onlyInPlace: ReadonlySet<string> = new Set(['EBUSY', 'EPERM', 'EACCES']);

/** Creates a file with the mode of the one that it will replace, and with its owner if the system allows that. */
async function writeNew(
  file: string,
  bytes: Uint8Array,
  like: BigIntStats | null,
  signal?: AbortSignal,
): Promise<void> {
  const handle = await open(file, 'wx', like ? 0o600 : 0o644);
  try {
    await handle.writeFile(bytes, { signal });
    if (like) await takeOwnership(handle, like);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function takeOwnership(handle: FileHandle, { uid, gid, mode }: BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true });
  if (own.uid !== uid || own.gid !== gid) await handle.chown(Number(uid), Number(gid)).catch(() => {});
  // After a change of owner, which may take away bits of the mode.
  await handle.chmod(Number(mode) & 0o777);
}

/**
 * Whether the file to replace is still the one that was found; false if there is none.
 * @throws {CommandError} `command/unwritable` if there is another
 */
async function isStillThere({ path: file, existing }: FileTarget): Promise<boolean> {
  if (!existing) return false; // linkNew finds out without a race
  try {
    if (!isSame(await lstat(file, { bigint: true }), existing)) throw changed(file);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}

function isSame(now: BigIntStats, before: BigIntStats): boolean {
  return now.dev === before.dev && now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs;
}

function changed(file: string): CommandError {
  return new CommandError(
    'command/unwritable',
    `${quote(file)} was written by another program in the meantime: it is not replaced`,
    { hints: ['sign again, or name another file with --signature'] },
  );
}

/** File systems that have no hard links say so in different ways. */
const noLinks: ReadonlySet<string> = new Set([
  ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES', 'EINVAL', 'EISDIR'],
]);

/** Gives a file a name that must not exist: unlike renaming, linking fails if it does. */
async function linkNew(temporary: string, file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EEXIST') throw changed(file);
    if (!noLinks.has(error.code ?? '')) throw error;
    await createNew(file, bytes, signal);
  }
}

async function createNew(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  let forget = () => {};
  try {
    const handle = await open(file, 'wx', 0o644);
    forget = onForcedExit(() => removeSync(file));
    try {
      await handle.writeFile(bytes, { signal });
      await handle.sync();
    } catch (error) {
      removeSync(file);
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw isSystemError(error) && error.code === 'EEXIST' ? changed(file) : error;
  } finally {
    forget();
  }
}

/**
 * Writes into a file that cannot be replaced. It is synchronous, so that no signal comes in between, and puts the earlier
 * content back if it fails.
 */
function writeInPlace({ path: file, existing }: FileTarget, bytes: Uint8Array): void {
  const descriptor = openSync(file, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  try {
    if (!existing || !isSame(fstatSync(descriptor, { bigint: true }), existing)) throw changed(file);
    const before = readFileSync(descriptor);
    try {
      overwrite(descriptor, bytes);
    } catch (cause) {
      restore(descriptor, before, file, cause);
      throw cause;
    }
  } finally {
    closeSync(descriptor);
  }
}

function overwrite(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
  ftruncateSync(descriptor, bytes.length);
  fsyncSync(descriptor);
}

function restore(descriptor: number, before: Uint8Array, file: string, cause: unknown): void {
  try {
    overwrite(descriptor, before);
  } catch {
    const why = isSystemError(cause) ? `: ${systemMessage(cause)}` : '';
    throw new CommandError('command/unwritable', `the signature ${quote(file)} is damaged, as writing failed${why}`, {
      hints: ['sign again when the file can be written'],
      cause,
    });
  }
}

/** Makes the rename survive a power cut. Not every system can flush a directory. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function removeSync(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it was renamed or never created
  }
}
