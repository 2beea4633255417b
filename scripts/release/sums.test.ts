import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { distTag, inOrder } from './publish.ts';
import { checkSums, writeSums } from './sums.ts';
import type { Tarball } from './tarballs.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-sums-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

describe('the digests of a release', () => {
  it('checkSums returns the files of a folder that is as it was listed', () => {
    const folder = folderOf({ 'b.tgz': 'b', 'a.tgz': 'a' });
    expect(checkSums(folder, writeSums(folder))).toEqual(['a.tgz', 'b.tgz']);
  });

  it.each<[string, (folder: string) => void]>([
    ['a changed file', (folder) => appendFileSync(path.join(folder, 'a.tgz'), 'x')],
    ['a missing file', (folder) => rmSync(path.join(folder, 'a.tgz'))],
    ['one more file', (folder) => writeFileSync(path.join(folder, 'c.tgz'), 'c')],
    ['two files exchanged', (folder) => renameSync(path.join(folder, 'b.tgz'), path.join(folder, 'a.tgz'))],
    [
      'a file and the list changed',
      (folder) => {
        writeFileSync(path.join(folder, 'a.tgz'), 'x');
        writeSums(folder);
      },
    ],
    ['another line in the list', (folder) => appendFileSync(path.join(folder, 'SHA256SUMS'), '0  x\n')],
  ])('checkSums refuses a folder with %s', (_, change) => {
    const folder = folderOf({ 'a.tgz': 'a', 'b.tgz': 'b' });
    const sums = writeSums(folder);
    change(folder);
    expect(() => checkSums(folder, sums)).toThrow('SHA256SUMS');
  });

  it('the list of digests is in the form of sha256sum', () => {
    const folder = folderOf({ 'a.tgz': 'a' });
    writeSums(folder);
    expect(readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8')).toBe(
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.tgz\n',
    );
  });
});

describe('the order of publishing', () => {
  const tarball = (name: string, ...dependencies: string[]): Tarball => ({
    ...{ file: `${name}.tgz`, version: '1.0.0', manifest: {} },
    name,
    dependencies,
  });

  it('a package is published after those that it depends on', () => {
    const order = inOrder([tarball('a', 'c', 'elsewhere'), tarball('c', 'b'), tarball('b')]);
    expect(order.map(({ name }) => name)).toEqual(['b', 'c', 'a']);
  });

  it('packages that depend on each other cannot be published', () => {
    expect(() => inOrder([tarball('a', 'b'), tarball('b', 'a')])).toThrow('depend on each other');
  });

  it('a pre-release never gets the tag of the default version', () => {
    expect(['1.2.3', '1.2.3-next.0', '1.2.3-rc.1', '1.2.3-0'].map(distTag)).toEqual(['latest', 'next', 'rc', 'next']);
  });
});
