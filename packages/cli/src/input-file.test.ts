import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDocument, readSmallFile } from './input-file.ts';

/** On Linux, a regular file whose size is given as zero. */
const SIZELESS = '/proc/self/status';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'input-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

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
