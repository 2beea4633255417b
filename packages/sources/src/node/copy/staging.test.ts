import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { refusalOf } from '@model-signing/testing/refusal';
import { addFiles } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../source-error.ts';
import { Cut } from '../../testing/memory-source.ts';
import { big, cut, filesIn, pullWorld } from '../../testing/pull-world.ts';

const failed = refusalOf(SourceError);
const onUnix = it.skipIf(process.platform === 'win32'); // links and FIFOs need POSIX

describe('what others put into the folder beside the target', () => {
  onUnix.each<[string, (part: string) => void]>([
    ['a link to nothing in the place of the tree', (part) => symlinkSync('nothing', path.join(part, 'tree'))],
    ['a link to a folder in the place of the tree', (part) => symlinkSync('..', path.join(part, 'tree'))],
    ['a file in the place of a folder of the tree', (part) => addFiles(part, { 'tree/weights': 'x' })],
    ['a folder in the place of a file of the tree', (part) => addFiles(part, { 'tree/config.json/x': 'x' })],
    ['a FIFO in the place of the tree', (part) => void execFileSync('mkfifo', [path.join(part, 'tree')])],
    ['a FIFO in the place of the lock', (part) => void execFileSync('mkfifo', [path.join(part, 'lock')])],
    ['a folder in the place of the lock', (part) => addFiles(part, { 'lock/x': 'x' })],
    ['an endless file in the place of the lock', (part) => symlinkSync('/dev/zero', path.join(part, 'lock'))],
  ])('%s stops no pull and is not left behind', async (_, make) => {
    const { to, part, parent, pull } = await cut();
    make(part);
    expect((await pull()).verification.verdict).toBe('verified');
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
    expect(readdirSync(parent)).toEqual(['pulled']);
  });

  onUnix('a FIFO in the place of every part is replaced', async () => {
    const { part, to, pull } = await cut();
    for (const name of Object.keys(filesIn(part))) {
      rmSync(path.join(part, name));
      execFileSync('mkfifo', [path.join(part, name)]);
    }
    expect(await pull()).toMatchObject({ resumedBytes: 0, verification: { verdict: 'verified' } });
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  it.runIf(process.getuid?.() === 0)(
    'a part of another user is replaced, who could change it at any time',
    async () => {
      const { large, to, pull } = await cut();
      chownSync(large, 1234, 1234);
      expect(await pull()).toMatchObject({ resumedBytes: 2, verification: { verdict: 'verified' } });
      expect(statSync(path.join(to, 'weights/a.bin')).uid).toBe(0);
    },
  );

  onUnix('a link in the place of the parts is refused, with what to do', async () => {
    const { part, pull } = await cut();
    renameSync(path.join(part, 'parts'), path.join(part, 'others'));
    symlinkSync('others', path.join(part, 'parts'));
    const error = await failed('source/target-unusable', () => pull());
    expect(error.message).toContain('is not a folder; delete it');
    expect(existsSync(path.join(part, 'lock'))).toBe(false);
  });
});

describe('the folder beside the target', () => {
  onUnix('the folder beside the target is for this user alone', async () => {
    const { part, pull, source } = await cut();
    expect(statSync(part).mode & 0o777).toBe(0o700);
    chmodSync(part, 0o777);
    source.faults.set('weights/a.bin', { cutAfter: 0, times: 1 });
    await expect(pull()).rejects.toThrow(Cut);
    expect(statSync(part).mode & 0o777).toBe(0o700);
  });

  it('a file in the place of the folder beside the target is refused', async () => {
    const { part, pull } = await pullWorld();
    writeFileSync(part, '');
    await failed('source/target-unusable', () => pull());
  });

  onUnix('a link in the place of the folder beside the target is refused', async () => {
    const { part, parent, pull } = await pullWorld();
    mkdirSync(path.join(parent, 'elsewhere'));
    symlinkSync('elsewhere', part);
    const error = await failed('source/target-unusable', () => pull());
    expect(error.message).toContain('it is not a folder');
    expect(readdirSync(path.join(parent, 'elsewhere'))).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('a folder beside the target that another user made is refused', async () => {
    const { part, pull } = await pullWorld();
    mkdirSync(part);
    chownSync(part, 1234, 1234);
    const error = await failed('source/target-unusable', () => pull());
    expect(error.message).toContain('another user made it');
    expect(existsSync(path.join(part, 'lock'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a place that cannot be written is named',
    async () => {
      const { parent, pull } = await pullWorld();
      chmodSync(parent, 0o500);
      const error = await failed('source/target-unusable', () => pull());
      chmodSync(parent, 0o700);
      expect(error.message).toContain('EACCES');
    },
  );

  it('a model that the disk has no room for is refused before anything is fetched', async () => {
    const { source, parent, pull } = await pullWorld();
    source.faults.set('weights/a.bin', { size: 2 ** 52 });
    const error = await failed('source/no-space', () => pull());
    expect(error.message).toMatch(/needs 4\.5 PB \(4503599627370502 bytes\) more at ".*", and .* are free/);
    expect(source.reads).toEqual([]);
    expect(readdirSync(parent)).toEqual([]);
  });
});
