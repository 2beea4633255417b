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

describe('reading a file', () => {
  it.each([0, 1, 4096, 64 * 1024])('of %d bytes gives them', async (size) => {
    const file = path.join(folder, 'file');
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    writeFileSync(file, bytes);
    expect(Buffer.from(await readSmallFile(file, 'key')).equals(bytes)).toBe(true);
  });

  it('of a byte more than is allowed is refused', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, Buffer.alloc(64 * 1024 + 1));
    await expect(readSmallFile(file, 'key')).rejects.toMatchObject({
      code: 'command/unreadable',
      message: expect.stringContaining('it has more than 65536 bytes'),
    });
  });

  it.skipIf(!existsSync(SIZELESS))('goes on to its end, whatever its size says (needs Linux)', async () => {
    expect(Buffer.from(await readDocument(SIZELESS, 'document')).toString()).toContain('\nPid:');
  });
});
