/** A word with more typing errors than this is a different word. */
const MAX_DISTANCE = 3;

/** The minimum share of a word that must be correct. */
const MIN_SIMILARITY = 0.4;

/** Suggests the candidates closest to a mistyped word; null if none is close. */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const bare = (text: string) => text.replace(/^--/, '');
  const close = [...new Set(candidates)]
    .filter((candidate) => Math.abs(bare(word).length - bare(candidate).length) <= MAX_DISTANCE)
    .map((candidate) => ({ candidate, distance: editDistance(bare(word), bare(candidate)) }))
    .filter(({ candidate, distance }) => {
      const length = Math.max(bare(word).length, bare(candidate).length);
      return distance <= MAX_DISTANCE && (length - distance) / length > MIN_SIMILARITY;
    });
  const least = Math.min(...close.map(({ distance }) => distance));
  const closest = close.flatMap(({ candidate, distance }) => (distance === least ? [candidate] : [])).sort();
  if (closest.length === 0) return null;
  return `did you mean ${oneOf(closest)}?`;
}

/** One name, or `one of` several. */
export function oneOf(names: readonly string[]): string {
  return names.length > 1 ? `one of ${names.join(', ')}` : names.join();
}

/** The number of characters to insert, delete, replace or swap with the next one to make `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
