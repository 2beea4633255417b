import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { textIn } from './layout.ts';

/** Where the digests of a frozen version stand, relative to the package; `sha256sum -c` reads it there. */
export function lockPath(version: string): string {
  return `locks/${version}.sha256`;
}

/** Every file of a version with its SHA-256, as `sha256sum` prints them. */
export function lockText(version: string, folder: string): string {
  return [...fileDigests(version, folder)].map(([path, digest]) => `${digest}  ${path}\n`).join('');
}

/** The SHA-256 of every file of a version by path, in order. */
export function fileDigests(version: string, folder: string): Map<string, string> {
  const paths = readdirSync(folder + version, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length))
    .toSorted();
  return new Map(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(folder + path))
        .digest('hex'),
    ]),
  );
}

/** The digests that a version was frozen with, by path; null where it was not. */
export function lockedDigests(version: string, folder: string): Map<string, string> | null {
  const text = textIn(folder, lockPath(version));
  if (text === null) return null;
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
