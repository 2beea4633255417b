import { type Dirent, lstatSync, opendirSync } from 'node:fs';
import path from 'node:path';
import type { ContentDigest } from '../model.ts';
import { readSmallFile } from './hashing/open-file.ts';
import { sha256 } from './platform.ts';
import { attempt } from './system-errors.ts';

/**
 * Whether there is nothing under a name but one regular file with this content, perhaps in directories that hold nothing else.
 * Follows no link.
 * @param name from the root; the name of a directory may end in `/`
 */
export function holdsOnly(root: string, name: string, content: ContentDigest): boolean {
  let at = root + path.sep + name.replace(/\/$/, '').replaceAll('/', path.sep);
  for (let found = attempt(() => lstatSync(at)); found; found = attempt(() => lstatSync(at))) {
    if (found.isFile()) return found.size === content.size && hasContent(at, content);
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

function hasContent(at: string, content: ContentDigest): boolean {
  const bytes = attempt(() => readSmallFile(at, content.size));
  return bytes?.length === content.size && sha256([bytes]) === content.sha256;
}
