import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('a rate is unknown until half a second has passed and something was read', () => {
  const pace = new Pace();
  expect(pace.mark(0, 0, 100)).toBeNull();
  expect(pace.mark(400, 50, 100)).toBeNull();
  expect(pace.mark(600, 60, 100)).toEqual({ bytesPerSecond: 100, left: 0.4 });
});

it('a rate follows the last five seconds', () => {
  const pace = new Pace();
  for (let second = 0; second <= 20; second++) pace.mark(second * 1000, second * 10, 1000);
  for (let second = 1; second <= 6; second++) pace.mark((20 + second) * 1000, 200 + second * 100, 1000);
  expect(pace.mark(27_000, 900, 1000)?.bytesPerSecond).toBeCloseTo(100);
});

it('the time left is unknown for a model of unknown size', () => {
  const pace = new Pace();
  pace.mark(0, 0, null);
  expect(pace.mark(1000, 500, null)).toEqual({ bytesPerSecond: 500, left: null });
});
