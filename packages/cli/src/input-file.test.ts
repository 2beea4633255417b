import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCertificates, readDocument, readSignatureFile, readSmallFile } from './input-file.ts';

/** On Linux, a regular file whose size is given as zero. */
const SIZELESS = '/proc/self/status';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'input-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('a list of files in place of one leads to the flag that is repeated, and a name with a comma does not', async () => {
  for (const name of ['a', 'b']) writeFileSync(path.join(folder, name), 'x');
  const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')];
  const hints = ['a flag takes one file: repeat it for each'];
  await expect(readSignatureFile(`${a},${b}`)).rejects.toMatchObject({ code: 'command/not-found', hints });
  await expect(readSmallFile(`${a},${b}`, 'public key')).rejects.toMatchObject({ code: 'command/not-found', hints });
  await expect(readSignatureFile(`${a},c`)).rejects.toMatchObject({ code: 'command/not-found', hints: [] });
});

describe('readSmallFile', () => {
  it.each([0, 1, 4096, 64 * 1024])('readSmallFile returns all %d bytes of a file', async (size) => {
    const file = path.join(folder, 'file');
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    writeFileSync(file, bytes);
    expect(Buffer.from(await readSmallFile(file, 'key')).equals(bytes)).toBe(true);
  });

  it('readSmallFile refuses a file that is one byte too large', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, Buffer.alloc(64 * 1024 + 1));
    await expect(readSmallFile(file, 'key')).rejects.toMatchObject({
      code: 'command/unreadable',
      message: expect.stringContaining('it has more than 65536 bytes'),
    });
  });

  it.skipIf(!existsSync(SIZELESS))(
    'readSmallFile reads to the end of a file that claims to have no size (needs Linux)',
    async () => {
      expect(Buffer.from(await readDocument(SIZELESS, 'document')).toString()).toContain('\nPid:');
    },
  );
});

const onUnix = process.platform !== 'win32';

/** All that reads a file, with the error of one that is too large. */
const readers = [
  { name: 'readSmallFile', read: readSmallFile, tooLarge: 'command/unreadable', limit: 64 * 1024 },
  { name: 'readDocument', read: readDocument, tooLarge: 'command/unreadable', limit: 4 * 1024 * 1024 },
  {
    name: 'readCertificates',
    read: async (file: string, what: string, signal?: AbortSignal) =>
      (await readCertificates([file], what, signal))[0] as Uint8Array,
    tooLarge: 'command/unreadable',
    limit: 1024 * 1024,
  },
  {
    name: 'readSignatureFile',
    read: (file: string, _what: string, signal?: AbortSignal) => readSignatureFile(file, signal),
    tooLarge: 'bundle/too-large',
    limit: 256 * 1024 * 1024,
  },
] as const;

describe.runIf(onUnix).each(readers)('$name', ({ name, read, tooLarge, limit }) => {
  const pipe = () => {
    const file = path.join(folder, 'pipe');
    execFileSync('mkfifo', [file]);
    return file;
  };

  it(`${name} reads a pipe to its end`, async () => {
    const file = pipe();
    const [bytes] = await Promise.all([read(file, 'file'), writeFile(file, 'text')]);
    expect(Buffer.from(bytes).toString()).toBe('text');
  });

  it.skipIf(limit > 2 ** 24)(`${name} refuses a pipe with one byte too many`, async () => {
    const file = pipe();
    const written = writeFile(file, Buffer.alloc(limit + 1)).catch(() => {});
    await expect(read(file, 'file')).rejects.toMatchObject({ code: tooLarge });
    await written;
  });

  it(`${name} refuses an endless device`, async () => {
    await expect(read('/dev/zero', 'file')).rejects.toMatchObject({ code: tooLarge });
  });

  it(`${name} can be aborted while a pipe has no writer`, async () => {
    const controller = new AbortController();
    const reading = read(pipe(), 'file', controller.signal);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it(`${name} can be aborted while a pipe has a writer that is silent`, async () => {
    const file = pipe();
    const controller = new AbortController();
    const reading = read(file, 'file', controller.signal);
    const writer = openSync(file, 'r+');
    appendFileSync(writer, 'x');
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(reading).rejects.toThrow('enough');
    closeSync(writer);
  });

  it(`${name} refuses a directory and names it`, async () => {
    await expect(read(folder, 'file')).rejects.toMatchObject({
      code: 'command/unreadable',
      message: expect.stringContaining('it is a directory'),
    });
  });
});
