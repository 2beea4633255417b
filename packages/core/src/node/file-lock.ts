import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** A lock that this process holds. */
export interface FileLock {
  /** @throws {Error} if another process removed the lock, so that two may be at work */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** How long another process is waited for, in milliseconds: longer than any change of a file takes on a busy machine. */
const PATIENCE = 60_000;
const PAUSE = 20;

/** A lock may be seen before its holder has written into it, and process numbers of another container mean nothing here. */
const STALE_AFTER = 2000;

/**
 * Takes a lock, which is a file that exists while it is held. The lock of a process of this machine that has ended is removed.
 * @throws {Error} whose message continues a sentence about what is locked, if another process holds it too long
 */
export async function takeFileLock(lock: string, patience = PATIENCE): Promise<FileLock> {
  const own = JSON.stringify({ host: hostname(), pid: process.pid, token: randomBytes(9).toString('base64url') });
  const until = Date.now() + patience;
  while (!(await createWith(lock, own))) {
    if (await isStale(lock)) await removeStale(lock);
    else if (Date.now() > until) throw new Error(`another process is changing it: if none is, remove ${lock}`);
    else await setTimeout(PAUSE * (0.5 + Math.random()));
  }
  return {
    async check() {
      if ((await contentOf(lock)) !== own) throw new Error(`another process removed ${lock} while it was changed`);
    },
    async release() {
      if ((await contentOf(lock)) === own) await unlink(lock);
    },
  };
}

/** What file systems say that have no hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Whether the file could be made, because there was none. It has its content from the first moment: a process that is killed meanwhile
 * leaves no lock that does not say whose it is.
 */
async function createWith(file: string, content: string): Promise<boolean> {
  if ((await contentOf(file)) !== null) return false;
  const prepared = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await write(prepared, content);
  try {
    await link(prepared, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A holder of the lock removes what others prepared: it may be of processes that were killed.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!NO_LINKS.has(code)) throw error;
    return await write(file, content).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') return false;
        throw cause;
      },
    );
  } finally {
    await unlink(prepared).catch(() => {});
  }
}

/** Makes a file where there is none. */
async function write(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** Null if there is no such file. */
async function contentOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process that took a lock has ended, as far as this machine can know. */
async function isStale(lock: string): Promise<boolean> {
  const content = await contentOf(lock);
  if (content === null) return false;
  try {
    const { host, pid } = JSON.parse(content) as { host?: unknown; pid?: unknown };
    if (host !== hostname() || typeof pid !== 'number' || isRunning(pid)) return false;
  } catch {
    return false;
  }
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > STALE_AFTER;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Removes a lock if it is still stale. Only one process at a time may: between looking at a lock and removing it, another could have
 * removed it and taken a new one.
 */
async function removeStale(lock: string): Promise<void> {
  const right = `${lock}.remove`;
  if (!(await createWith(right, ''))) {
    await setTimeout(PAUSE);
    // Left behind by a process that was killed at this very point, a few system calls long.
    const { mtimeMs } = await stat(right).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > PATIENCE)
      throw new Error(`an earlier process was killed while it changed it: remove ${right} and ${lock}`);
    return;
  }
  try {
    if (await isStale(lock)) await unlink(lock);
  } finally {
    await unlink(right);
  }
}
