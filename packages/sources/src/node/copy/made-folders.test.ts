import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { refusalOf } from '@model-signing/testing/refusal';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../source-error.ts';
import { Cut } from '../../testing/memory-source.ts';
import { pullWorld } from '../../testing/pull-world.ts';
import { makeFolders, removeEmpty } from './made-folders.ts';

const failed = refusalOf(SourceError);

describe('folders that are made for a target', () => {
  it('the missing folders are made and named, the innermost first, and removed as long as they are empty', async () => {
    const root = temporaryDirectory();
    mkdirSync(path.join(root, 'a'));
    const made = await makeFolders(path.join(root, 'a/b/c'));
    expect(made).toEqual([path.join(root, 'a/b/c'), path.join(root, 'a/b')]);
    expect(await makeFolders(path.join(root, 'a/b'))).toEqual([]);
    writeFileSync(path.join(root, 'a/b/file'), '');
    await removeEmpty(made);
    expect(readdirSync(path.join(root, 'a/b'))).toEqual(['file']);
  });

  it('a file where a folder must be is refused, and nothing is made', async () => {
    const root = temporaryDirectory();
    writeFileSync(path.join(root, 'file'), '');
    await failed('source/target-unusable', () => makeFolders(path.join(root, 'file/a/b')));
    expect(readdirSync(root)).toEqual(['file']);
  });

  it.runIf(process.platform === 'linux')('a file system without a place for folders is refused at once', async () => {
    await failed('source/target-unusable', () => makeFolders('/proc/model-signing/a/b'));
  });
});

describe('the folders above the target of a pull', () => {
  it('folders that were made above the target are removed if nothing is kept in them', async () => {
    const { source, parent, pull } = await pullWorld();
    const to = path.join(parent, 'x/y/out');
    source.faults.set('weights/a.bin', { flip: 9_999 });
    await expect(pull({ to, only: ['weights/a.bin'] })).rejects.toMatchObject({ code: 'model/mismatch' });
    expect(readdirSync(parent)).toEqual([]);
    await expect(pull({ to, only: ['none'] })).rejects.toMatchObject({ code: 'model/not-signed' });
    source.faults.set('weights/a.bin', { size: 2 ** 52 });
    await failed('source/no-space', () => pull({ to }));
    expect(readdirSync(parent)).toEqual([]);
  });

  it('folders above the target stay while a download that was cut is kept in them', async () => {
    const { source, parent, pull } = await pullWorld();
    const to = path.join(parent, 'x/y/out');
    source.faults.set('weights/a.bin', { cutAfter: 4000, times: 1 });
    await expect(pull({ to })).rejects.toThrow(Cut);
    expect(readdirSync(path.dirname(to))).toEqual(['out.part']);
    expect((await pull({ to })).resumedBytes).toBeGreaterThanOrEqual(4000);
    expect(readdirSync(path.dirname(to))).toEqual(['out']);
  });

  it.skipIf(process.platform === 'win32')(
    'a link above the target is followed once, and one to nothing refused',
    async () => {
      const { parent, pull } = await pullWorld();
      mkdirSync(path.join(parent, 'real'));
      symlinkSync('real', path.join(parent, 'link'));
      const { target } = await pull({ to: path.join(parent, 'link/x/out') });
      expect(target).toBe(path.join(parent, 'real/x/out'));
      symlinkSync('nothing', path.join(parent, 'dangling'));
      await failed('source/target-unusable', () => pull({ to: path.join(parent, 'dangling/x') }));
      expect(existsSync(path.join(parent, 'nothing'))).toBe(false);
    },
  );
});
