/** The median of repeated measurements and their range. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} if there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of no values');
  return { median: (lower + upper) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** The spread of the values that are known, or null if none is. */
export function knownSpread(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : spreadOf(known);
}

/** Combines the values of each round, so that a slow round cancels out. */
export function pairwise(
  left: readonly number[],
  right: readonly number[],
  combine: (left: number, right: number) => number,
): Spread {
  return spreadOf(left.slice(0, right.length).map((value, round) => combine(value, right[round] as number)));
}

/** The exponent of growth from one point to the next: 1 is linear, 2 is quadratic. */
export function growthExponent(from: readonly [x: number, y: number], to: readonly [x: number, y: number]): number {
  return Math.log(to[1] / from[1]) / Math.log(to[0] / from[0]);
}

/** The same values in a random order. */
export function shuffled<T>(values: readonly T[], random: () => number = Math.random): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
