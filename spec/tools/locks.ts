import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The path of the digests of a frozen version, relative to the package. `sha256sum -c` can read the file. */
export function lockPath(version: string): string {
  return `locks/${version}.sha256`;
}

/** The digests of files by path, as `sha256sum` prints them. */
export function lockText(digests: ReadonlyMap<string, string>): string {
  return [...digests].map(([path, digest]) => `${digest}  ${path}\n`).join('');
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

/** The digests that a version was frozen with, by path. */
export function parseLock(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
