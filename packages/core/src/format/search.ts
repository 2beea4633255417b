/** The index of the first item for which `isPast` is true, in a list where it is also true for every later item. */
export function firstIndex<T>(items: readonly T[], isPast: (item: T) => boolean): number {
  let from = 0;
  let until = items.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if (isPast(items[middle] as T)) until = middle;
    else from = middle + 1;
  }
  return from;
}
