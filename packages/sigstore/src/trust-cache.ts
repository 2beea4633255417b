import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { OmsError } from '@model-signing/core';
import type { Instance } from './instances.ts';
import { reasonOf } from './refusals.ts';

/** A trust root as it was fetched. */
export interface CachedTrust {
  /** Where it is from, for people. */
  readonly source: string;
  /** The version of the TUF root that vouches for it; a higher one is newer. */
  readonly rootVersion: number;
  /** Until when that TUF root is meant to be used, in ISO 8601. */
  readonly expires: string;
  /** JSON. */
  readonly trustedRoot: string;
}

/**
 * Where the trust root of an instance is kept; null where there is no place for it.
 *
 * A relative directory counts only where the caller names one: `HOME` and the like may be empty, and then a file beside a model
 * that somebody downloaded would say whom to trust.
 */
export function cacheFile(instance: Instance, directory = defaultDirectory()): string | null {
  return directory === null ? null : path.join(directory, `${instance}.json`);
}

function defaultDirectory(): string | null {
  const directory = candidates().find((place) => place !== undefined && path.isAbsolute(place));
  return directory === undefined ? null : path.join(directory, 'model-signing');
}

/** Directories for caches, the first that can be used to be taken. */
function candidates(): (string | undefined)[] {
  const home = homedir();
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  switch (process.platform) {
    case 'darwin':
      return [path.join(home, 'Library/Caches')];
    case 'win32':
      return [LOCALAPPDATA, path.join(home, 'AppData/Local')];
    default:
      return [XDG_CACHE_HOME, path.join(home, '.cache')];
  }
}

/**
 * Reads a trust root that was fetched before; null if none was.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export async function readCached(file: string | null): Promise<CachedTrust | null> {
  if (file === null) return null;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // No home directory, or one that may not be read, is as good as no trust root in it.
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  try {
    const { source, rootVersion, expires, trustedRoot } = JSON.parse(text);
    const texts = [source, expires, trustedRoot].every((value) => typeof value === 'string');
    if (!texts || !Number.isSafeInteger(rootVersion)) throw new TypeError('a member is missing');
    return { source, rootVersion, expires, trustedRoot };
  } catch (error) {
    throw new OmsError(
      'signer/trust-unreadable',
      `the trust root that was fetched to ${file} is damaged: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** Keeps a trust root, whole or not at all. */
export async function writeCached(file: string, trust: CachedTrust): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(temporary, `${JSON.stringify(trust)}\n`, { flag: 'wx', mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
