import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missingSpace, writeModel } from './data.ts';
import { bytesOf, filesOf, type Workload } from './workloads.ts';

const small: Workload = {
  name: 'small',
  title: 'small',
  files: [
    { count: 1001, size: 10 },
    { count: 1, size: 5_000_000 },
  ],
};

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bench-data-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function write(name: string): Promise<Map<string, Buffer>> {
  const root = path.join(directory, name);
  await writeModel(root, small, new AbortController().signal);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(paths.map((file) => [path.relative(root, file), readFileSync(file)]));
}

describe('the model of a workload', () => {
  it('has as many files and bytes as were asked for', async () => {
    const files = await write('model');
    expect(files.size).toBe(filesOf(small));
    expect([...files.values()].reduce((sum, { length }) => sum + length, 0)).toBe(bytesOf(small));
  });

  it('is the same each time, and no two files are', async () => {
    const [first, second] = [await write('first'), await write('second')];
    expect(second).toEqual(first);
    expect(new Set([...first.values()].map((content) => content.toString('base64'))).size).toBe(first.size);
  });

  it('is not written to its end once that is aborted', async () => {
    const many: Workload = { name: 'many', title: 'many', files: [{ count: 5000, size: 1 }] };
    const root = path.join(directory, 'aborted');
    await expect(writeModel(root, many, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('free disk space', () => {
  it('is enough for a small model', () => {
    expect(missingSpace(directory, [small])).toBeNull();
  });

  it('is missed before anything is written', () => {
    const huge: Workload = { name: 'huge', title: 'huge', files: [{ count: 1, size: 2 ** 60 }] };
    expect(missingSpace(directory, [small, huge])).toMatch(/needs \d+\.\d GB of free disk, and there are/);
  });
});
