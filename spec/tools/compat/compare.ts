import { type Atom, atomsOf, canonical, NO_CONDITION } from './atoms.ts';
import { type Change, type InstancePath, reversed } from './changes.ts';
import { type Accepts, finiteValues, restrict } from './finite.ts';
import { compareGroup, GROUPED } from './groups.ts';
import { compareKeyword, isCondition } from './keywords.ts';
import type { AtomPair, Compare } from './pair.ts';
import { ANYTHING, inner, nameOf, type SchemaPlace } from './places.ts';

/** Keywords whose verdict depends on what their neighbours evaluated. */
const DEPENDENT = new Set(['unevaluatedProperties', 'unevaluatedItems', 'recursion', '$dynamicRef']);

/**
 * A comparison of schemas.
 *
 * Every document that the later schema judges differently is covered by a change in that direction: a change whose
 * direction is unknown is reported for both. The reverse does not hold: a change may be reported that no document can show.
 * @param accepts tells with the real validators whether a value satisfies the schema at a place
 */
export function comparison(accepts: Accepts): Compare {
  const known = new Map<string, Change[]>();
  const compare: Compare = (earlier, later, instance) => {
    const key = `${nameOf(earlier)} ${nameOf(later)} ${earlier.schema === ANYTHING} ${later.schema === ANYTHING}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    // While a pair is being compared it counts as equal, since a difference inside it is reported where it occurs.
    known.set(key, []);
    const changes = comparePlaces(earlier, later, instance, compare);
    const result = restrict(changes, finiteValues(earlier), finiteValues(later), { earlier, later, accepts, instance });
    known.set(key, result);
    return result;
  };
  return compare;
}

function comparePlaces(earlier: SchemaPlace, later: SchemaPlace, instance: InstancePath, compare: Compare): Change[] {
  const [before, after] = [canonical(earlier), canonical(later)];
  if (before === after) return [];
  if (after === NO_CONDITION) return [whole(earlier, instance, 'any value is allowed now', false)];
  if (before === NO_CONDITION) return [whole(later, instance, 'it was any value before', true)];
  const [old, now] = [atomsOf(earlier), atomsOf(later)];
  const oldTexts = new Set(old.map((atom) => atom.canonical));
  const nowTexts = new Set(now.map((atom) => atom.canonical));
  const gone = old.filter((atom) => !nowTexts.has(atom.canonical));
  const added = now.filter((atom) => !oldTexts.has(atom.canonical));
  const kinds = [...new Set([...gone, ...added].map(({ kind }) => kind))];
  const changes = kinds.flatMap((kind) => {
    const of = (atoms: readonly Atom[]) => atoms.filter((atom) => atom.kind === kind);
    const kept = of(old).filter((atom) => nowTexts.has(atom.canonical));
    return compareKind(kind, { gone: of(gone), added: of(added), kept, earlier, later, instance }, compare);
  });
  const dependent = [...old, ...now].some(({ kind }) => DEPENDENT.has(kind));
  return dependent ? changes.map((change) => ({ ...change, backward: true, forward: true })) : changes;
}

/** A schema that was added or removed as a whole: one change, however large the schema is. */
function whole(place: SchemaPlace, instance: InstancePath, message: string, backward: boolean): Change {
  const atoms = atomsOf(place);
  const home = atoms[0]?.place ?? place;
  const dependent = atoms.some(({ kind }) => !isCondition(kind));
  const effect = { backward: backward || dependent, forward: !backward || dependent };
  return { layer: home.layer, pointer: home.pointer, keyword: '', message, instance, ...effect };
}

function compareKind(kind: string, pair: AtomPair, compare: Compare): Change[] {
  if (kind === 'not') return pairwise(pair, (one, other) => negated(one, other, pair.instance, compare));
  if (kind === 'propertyNames') {
    return pairwise(pair, (one, other) => compare(schemaUnder(one), schemaUnder(other), pair.instance));
  }
  if (GROUPED.has(kind)) {
    return pairwise(filledUp(kind, pair), (one, other) => compareGroup(kind, one, other, pair, compare));
  }
  return compareKeyword(kind, pair);
}

/** Pairs each added or removed condition with an empty one, if its parts can then be compared one by one. */
function filledUp(kind: string, pair: AtomPair): AtomPair {
  if (kind !== 'properties' && kind !== 'items') return pair;
  const count = Math.max(pair.gone.length, pair.added.length);
  const fill = (atoms: readonly Atom[], place: SchemaPlace): Atom[] =>
    Array.from(
      { length: count },
      (_, i) => atoms[i] ?? { kind, place: { ...place, schema: {} }, value: [], canonical: '' },
    );
  return { ...pair, gone: fill(pair.gone, pair.earlier), added: fill(pair.added, pair.later) };
}

function negated(one: Atom, other: Atom, instance: InstancePath, compare: Compare): Change[] {
  return compare(schemaUnder(one), schemaUnder(other), instance).map(reversed);
}

function schemaUnder({ place, kind }: Atom): SchemaPlace {
  return inner(place, kind, (place.schema as Record<string, unknown>)[kind]);
}

/** Compares conditions of one kind two by two; those that are left over were added or removed as a whole. */
function pairwise(pair: AtomPair, compareTwo: (one: Atom, other: Atom) => Change[]): Change[] {
  const count = Math.min(pair.gone.length, pair.added.length);
  const rest = { ...pair, gone: pair.gone.slice(count), added: pair.added.slice(count) };
  const paired = pair.gone.slice(0, count).flatMap((one, index) => compareTwo(one, pair.added[index] as Atom));
  return [...paired, ...(rest.gone.length + rest.added.length === 0 ? [] : compareKeyword('', rest))];
}
