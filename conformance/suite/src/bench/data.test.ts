import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { missingSpace, writeModel } from './data.ts';
import { bytesOf, filesOf, type Workload } from './workloads.ts';

const workload = (files: Workload['files']): Workload => ({ name: 'model', title: 'model', files });

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bench-data-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function write(name: string, model: Workload): Promise<Map<string, Buffer>> {
  const root = path.join(directory, name);
  await writeModel(root, model, new AbortController().signal);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(paths.map((file) => [path.relative(root, file), readFileSync(file)]));
}

it('the benchmark writes a model with the files and bytes of its workload', async () => {
  const model = workload([
    { count: 1001, size: 10 },
    { count: 1, size: 5_000_000 },
  ]);
  const files = await write('model', model);
  expect(files.size).toBe(filesOf(model));
  expect([...files.values()].reduce((sum, { length }) => sum + length, 0)).toBe(bytesOf(model));
});

it('the benchmark writes the same bytes each time, and different ones to each file', async () => {
  const model = workload([
    { count: 20, size: 10 },
    { count: 2, size: 100_000 },
  ]);
  const [first, second] = [await write('first', model), await write('second', model)];
  expect(second).toEqual(first);
  expect(new Set([...first.values()].map((content) => content.toString('base64'))).size).toBe(first.size);
});

it('the benchmark stops writing a model once it is aborted', async () => {
  const model = workload([{ count: 200, size: 1 }]);
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(writeModel(path.join(directory, 'aborted'), model, aborted)).rejects.toThrow('enough');
});

it('the benchmark finds enough disk space for a small model', () => {
  expect(missingSpace(directory, [workload([{ count: 10, size: 10 }])])).toBeNull();
});

it('the benchmark says how much disk space is missing for a huge model', () => {
  const models = [workload([{ count: 10, size: 10 }]), workload([{ count: 1, size: 2 ** 60 }])];
  expect(missingSpace(directory, models)).toMatch(/needs \d+\.\d GB of free disk, and there are/);
});
