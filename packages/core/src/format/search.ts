/** The index of the first item that `isPast` holds for, in a list where it then holds for all that follow. */
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
