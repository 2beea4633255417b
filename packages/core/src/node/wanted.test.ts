import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addFiles, modelDirectory, nextTimestamp } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathSet } from '../format/names.ts';
import type { Listing, ListOptions } from '../model.ts';
import { refusal } from '../testing/refusal.ts';
import { localModel } from './local-model.ts';

const list = (root: string, only: readonly string[], options: Partial<ListOptions> = {}): Promise<Listing> =>
  localModel(root).list({ followSymlinks: false, excludes: () => false, sizes: true, only, ...options });

const names = ({ files }: Listing) => files.map(({ name }) => name).sort();
const onUnix = it.skipIf(process.platform === 'win32'); // links and permissions need POSIX

describe('a directory of which only some names are wanted', () => {
  it('the listing has what is at or below the wanted names, and nothing else', async () => {
    const root = modelDirectory({ a: '', 'a.txt': '', 'x/y/z': '', 'x/y/w/v': '', 'x/b': '', 'x-y': '' });
    expect(names(await list(root, ['a', 'x/y']))).toEqual(['a', 'x/y/w/v', 'x/y/z']);
    expect(names(await list(root, ['x/y/z', 'x']))).toEqual(['x/b', 'x/y/w/v', 'x/y/z']);
    expect(names(await list(root, ['x', 'x/y/z']))).toEqual(['x/b', 'x/y/w/v', 'x/y/z']);
    expect(names(await list(root, []))).toEqual([]);
  });

  it.each([
    'absent',
    'a/b',
    'x/absent/y',
    '..',
    '.',
    '',
    '../model/a',
    './a',
    'a\0',
    '/a',
    'x//y',
    'y'.repeat(5000),
    'a\ud800',
  ])('the name %j is at nothing in the directory, so nothing is listed', async (name) => {
    const root = modelDirectory({ a: '', 'x/y': '' });
    expect(await list(root, [name])).toMatchObject({ files: [], unusable: [] });
  });

  it('the listing for any names is that part of the whole listing that is at or below them', async () => {
    const component = fc.constantFrom('a', 'b', 'c', 'a.b');
    const name = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const root = modelDirectory({ 'a/a/a': '', 'a/a/b': '', 'a/b': '', b: '', 'a.b/a': '', 'c/a.b/c': '' });
    const all = names(await localModel(root).list({ followSymlinks: false, excludes: () => false, sizes: false }));
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 5 }), async (only) => {
        const wanted = new PathSet(only);
        expect(names(await list(root, only))).toEqual(all.filter((one) => wanted.covers(one)));
      }),
    );
  });

  it('exclusions still apply to what is wanted', async () => {
    const root = modelDirectory({ 'x/a': '', 'x/b': '' });
    const listing = await list(root, ['x'], { excludes: (name) => name === 'x/a' });
    expect(listing).toMatchObject({ files: [{ name: 'x/b' }], excluded: ['x/a'] });
  });

  onUnix('a directory that may be searched but not read gives the wanted names', async () => {
    const root = modelDirectory({ 'x/a': 'aa', 'x/b': '' });
    chmodSync(path.join(root, 'x'), 0o311);
    const isRoot = process.getuid?.() === 0; // it may read every directory
    if (!isRoot) expect(() => readdirSync(path.join(root, 'x'))).toThrow();
    expect(await list(root, ['x/a'])).toMatchObject({ files: [{ name: 'x/a', size: 2 }] });
    chmodSync(path.join(root, 'x'), 0o755);
  });

  onUnix('links are followed where they would be in the whole model, and only there', async () => {
    const root = modelDirectory({ 'real/a': '' });
    symlinkSync('real', path.join(root, 'inside'));
    symlinkSync(modelDirectory({ a: '' }), path.join(root, 'outside'));
    const refused = await list(root, ['inside/a', 'outside/a']);
    expect(names(refused)).toEqual([]);
    expect(refused.unusable.map(({ name, error }) => [name, error.code])).toEqual([
      ['inside', 'model/symlink'],
      ['outside', 'model/symlink'],
    ]);
    const followed = await list(root, ['inside/a', 'outside/a'], { followSymlinks: true });
    expect(names(followed)).toEqual(['inside/a']);
    expect(followed.unusable.map(({ name, error }) => [name, error.code])).toEqual([
      ['outside', 'model/symlink-outside'],
    ]);
  });

  it('other files may come and go in a directory of which one file is wanted', async () => {
    const root = modelDirectory({ 'x/a': '', 'y/b': '' });
    const listing = await list(root, ['x/a', 'y']);
    await nextTimestamp();
    addFiles(root, { 'x/new': '', new: '' });
    await listing.confirm();
    writeFileSync(path.join(root, 'y/new'), '');
    await refusal('model/changed', () => listing.confirm());
  });

  it('a directory that is replaced while one of its files is read is noticed', async () => {
    const root = modelDirectory({ 'x/a': '' });
    const listing = await list(root, ['x/a']);
    renameSync(path.join(root, 'x'), path.join(root, 'old'));
    mkdirSync(path.join(root, 'x'));
    await refusal('model/changed', () => listing.confirm());
    rmSync(path.join(root, 'x'), { recursive: true });
    await refusal('model/changed', () => listing.confirm());
  });
});
