import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

/** Which way each of so many portions goes, where the two ways are so fast. */
function ways(portions: number, speed: (at: number) => { overlapping: number; alone: number }): boolean[] {
  const pace = new Pace();
  return Array.from({ length: portions }, (_, at) => {
    const { overlaps } = pace;
    const { overlapping, alone } = speed(at);
    pace.took(1000, 1000 / (overlaps ? overlapping : alone));
    return overlaps;
  });
}

describe('a long job', () => {
  it('is done in the way that was faster, after two portions in each', () => {
    expect(ways(6, () => ({ overlapping: 3, alone: 2 }))).toEqual([true, true, false, false, true, true]);
    expect(ways(6, () => ({ overlapping: 2, alone: 3 }))).toEqual([true, true, false, false, false, false]);
  });

  it('is not judged by its first portion, which is slow for its own reasons', () => {
    const speed = (at: number) => ({ overlapping: at === 0 ? 1 : 3, alone: 2 });
    expect(ways(6, speed).slice(4)).toEqual([true, true]);
  });

  it('is done in the other way as soon as the one that was faster is no more', () => {
    const speed = (at: number) => ({ overlapping: 2, alone: at < 10 ? 3 : 1 });
    expect(ways(14, speed).slice(8)).toEqual([false, false, false, true, true, true]);
  });

  it('is tried in the slower way again now and then', () => {
    const speed = (at: number) => ({ overlapping: at < 20 ? 2 : 4, alone: 3 });
    const seen = ways(70, speed);
    expect(seen.slice(2, 32)).toEqual(Array(30).fill(false));
    expect(seen.slice(32, 60)).toEqual(Array(28).fill(true));
  });
});
