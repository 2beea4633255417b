import fc from 'fast-check';
import { expect, it } from 'vitest';
import { growthExponent, knownSpread, pairwise, shuffled, spreadOf } from './statistics.ts';

it('takes the middle value of an odd number of values as the median', () => {
  expect(spreadOf([10, 2, 9])).toEqual({ median: 9, min: 2, max: 10 });
});

it('takes the mean of the two middle values of an even number of values as the median', () => {
  expect(spreadOf([4, 1, 100, 2]).median).toBe(3);
});

it('has no spread of no values', () => {
  expect(() => spreadOf([])).toThrow(RangeError);
  expect(knownSpread([null, null])).toBeNull();
});

it('ignores unknown values in a spread', () => {
  expect(knownSpread([null, 5])).toEqual({ median: 5, min: 5, max: 5 });
});

it('compares values by round and not by their medians', () => {
  // The medians are equal, and yet the left side is slower in two rounds of three.
  expect(pairwise([4, 8, 2], [2, 4, 8], (left, right) => left / right)).toEqual({ median: 2, min: 0.25, max: 2 });
});

it('gives the same comparison when a whole round is slow', () => {
  const quiet = pairwise([2, 2, 2], [1, 1, 1], (left, right) => left / right);
  expect(pairwise([2, 20, 2], [1, 10, 1], (left, right) => left / right)).toEqual(quiet);
});

it.each([
  ['1 where time is in proportion', 30, 1],
  ['2 where time is quadratic', 90, 2],
  ['0 where time stays', 10, 0],
])('gives the exponent of growth %s', (_, seconds, exponent) => {
  expect(growthExponent([1, 10], [3, seconds])).toBeCloseTo(exponent);
});

it('shuffles without losing values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (values) => {
      expect(shuffled(values).toSorted()).toEqual(values.toSorted());
    }),
  );
});

it('shuffles by the random numbers alone', () => {
  expect(shuffled(['a', 'b', 'c'], () => 0)).toEqual(['b', 'c', 'a']);
});
