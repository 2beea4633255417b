import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modelDirectory, temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it, vi } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { heapBytes } from './heap.ts';
import { ListingBudget } from './listing-budget.ts';

it('names may have as many characters in all as a bundle can list, and no more', async () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ getHeapStatistics: () => ({ heap_size_limit: 2 ** 40 }) });
  const budget = new ListingBudget();
  for (let i = 0; i < 192; i++) budget.take(2 ** 20);
  const error = await refusal('model/too-many-files', async () => budget.take(1));
  expect(error.message).toBe(
    'the names of the first 193 entries have more than 201326592 characters in all, which no bundle can list',
  );
  vi.restoreAllMocks();
});

it('a million entries with names of common length are within the limits, and more than two million are not', async () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ getHeapStatistics: () => ({ heap_size_limit: 2 ** 32 }) });
  const budget = new ListingBudget();
  for (let i = 0; i < 2_000_000; i++) budget.take(60);
  await refusal('model/too-many-files', async () => budget.take(60));
  vi.restoreAllMocks();
});

it.each([
  [100_000, 20],
  [20_000, 3000],
])('%d entries with names of %d characters are refused before they exhaust a small heap', async (entries, length) => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ getHeapStatistics: () => ({ heap_size_limit: 2 ** 27 }) });
  const budget = new ListingBudget();
  const error = await refusal('model/out-of-memory', async () => {
    for (let i = 0; i < entries; i++) budget.take(length);
  });
  expect(error.message).toContain('16 MB of memory');
  expect(error.message).toContain('--max-old-space-size');
  vi.restoreAllMocks();
});

it('the heap has room for long-lived objects, less than its limit', () => {
  expect(heapBytes()).toBeGreaterThan(2 ** 26);
});

it('a model with long names ends in an error that names the limit and never exhausts the heap of its process', () => {
  const root = modelDirectory({});
  const deep = path.join(root, ...Array<string>(8).fill('d'.repeat(250)));
  mkdirSync(deep, { recursive: true });
  for (let i = 0; i < 12_000; i++) writeFileSync(path.join(deep, `${i}`), '');
  const script = path.join(temporaryDirectory(), 'list.mjs');
  const module = new URL('./local-model.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { localModel } from ${JSON.stringify(module)};
     const options = { followSymlinks: false, excludes: () => false, sizes: false, warn() {} };
     await localModel(process.argv[2]).list(options).catch(({ code }) => console.log(code));`,
  );
  const flags = ['--conditions=@model-signing/source', '--max-old-space-size=32'];
  expect(execFileSync(process.execPath, [...flags, script, root], { encoding: 'utf8' })).toBe('model/out-of-memory\n');
});
