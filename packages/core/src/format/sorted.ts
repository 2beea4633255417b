import { compareNames } from './names.ts';

/** Items in the canonical order of their names (OMS-ORDER-1). */
export interface Sorted<T> {
  readonly sorted: readonly T[];
  /** The first item that does not come after the one before it; undefined if the items were in order. */
  readonly misplaced?: T;
  /** An item that has the same name as another one. */
  readonly duplicate?: T | undefined;
}

/** Sorts items by name. A list that is already in order, as most are, is returned unchanged after one pass. */
export function sortByName<T>(items: readonly T[], nameOf: (item: T) => string): Sorted<T> {
  const misplaced = items.find((item, i) => i > 0 && compareNames(nameOf(items[i - 1] as T), nameOf(item)) >= 0);
  if (misplaced === undefined) return { sorted: items };
  const sorted = items.toSorted((a, b) => compareNames(nameOf(a), nameOf(b)));
  const duplicate = sorted.find((item, i) => i > 0 && nameOf(item) === nameOf(sorted[i - 1] as T));
  return { sorted, misplaced, duplicate };
}
