import { type Dirent, lstatSync, opendirSync } from 'node:fs';
import path from 'node:path';
import { readSmallFile } from './hashing/open-file.ts';
import { attempt } from './system-errors.ts';

/**
 * Whether there is nothing under a name but one regular file with these bytes, perhaps in directories that hold nothing else.
 * Follows no link.
 * @param name from the root; the name of a directory may end in `/`
 */
export function holdsOnly(root: string, name: string, bytes: Uint8Array): boolean {
  let at = root + path.sep + name.replace(/\/$/, '').replaceAll('/', path.sep);
  for (let found = attempt(() => lstatSync(at)); found; found = attempt(() => lstatSync(at))) {
    if (found.isFile()) return found.size === bytes.length && isContent(at, bytes);
    const only = found.isDirectory() ? onlyEntry(at) : null;
    if (only === null) return false;
    at += path.sep + only.name;
  }
  return false;
}

function onlyEntry(at: string): Dirent | null {
  const directory = attempt(() => opendirSync(at));
  if (directory === null) return null;
  try {
    const first = attempt(() => directory.readSync());
    return first !== null && attempt(() => directory.readSync() === null) === true ? first : null;
  } finally {
    directory.closeSync();
  }
}

function isContent(at: string, bytes: Uint8Array): boolean {
  const content = attempt(() => readSmallFile(at, bytes.length));
  return content !== null && Buffer.compare(content, bytes) === 0;
}
