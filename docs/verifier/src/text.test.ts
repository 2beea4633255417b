import { expect, it } from 'vitest';
import { counted, durationText, listed, resourcesText, sizeText, timeText } from './text.ts';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [2 * 1024 ** 3, '2.1 GB'],
])('%d bytes are written as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it.each([
  [0.3, 'less than a second'],
  [1, '1 second'],
  [99, '99 seconds'],
  [100, '2 minutes'],
  [7200, '2.0 hours'],
])('%d seconds are written as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it('numbers are written with their nouns, and times in UTC', () => {
  expect(counted(20_000, 'file')).toBe('20,000 files');
  expect(resourcesText(1, 'shards')).toBe('1 part of files');
  expect(resourcesText(2, 'shards')).toBe('2 parts of files');
  expect(timeText('2026-11-28T20:00:00.123Z')).toBe('2026-11-28 20:00:00 UTC');
});

it('of a list that a page in a browser could not show, the first texts are shown, and how many are not', () => {
  const many = Array.from({ length: 900_000 }, (_, i) => `path-${i}`);
  expect(listed(many)).toHaveLength(1001);
  expect(listed(many).at(-1)).toBe('and 899,000 more, listed in the JSON');
  expect(listed(many.slice(0, 1000))).toEqual(many.slice(0, 1000));
  expect(listed(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'and 1 more, listed in the JSON']);
});
