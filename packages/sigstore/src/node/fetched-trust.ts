import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { OmsError } from '@model-signing/core';
import type { Instance } from '../instances.ts';
import { reasonOf } from '../refusals.ts';

/** A trust root that was fetched. */
export interface FetchedTrust {
  /** Where it came from, for messages. */
  readonly source: string;
  /** The version of the TUF root that signed it; a higher one is newer. */
  readonly rootVersion: number;
  /** When that TUF root expires, in ISO 8601. */
  readonly expires: string;
  /** JSON. */
  readonly trustedRoot: string;
}

/**
 * Returns the file that keeps the trust root of an instance; null if there is no place for it.
 *
 * A relative directory is used only if the caller names it: with an empty `HOME`, a file beside a downloaded model would
 * otherwise decide whom to trust.
 */
export function fetchedTrustFile(instance: Instance, directory = defaultDirectory()): string | null {
  return directory === null ? null : path.join(directory, `${instance}.json`);
}

function defaultDirectory(): string | null {
  const directory = candidates().find((place) => place !== undefined && path.isAbsolute(place));
  return directory === undefined ? null : path.join(directory, 'model-signing');
}

/** Cache directories of the platform in order of preference. */
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
 * Reads the trust root that was fetched last; null if none was.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export async function readFetchedTrust(file: string | null): Promise<FetchedTrust | null> {
  if (file === null) return null;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // A home directory that is missing or not readable holds no trust root.
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

/** Writes a trust root atomically. */
export async function writeFetchedTrust(file: string, trust: FetchedTrust): Promise<void> {
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
