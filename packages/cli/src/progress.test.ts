import { expect, test } from 'vitest';
import { formatDuration, renderProgress, smooth } from './progress.ts';

const half = { bytes: 2_000_000_000, totalBytes: 4_000_000_000, jobs: 1, totalJobs: 2, bytesPerSecond: 500_000_000 };

test('a progress line shows a bar, the share, bytes, speed and the time left', () => {
  expect(renderProgress(half, 100)).toBe('[############------------]   50%  2.0 GB of 4.0 GB  0.50 GB/s  4 s left');
});

test.each([20, 30, 40, 55, 60, 80])('a progress line fits into %i columns', (columns) => {
  expect(renderProgress(half, columns).length).toBeLessThan(columns);
});

test('a progress line shows neither speed nor time before the speed is known', () => {
  expect(renderProgress({ ...half, bytesPerSecond: 0 }, 100)).toBe(
    '[############------------]   50%  2.0 GB of 4.0 GB',
  );
});

test('a progress line shows the number of files if their sizes are not known', () => {
  const many = { ...half, totalBytes: null, jobs: 50_000, totalJobs: 200_000 };
  expect(renderProgress(many, 100)).toBe(
    '[######------------------]   25%  50,000 of 200,000 files  0.50 GB/s  12 s left',
  );
});

test('a progress line shows a model without bytes as done', () => {
  expect(renderProgress({ ...half, bytes: 0, totalBytes: 0, bytesPerSecond: 0 }, 100)).toContain('100%');
});

test('the average speed starts with the first measurement and forgets old ones', () => {
  expect(smooth(0, 100, 0.1)).toBe(1000);
  expect(smooth(1000, 0, 0.1)).toBeLessThan(1000);
  expect(smooth(1000, 0, 0.1)).toBeGreaterThan(900);
  expect(smooth(1000, 0, 60)).toBeLessThan(1);
});

test.each([
  [0, '0 s'],
  [7.2, '8 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 05 min'],
])('%d seconds are shown as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
