import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageContents, strayFiles } from './contents.ts';
import { publishedPackages } from './packages.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The strings at the leaves of a tree: the files that `exports` and `bin` point to. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [];
}

describe.each(publishedPackages(root).map(({ name, directory }) => [name, path.join(root, directory)]))(
  '%s',
  (name, directory) => {
    const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
    const contents = packageContents(directory);

    it(`${name} is published with exactly the files that it declares`, () => {
      expect(strayFiles(contents, manifest.files)).toEqual([]);
    });

    it(`${name} is published with a licence, a readme and every file that it points to`, () => {
      expect(contents.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      const targets = [...leaves(manifest.exports), ...leaves(manifest.bin)].filter((target) => !target.includes('*'));
      const missing = targets
        .map((target) => target.replace(/^\.\//, ''))
        .filter((file) => !contents.files.includes(file));
      expect(missing).toEqual([]);
    });
  },
);

describe('strayFiles', () => {
  const contents = (...files: string[]) => ({ files, packedSize: 0, unpackedSize: 0 });

  it('strayFiles accepts declared files', () => {
    expect(strayFiles(contents('package.json', 'LICENSE', 'dist/index.js'), ['dist'])).toEqual([]);
  });

  it.each(['src/a.test.ts', 'src/testing/forge.ts', 'dist/.DS_Store', 'dist/key.pem', 'notes.md', 'distance/a.js'])(
    'strayFiles reports %s',
    (file) => {
      expect(strayFiles(contents('dist/index.js', file), ['dist', 'src', '!**/*.test.*'])).toEqual([file]);
    },
  );
});

it('the package of the command installs alone, because it depends on no other package of this repository', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'packages/cli/package.json'), 'utf8'));
  const own = new Set(publishedPackages(root).map(({ name }) => name));
  expect(Object.keys(dependencies).filter((name) => own.has(name))).toEqual([]);
});
