import { lstat, mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { inTarget } from '../system-fault.ts';

/**
 * Makes a folder and those above it, each by a call of its own: what makes all of them in one call tries without end in a file system
 * that has no place for folders, such as `/proc`.
 * @param folder an absolute path
 * @returns the folders that were made, the innermost first
 * @throws {SourceError} `source/target-unusable`, `source/no-space`; no folder that was made for it is left
 */
export async function makeFolders(folder: string): Promise<string[]> {
  const missing = await missingFolders(folder);
  const made: string[] = [];
  try {
    for (const each of missing) {
      const isNew = await inTarget(`make the folder ${quote(each)}`, () => makeFolder(each));
      if (isNew) made.unshift(each);
    }
  } catch (error) {
    await removeEmpty(made);
    throw error;
  }
  return made;
}

/** Removes folders as long as they are empty. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => {});
}

/** The outermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let each = folder; (await lstat(each).catch(() => null)) === null; each = path.dirname(each)) {
    missing.unshift(each);
    if (path.dirname(each) === each) break;
  }
  return missing;
}

/** Makes a folder if nothing is at its path. Returns whether it did. */
export async function makeFolder(folder: string, mode?: number): Promise<boolean> {
  try {
    await mkdir(folder, mode);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
