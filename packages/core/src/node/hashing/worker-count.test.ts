import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { areMany, comesFromDisk, extraWorkers, workersFor } from './worker-count.ts';

it('workers start for at least 1,500 files, one fewer than there are threads', () => {
  expect(areMany(1499)).toBe(false);
  expect(areMany(1500)).toBe(true);
  expect(workersFor(1499, null, 8)).toBe(0);
  expect(workersFor(1500, null, 8)).toBe(7);
  expect(workersFor(1500, null, 1)).toBe(0);
});

it('workers start for more than 64,000,000 bytes, and never more than there are jobs beside the first', () => {
  expect(workersFor(10, 64_000_000, 4)).toBe(0);
  expect(workersFor(10, 64_000_001, 4)).toBe(3);
  expect(workersFor(2, 64_000_001, 4)).toBe(1);
  expect(workersFor(1, 64_000_001, 4)).toBe(0);
  expect(workersFor(10, null, 4)).toBe(0);
});

it('there is one thread for each processor unless the caller names a number', () => {
  expect(workersFor(1500, null)).toBe(availableParallelism() - 1);
  expect(workersFor(1500, 1e9)).toBe(availableParallelism() - 1);
});

it('files come from a disk if more than half of what was hashed was read from one', () => {
  expect(comesFromDisk(10, 10_239)).toBe(true);
  expect(comesFromDisk(10, 10_240)).toBe(false);
  expect(comesFromDisk(0, 0)).toBe(false);
});

it('four workers are added while many jobs wait for those that run, unless the caller named a number of threads', () => {
  expect(extraWorkers(9, 3, undefined)).toBe(4);
  expect(extraWorkers(8, 3, undefined)).toBe(0);
  expect(extraWorkers(9, 3, 4)).toBe(0);
});
