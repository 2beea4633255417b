import * as fs from 'node:fs';
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeSignature } from './signature-file.ts';

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>();
  const wrapped = { writeSync: vi.fn(actual.writeSync), ftruncateSync: vi.fn(actual.ftruncateSync) };
  return { ...actual, ...wrapped, fsyncSync: vi.fn(actual.fsyncSync) };
});

const { writeSync: reallyWrite } = await vi.importActual<typeof fs>('node:fs');
const full = () =>
  Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
const fail = () => {
  throw full();
};

afterEach(() => vi.clearAllMocks());

/** Writes into a file that cannot be replaced, which has this content. */
async function overwrite(before: string, bytes: string) {
  const file = path.join(temporaryDirectory(), 'model.sig');
  writeFileSync(file, before);
  const target = { kind: 'file', path: file, existing: lstatSync(file, { bigint: true }), inPlace: true } as const;
  const error = await writeSignature(target, Buffer.from(bytes), new AbortController().signal).then(
    () => null,
    (reason: Error) => reason,
  );
  return { error, content: readFileSync(file, 'utf8') };
}

/** Makes the first write one of half of the bytes, and the second one fail. */
function failHalfway(): void {
  const half = (...[descriptor, bytes, , , at]: readonly unknown[]) =>
    reallyWrite(descriptor as number, bytes as Uint8Array, 0, 5, at as number);
  vi.mocked(fs.writeSync)
    .mockImplementationOnce(half as typeof fs.writeSync)
    .mockImplementationOnce(fail);
}

describe('a signature that is written into a file which cannot be replaced', () => {
  it('the file has the new content, whatever the length of the old one was', async () => {
    for (const before of ['', 'short', 'a much longer content than the new one']) {
      expect(await overwrite(before, 'the new content')).toEqual({ error: null, content: 'the new content' });
    }
  });

  it.each<[string, () => void]>([
    ['the first write', () => vi.mocked(fs.writeSync).mockImplementationOnce(fail)],
    ['a later write', failHalfway],
    ['cutting the rest off', () => vi.mocked(fs.ftruncateSync).mockImplementationOnce(fail)],
    ['flushing', () => vi.mocked(fs.fsyncSync).mockImplementationOnce(fail)],
  ])('the file has its earlier content again if %s fails', async (_, prepare) => {
    for (const before of ['', 'short', 'a much longer content than the new one']) {
      prepare();
      const { error, content } = await overwrite(before, 'the new content');
      expect(error).toMatchObject({ code: 'command/unwritable' });
      expect(error?.message).not.toContain('damaged');
      expect(content).toBe(before);
    }
  });

  it('the file is said to be damaged if its earlier content cannot be put back either', async () => {
    failHalfway();
    vi.mocked(fs.writeSync).mockImplementationOnce(fail);
    const { error, content } = await overwrite('the old content', 'the new content');
    expect(error).toMatchObject({ code: 'command/unwritable' });
    expect(error?.message).toContain('is damaged');
    expect(content).not.toBe('the old content');
  });
});
