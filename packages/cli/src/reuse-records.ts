import { unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { MAX_RECORD_BYTES } from '@model-signing/core/local-record';
import { readPrivateFile, writePrivateFile } from '@model-signing/core/private-file';

/**
 * The file of the record for a signature.
 *
 * A relative folder is not used: it might be one that came with a model.
 * @param bundle the SHA-256 of the signature, in hexadecimal
 * @throws {Error} if this user has no place for it
 */
function fileOf(bundle: string): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const own = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME;
  const fallback = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
  const folder = [own, path.join(homedir(), fallback)].find((place) => place !== undefined && path.isAbsolute(place));
  if (folder === undefined) throw new Error('this user has no home directory');
  return path.join(folder, 'model-signing', 'reuse', `${bundle}.json`);
}

/**
 * Reads the record for a signature; null if there is none.
 * @throws {Error} that continues a sentence about it, if another user could have written it, or it is too large or no regular file
 */
export async function readRecord(bundle: string): Promise<Uint8Array | null> {
  return readPrivateFile(fileOf(bundle), MAX_RECORD_BYTES);
}

/** @throws {Error} that continues a sentence about the record */
export async function writeRecord(bundle: string, text: string): Promise<void> {
  await writePrivateFile(fileOf(bundle), text);
}

/** Removes the record for a signature that no longer exists. One that cannot be removed is of no use to anyone. */
export async function removeRecord(bundle: string): Promise<void> {
  await unlink(fileOf(bundle)).catch(() => {});
}
