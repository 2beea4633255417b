import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

function trackedFiles(): string[] | null {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\0')
      .filter(Boolean);
  } catch {
    return null; // an unpacked archive has no list of tracked files
  }
}

/** Whether a text holds an absolute path, as opposed to the same letters inside of a longer one. */
function holdsPath(text: string, path: string): boolean {
  return text
    .split(path)
    .slice(0, -1)
    .some((before) => !/\w$/.test(before));
}

/** Things that belong to one machine and must not be committed. */
const forbidden: readonly [what: string, found: (text: string) => boolean][] = [
  ['the path of this checkout', (text) => root.split(path.sep).length > 2 && text.includes(root)],
  ['the home directory', (text) => homedir().length > 1 && holdsPath(text, `${homedir()}/`)],
  ['the host name', (text) => hostname().length > 3 && text.includes(hostname())],
  ["a path in a user's home directory", (text) => /(?:\/home|\/Users|C:\\Users)[/\\][a-z]/i.test(text)],
  ['a temporary path', (text) => /["'`\s]\/tmp\/[\w-]/.test(text)],
  [
    'the address of a package registry',
    (text) => /https?:\/\/registry\./.test(text) || text.includes('"resolved": "http'),
  ],
];

const files = trackedFiles();

describe.skipIf(files === null)('tracked files (skipped outside a git checkout)', () => {
  it.each(forbidden)('no tracked file contains %s', (_, found) => {
    const offenders = (files ?? [])
      .filter((file) => file !== 'scripts/tree.test.ts')
      .filter((file) => found(readFileSync(path.join(root, file), 'latin1')));
    expect(offenders).toEqual([]);
  });
});
