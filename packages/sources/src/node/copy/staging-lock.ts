import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, rename, rm, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { quote } from '@model-signing/core';
import { SourceError } from '../../source-error.ts';
import { inTarget } from '../system-fault.ts';

/** The locks of this process, by path. */
const held = new Set<string>();

/** More than a lock file has. */
const MAX_LOCK = 1000;

/** Follows no link, and does not wait for the writer of a FIFO. Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

interface Holder {
  readonly process: number;
  readonly host: string;
}

/**
 * Keeps other programs that put a model in the same place out: two that write the same files would put in place what neither of
 * them hashed. The lock of a process of this machine that is no longer running is taken over.
 */
export class StagingLock implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws {SourceError} `source/target-unusable` if another process holds it */
  static async take(path: string): Promise<StagingLock> {
    if (held.has(path)) throw isHeld(path, { process: process.pid, host: hostname() });
    held.add(path);
    try {
      if (!(await create(path))) await takeOver(path);
      return new StagingLock(path);
    } catch (error) {
      held.delete(path);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await unlink(this.#path).catch(() => {});
    held.delete(this.#path);
  }
}

/** Whether there was no lock. */
async function create(path: string): Promise<boolean> {
  const handle = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (handle === null) return false;
  try {
    await handle.writeFile(JSON.stringify({ process: process.pid, host: hostname() } satisfies Holder));
  } finally {
    await handle.close();
  }
  return true;
}

async function takeOver(path: string): Promise<void> {
  const before = await textOf(path);
  const holder = parseHolder(before);
  if (holder && isRunning(holder)) throw isHeld(path, holder);
  const aside = `${path}.${randomUUID()}`;
  await inTarget(`remove the old lock ${quote(path)}`, () => rename(path, aside));
  const isSame = (await textOf(aside)) === before;
  // Another process was quicker: its lock is put back.
  if (!isSame) await link(aside, path).catch(() => {});
  await rm(aside, { recursive: true, force: true }).catch(() => {});
  if (!isSame || !(await create(path))) throw isHeld(path, null);
}

/** The beginning of a lock; nothing for what is not a file. */
async function textOf(path: string): Promise<string> {
  const handle = await open(path, READ).catch(() => null);
  if (handle === null) return '';
  try {
    if (!(await handle.stat()).isFile()) return '';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_LOCK), 0, MAX_LOCK, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await handle.close();
  }
}

/** Null for a lock that was not written to its end, because the process or the machine stopped. */
function parseHolder(text: string): Holder | null {
  try {
    const { process: pid, host } = JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' ? { process: pid, host } : null;
  } catch {
    return null;
  }
}

/** A process of another machine is taken to be running. This process holds no lock that it does not know of. */
function isRunning(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.process === process.pid) return false;
  try {
    process.kill(holder.process, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isHeld(path: string, holder: Holder | null): SourceError {
  const who = holder ? `process ${holder.process} on ${quote(holder.host)}` : 'another process';
  return new SourceError(
    'source/target-unusable',
    `${who} is putting a model in the same place; if it no longer runs, delete ${quote(path)}`,
  );
}
