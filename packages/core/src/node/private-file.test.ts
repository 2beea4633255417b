import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readPrivateFile, updatePrivateFile, writePrivateFile } from './private-file.ts';

/** A file below two directories, all of which belong to this user alone. */
function place() {
  const above = path.join(temporaryDirectory(), 'above');
  const directory = path.join(above, 'directory');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, 'file');
  writeFileSync(file, 'the content', { mode: 0o600 });
  return { above, directory, file };
}

type Place = ReturnType<typeof place>;
const read = ({ file }: Place) => readPrivateFile(file, 100);
const write = ({ file }: Place) => writePrivateFile(file, 'other');
const isRoot = process.geteuid?.() === 0;

describe.skipIf(process.platform === 'win32')('a file that decides whom to trust (skipped on Windows)', () => {
  it('the file is read and written where only this user can write', async () => {
    const here = place();
    expect(await read(here)).toEqual(new Uint8Array(Buffer.from('the content')));
    await write(here);
    expect(await read(here)).toEqual(new Uint8Array(Buffer.from('other')));
  });

  it.each(['above', 'directory', 'file'] as const)('the file is not read if others can write to: %s', async (what) => {
    for (const bits of [0o020, 0o002]) {
      const here = place();
      chmodSync(here[what], 0o700 | bits);
      await expect(read(here)).rejects.toThrow('is writable by other users');
    }
  });

  it.each(['above', 'directory'] as const)('the file is not written if others can write to: %s', async (what) => {
    const here = place();
    chmodSync(here[what], 0o777);
    await expect(write(here)).rejects.toThrow('is writable by other users');
    chmodSync(here[what], 0o700);
    expect(await read(here)).toEqual(new Uint8Array(Buffer.from('the content')));
  });

  it.each(['link/a', 'link/a/b/c'])('a file is not written to a directory that cannot be made: %s', async (where) => {
    const { directory } = place();
    symlinkSync('nowhere', path.join(directory, 'link'));
    await expect(writePrivateFile(path.join(directory, where, 'file'), 'other')).rejects.toThrow('ENOENT');
    expect(readdirSync(directory)).toEqual(['file', 'link']);
  });

  it('a directory in which others cannot replace files, such as that for temporary files, is accepted', async () => {
    const here = place();
    chmodSync(here.above, 0o1777);
    expect(await read(here)).not.toBeNull();
  });

  it('the directories that count are those in which the file really is', async () => {
    const here = place();
    const link = path.join(temporaryDirectory(), 'link');
    symlinkSync(here.directory, link);
    const linked = { ...here, file: path.join(link, 'file') };
    expect(await read(linked)).not.toBeNull();
    chmodSync(here.above, 0o777);
    await expect(read(linked)).rejects.toThrow('is writable by other users');
    await expect(write(linked)).rejects.toThrow('is writable by other users');
  });

  it.skipIf(!isRoot).each(['above', 'directory', 'file'] as const)(
    'the file is not read if it belongs to another user: %s (skipped without the right to give files away)',
    async (what) => {
      const here = place();
      chownSync(here[what], 12_345, 12_345);
      await expect(read(here)).rejects.toThrow('belongs to another user');
    },
  );

  it.each<[string, (file: string) => void]>([
    ['grows', (file) => appendFileSync(file, 'x')],
    ['grows much', (file) => appendFileSync(file, 'x'.repeat(1000))],
    ['shrinks', (file) => truncateSync(file, 3)],
    ['becomes empty', (file) => truncateSync(file, 0)],
  ])('a file that %s between its size and its content is refused', async (_, change) => {
    const here = place();
    const probe = await open(here.file);
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const { stat } = prototype;
    const changing = vi.spyOn(prototype, 'stat').mockImplementationOnce(async function (this: FileHandle) {
      const stats = await stat.call(this);
      change(here.file);
      return stats as never;
    });
    onTestFinished(() => changing.mockRestore());
    await expect(read(here)).rejects.toThrow('it changed while it was read');
    expect(changing).toHaveBeenCalledOnce();
  });

  it('a file of more than the bound, a link and a directory are refused, and nothing is nothing', async () => {
    const here = place();
    await expect(readPrivateFile(here.file, 10)).rejects.toThrow('more than 10 bytes');
    const link = path.join(here.directory, 'link');
    symlinkSync(here.file, link);
    await expect(readPrivateFile(link, 100)).rejects.toThrow('symbolic link');
    await expect(readPrivateFile(here.directory, 100)).rejects.toThrow('it is a directory');
    expect(await readPrivateFile(path.join(here.directory, 'none'), 100)).toBeNull();
    expect(await readPrivateFile(path.join(here.file, 'below'), 100)).toBeNull();
  });

  it('a file that is changed by many at once keeps every change', async () => {
    const file = path.join(temporaryDirectory(), 'new', 'file');
    const add = (line: string) =>
      updatePrivateFile(file, 1000, async (content) => `${content ? Buffer.from(content) : ''}${line}\n`);
    const lines = Array.from({ length: 8 }, (_, index) => `line ${index}`);
    await Promise.all(lines.map(add));
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').sort()).toEqual(lines);
    expect(readdirSync(path.dirname(file))).toEqual(['file']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('a change that fails, or that is none, leaves the file as it is and no lock', async () => {
    const { directory, file } = place();
    const failing = updatePrivateFile(file, 100, async () => Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
    await updatePrivateFile(file, 100, async () => null);
    expect(readFileSync(file, 'utf8')).toBe('the content');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('a file that others can write to is not changed', async () => {
    const { directory, file } = place();
    chmodSync(file, 0o606);
    await expect(updatePrivateFile(file, 100, async () => 'other')).rejects.toThrow('is writable by other users');
    expect(readFileSync(file, 'utf8')).toBe('the content');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('a lock that is left behind is named in the error, and stays', async () => {
    const { file } = place();
    writeFileSync(`${file}.lock`, '');
    await expect(updatePrivateFile(file, 100, async () => 'other', 2)).rejects.toThrow(`remove ${file}.lock`);
    expect(readFileSync(file, 'utf8')).toBe('the content');
  });
});
