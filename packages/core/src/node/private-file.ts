import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
// By name: a default import would need the bundler's runtime, which every start of the command would load as a file of its own.
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getSystemErrorMessage } from 'node:util';

/**
 * Reads a file that decides whom to trust; null if there is none.
 *
 * It must be a regular file of at most `maxBytes`, and neither it nor a directory above it may belong to or be writable by another
 * user. Opening never waits: a pipe without a writer would block for good.
 * @throws {Error} whose message continues a sentence about the file
 */
export async function readPrivateFile(file: string, maxBytes: number): Promise<Uint8Array | null> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (await isAbsent(file, error)) return null;
    throw new Error(reasonFor(error));
  }
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new Error(IS_DIRECTORY);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    checkOwner('it', stats);
    await checkDirectories(dirname(file));
    return await readWhole(handle, stats.size);
  } finally {
    await handle.close();
  }
}

/** No refresh replaces a directory. */
const IS_DIRECTORY = 'it is a directory, which has to be removed first';

async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array> {
  // One byte more than the size: if it is filled, the file has grown.
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += count) {
    ({ bytesRead: count } = await handle.read(buffer, length, buffer.length - length));
  }
  if (length !== size) throw new Error('it changed while it was read');
  return new Uint8Array(buffer.subarray(0, length));
}

/** Whether nothing is there. A directory that this user cannot search has nothing that this user stored. */
async function isAbsent(file: string, error: unknown): Promise<boolean> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return true;
  if (code !== 'EACCES' && code !== 'EPERM') return false;
  return lstat(file).then(
    () => false,
    () => true,
  );
}

/** The directories in which the file really is, up to the root of the file system. */
async function checkDirectories(directory: string): Promise<void> {
  for (let place = await realpath(directory); ; place = dirname(place)) {
    checkOwner(`the directory ${place}`, await stat(place));
    if (place === dirname(place)) return;
  }
}

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/** Windows has neither owners nor modes in this form; its directory for the data of applications is private to the user. */
function checkOwner(what: string, stats: Stats): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (stats.uid !== user && stats.uid !== 0) throw new Error(`${what} belongs to another user`);
  // In a sticky directory such as /tmp, others cannot rename or remove what is not theirs.
  const sticky = stats.isDirectory() && (stats.mode & STICKY) !== 0;
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0 && !sticky) throw new Error(`${what} is writable by other users`);
}

/**
 * Writes such a file atomically, for this user only, whatever the umask is. Directories that are missing are made likewise.
 * @throws {Error} whose message continues a sentence about the file
 */
export async function writePrivateFile(file: string, content: string): Promise<void> {
  try {
    await makeDirectory(dirname(file));
    await checkDirectories(dirname(file));
    await replaceFile(file, content);
  } catch (error) {
    throw new Error(reasonFor(error));
  }
}

/** How often a lock is tried: for ten seconds, far longer than any change takes. */
const LOCK_ATTEMPTS = 100;
const LOCK_PAUSE = 100;

/**
 * Replaces such a file by what `change` makes of it, one process at a time, so that no change is lost.
 * @param change called with the content, or with null if there is no file; returns the new content, or null to leave it as it is
 * @throws {Error} whose message continues a sentence about the file, and what `change` throws
 */
export async function updatePrivateFile(
  file: string,
  maxBytes: number,
  change: (content: Uint8Array | null) => Promise<string | null>,
  attempts = LOCK_ATTEMPTS,
): Promise<void> {
  const lock = `${file}.lock`;
  const held = await takeLock(lock, attempts).catch((error) => {
    throw new Error(reasonFor(error));
  });
  try {
    const content = await change(await readPrivateFile(file, maxBytes));
    if (content !== null) await writePrivateFile(file, content);
  } finally {
    await held.close();
    await unlink(lock);
  }
}

async function takeLock(lock: string, attempts: number): Promise<FileHandle> {
  await makeDirectory(dirname(lock));
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(lock, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt >= attempts) throw new Error(`another process is changing it: if none is, remove ${lock}`);
      await setTimeout(LOCK_PAUSE);
    }
  }
}

/** Makes a directory for this user only, and those above it, since the umask may forbid to enter a new one before its mode is set. */
function makeDirectory(directory: string): Promise<void> {
  return makeDirectories(directory, async (made) => {
    await mkdir(made, 0o700);
    await chmod(made, 0o700);
  });
}

/**
 * Makes a directory and those above it that are missing, each by a call of its own: what makes all of them in one call tries without end
 * where there is no place for directories, such as `/proc`.
 * @param make makes one of them
 */
export async function makeDirectories(
  directory: string,
  make: (directory: string) => Promise<unknown> = (place) => mkdir(place),
): Promise<void> {
  try {
    await makeOne(directory, make);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || directory === dirname(directory)) throw error;
    await makeDirectories(dirname(directory), make);
    await makeOne(directory, make);
  }
}

async function makeOne(directory: string, make: (directory: string) => Promise<unknown>): Promise<void> {
  try {
    await make(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** The message of the system without the path that Node adds. */
function reasonFor(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return IS_DIRECTORY;
  if (code === 'ELOOP') return 'it is a symbolic link';
  return typeof errno === 'number' ? `${getSystemErrorMessage(errno)} (${code})` : message;
}
