import fc from 'fast-check';
import { expect, it } from 'vitest';
import { growthExponent, knownSpread, pairwise, shuffled, spreadOf } from './statistics.ts';

it('the median of an odd number of values is the middle one', () => {
  expect(spreadOf([10, 2, 9])).toEqual({ median: 9, min: 2, max: 10 });
});

it('the median of an even number of values is the mean of the two middle ones', () => {
  expect(spreadOf([4, 1, 100, 2]).median).toBe(3);
});

it('an empty list of values has no spread', () => {
  expect(() => spreadOf([])).toThrow(RangeError);
  expect(knownSpread([null, null])).toBeNull();
});

it('a spread ignores unknown values', () => {
  expect(knownSpread([null, 5])).toEqual({ median: 5, min: 5, max: 5 });
});

it('values are compared by round and not by their medians', () => {
  // The medians are equal, but the left side is slower in two of three rounds.
  expect(pairwise([4, 8, 2], [2, 4, 8], (left, right) => left / right)).toEqual({ median: 2, min: 0.25, max: 2 });
});

it('a comparison stays the same when a whole round is slow', () => {
  const quiet = pairwise([2, 2, 2], [1, 1, 1], (left, right) => left / right);
  expect(pairwise([2, 20, 2], [1, 10, 1], (left, right) => left / right)).toEqual(quiet);
});

it.each([
  ['1 if time is proportional to size', 30, 1],
  ['2 if time is quadratic', 90, 2],
  ['0 if time is constant', 10, 0],
])('the exponent of growth is %s', (_, seconds, exponent) => {
  expect(growthExponent([1, 10], [3, seconds])).toBeCloseTo(exponent);
});

it('shuffling loses no values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (values) => {
      expect(shuffled(values).toSorted()).toEqual(values.toSorted());
    }),
  );
});

it('shuffling depends only on the random numbers', () => {
  expect(shuffled(['a', 'b', 'c'], () => 0)).toEqual(['b', 'c', 'a']);
});
