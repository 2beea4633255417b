import type { Difference } from '@model-signing/core';

export type Kind = Difference['kind'];

/** What each kind is called. */
export const kindNames: Readonly<Record<Kind, string>> = {
  modified: 'changed',
  missing: 'missing',
  unsigned: 'not signed',
  ignored: 'left out',
};

/** Which of the differences to show. */
export interface Filter {
  /** Null for all. */
  readonly kind: Kind | null;
  /** What the name contains, in any case. */
  readonly text: string;
}

/** The differences that a filter leaves. */
export function matching(differences: readonly Difference[], { kind, text }: Filter): readonly Difference[] {
  const wanted = text.toLowerCase();
  return differences.filter(
    (each) => (kind === null || each.kind === kind) && each.path.toLowerCase().includes(wanted),
  );
}

/** How many there are of each kind, for those that there are. */
export function countsOf(differences: readonly Difference[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>();
  for (const { kind } of differences) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
