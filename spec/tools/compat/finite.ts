import { atomsOf, plainText } from './atoms.ts';
import type { Change, InstancePath } from './changes.ts';
import type { SchemaPlace } from './places.ts';

/** Tells with a real validator whether a value satisfies the schema at a place. */
export type Accepts = (place: SchemaPlace, value: unknown) => boolean;

/** The only values that a schema can accept, if it lists them; otherwise null. */
export function finiteValues(place: SchemaPlace): unknown[] | null {
  for (const { kind, value } of atomsOf(place)) {
    if (kind === 'const') return [value];
    if (kind === 'enum') return value as unknown[];
  }
  return null;
}

/** The pair of schemas whose listed values are compared. */
interface Pair {
  readonly earlier: SchemaPlace;
  readonly later: SchemaPlace;
  readonly accepts: Accepts;
  readonly instance: InstancePath;
}

/**
 * Replaces the derived changes by tested ones if a schema accepts only listed values: all of them can be given to the
 * validators, so the result is exact in that direction.
 */
export function restrict(
  changes: readonly Change[],
  earlier: readonly unknown[] | null,
  later: readonly unknown[] | null,
  pair: Pair,
): Change[] {
  if (changes.length === 0) return [];
  const kept = changes
    .map((change) => ({
      ...change,
      backward: change.backward && earlier === null,
      forward: change.forward && later === null,
    }))
    .filter(({ backward, forward }) => backward || forward);
  const lost = (earlier ?? []).filter((value) => pair.accepts(pair.earlier, value) && !pair.accepts(pair.later, value));
  const won = (later ?? []).filter((value) => pair.accepts(pair.later, value) && !pair.accepts(pair.earlier, value));
  return [
    ...kept,
    ...lost.map((value) => listed(pair, value, 'is no longer accepted', { backward: true, forward: false })),
    ...won.map((value) => listed(pair, value, 'is now accepted', { backward: false, forward: true })),
  ];
}

function listed(
  { earlier, later, instance }: Pair,
  value: unknown,
  what: string,
  effect: { readonly backward: boolean; readonly forward: boolean },
): Change {
  const place = finiteValues(later) === null ? earlier : later;
  const keyword = atomsOf(place).find(({ kind }) => kind === 'const' || kind === 'enum');
  const { layer, pointer } = keyword?.place ?? place;
  return {
    layer,
    pointer,
    keyword: keyword?.kind ?? 'enum',
    message: `${plainText(value)} ${what}`,
    instance,
    ...effect,
  };
}
