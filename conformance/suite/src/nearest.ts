/** Longer names are not compared, because the time grows with their length. */
const MAX_LENGTH = 100;

/** The most edits between a name and what was meant, by the length of the name. */
const mostEdits = (name: string) => Math.max(1, Math.min(3, Math.floor(name.length / 3)));

/** A message about a name that does not exist, with what was meant, or with the first names that exist. */
export function unknownName(message: string, name: string, known: readonly string[], dashes = ''): string {
  const meant = nearest(name, known);
  if (meant !== null) return `${message}; did you mean ${dashes}${meant}?`;
  return known.length > 20 ? message : `${message}; there are ${known.map((one) => `${dashes}${one}`).join(', ')}`;
}

/** The name that was most likely meant; null if none is similar. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (name.length > MAX_LENGTH) return null;
  const [best] = known
    .map((one) => ({ one, edits: editsBetween(name, one) }))
    .filter(({ edits }) => edits <= mostEdits(name))
    .toSorted((a, b) => a.edits - b.edits);
  return best?.one ?? null;
}

/** How many letters must be changed, added, left out, or exchanged with the next one. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > mostEdits(a)) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = isExchange ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(Math.min(changed, exchanged, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
