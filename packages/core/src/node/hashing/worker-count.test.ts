import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { areMany, extraWorkers, workersForBytes, workersForFiles } from './worker-count.ts';

it('workers start for at least 1,500 files, one fewer than there are threads', () => {
  expect(areMany(1499)).toBe(false);
  expect(areMany(1500)).toBe(true);
  expect(workersForFiles(1499, 8)).toBe(0);
  expect(workersForFiles(1500, 8)).toBe(7);
  expect(workersForFiles(1500, 1)).toBe(0);
});

it('workers start for more than 64,000,000 bytes, and never more than there are jobs beside the first', () => {
  expect(workersForBytes(10, 64_000_000, 4)).toBe(0);
  expect(workersForBytes(10, 64_000_001, 4)).toBe(3);
  expect(workersForBytes(2, 64_000_001, 4)).toBe(1);
  expect(workersForBytes(1, 64_000_001, 4)).toBe(0);
  expect(workersForBytes(10, null, 4)).toBe(0);
});

it('there is one thread for each processor unless the caller names a number', () => {
  expect(workersForFiles(1500)).toBe(availableParallelism() - 1);
  expect(workersForBytes(1500, 1e9)).toBe(availableParallelism() - 1);
});

it('four workers are added while many jobs wait for those that run, unless the caller named a number of threads', () => {
  expect(extraWorkers(9, 3, undefined)).toBe(4);
  expect(extraWorkers(8, 3, undefined)).toBe(0);
  expect(extraWorkers(9, 3, 4)).toBe(0);
});
