import { expect, it } from 'vitest';
import { ReadStrategy } from './read-strategy.ts';

/** The way of each portion, given the speeds of the two ways: true for overlapping. */
function ways(portions: number, speed: (at: number) => { overlapping: number; alone: number }): boolean[] {
  const strategy = new ReadStrategy();
  return Array.from({ length: portions }, (_, at) => {
    const { overlaps } = strategy;
    const { overlapping, alone } = speed(at);
    strategy.record(1000, 1000 / (overlaps ? overlapping : alone));
    return overlaps;
  });
}

it('a long range is read in the way that was faster, after two portions in each', () => {
  expect(ways(6, () => ({ overlapping: 3, alone: 2 }))).toEqual([true, true, false, false, true, true]);
  expect(ways(6, () => ({ overlapping: 2, alone: 3 }))).toEqual([true, true, false, false, false, false]);
});

it('the choice does not depend on the first portion, which is slow for its own reasons', () => {
  const speed = (at: number) => ({ overlapping: at === 0 ? 1 : 3, alone: 2 });
  expect(ways(6, speed).slice(4)).toEqual([true, true]);
});

it('a long range is read in the other way as soon as the chosen one becomes slower', () => {
  const speed = (at: number) => ({ overlapping: 2, alone: at < 10 ? 3 : 1 });
  expect(ways(14, speed).slice(8)).toEqual([false, false, false, true, true, true]);
});

it('the slower way is tried again now and then', () => {
  const speed = (at: number) => ({ overlapping: at < 20 ? 2 : 4, alone: 3 });
  const seen = ways(70, speed);
  expect(seen.slice(2, 32)).toEqual(Array(30).fill(false));
  expect(seen.slice(32, 60)).toEqual(Array(28).fill(true));
});
