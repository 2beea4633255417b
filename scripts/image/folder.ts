// The files of a folder as entries of an archive.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { Entry } from './tar.ts';

const EXECUTABLE = 0o100;

/** All files and links below a folder, below another path. Only whether a file can be executed is kept of its permissions. */
export function entriesOf(folder: string, below: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name): Entry[] => {
    const file = path.join(folder, name);
    const target = path.posix.join(below, name.split(path.sep).join('/'));
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) return [{ path: target, mode: 0o777, content: readlinkSync(file) }];
    if (!stats.isFile()) return [];
    return [{ path: target, mode: stats.mode & EXECUTABLE ? 0o755 : 0o644, content: readFileSync(file) }];
  });
}
