import { expect, test } from 'vitest';
import { formatCount, formatSize, parseSize } from './sizes.ts';

test.each([
  ['1000000000', 1_000_000_000],
  ['1GB', 1_000_000_000],
  ['1gb', 1_000_000_000],
  ['1.5 GB', 1_500_000_000],
  ['512MiB', 536_870_912],
  ['4KiB', 4096],
  ['10kB', 10_000],
  ['7B', 7],
])('the size %s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  '',
  '0',
  '0GB',
  '-1',
  '1G',
  '1 000',
  '1e9',
  '0x10',
  '1.5',
  'GB',
  '1GBs',
  'NaN',
  '9007199254740993',
  '99999PB',
])('%j is not a size', (text) => {
  expect(parseSize(text)).toBeNull();
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_600, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
  [123_456_789_000, '123 GB'],
])('%i bytes are shown as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test('a count has its noun in the singular or plural', () => {
  expect([formatCount(1, 'file'), formatCount(0, 'file'), formatCount(12_345, 'file')]).toEqual([
    '1 file',
    '0 files',
    '12,345 files',
  ]);
});
