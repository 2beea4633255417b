import type { Atom } from './atoms.ts';
import { plainText } from './atoms.ts';
import type { Change } from './changes.ts';
import type { AtomPair } from './pair.ts';
import type { SchemaPlace } from './places.ts';

/** Keywords with a number, and whether a greater one refuses more. */
const BOUNDS: Readonly<Record<string, 1 | -1>> = {
  minimum: 1,
  exclusiveMinimum: 1,
  minLength: 1,
  minItems: 1,
  minProperties: 1,
  maximum: -1,
  exclusiveMaximum: -1,
  maxLength: -1,
  maxItems: -1,
  maxProperties: -1,
};

/** Keywords whose verdict does not depend on their neighbours, so that adding one only narrows the schema. */
const CONDITIONS = new Set([
  ...['false', 'type', 'const', 'enum', 'required', 'pattern', 'uniqueItems', 'multipleOf', 'dependentRequired'],
  ...['dependentSchemas', 'not', 'propertyNames', 'properties', 'items', 'if', 'contains', 'anyOf', 'oneOf'],
  ...Object.keys(BOUNDS),
]);

/** Whether a keyword is known to judge independently of its neighbours. */
export function isCondition(kind: string): boolean {
  return CONDITIONS.has(kind);
}

/** Keywords whose atoms are separate conditions, none of which is a stricter form of another. */
const SEPARATE = new Set(['', 'required', 'false']);

/** The changes between conditions of one kind that contain no schemas. */
export function compareKeyword(kind: string, pair: AtomPair): Change[] {
  if (kind === 'type') return compareTypes(pair);
  if (BOUNDS[kind] !== undefined) return compareBounds(BOUNDS[kind], pair);
  if (SEPARATE.has(kind) || pair.gone.length === 0 || pair.added.length === 0) {
    return [...pair.gone.map((atom) => removed(atom, pair)), ...pair.added.map((atom) => addition(atom, pair))];
  }
  return pair.added.map((atom) => {
    const message = `${shown(pair.gone[0])} became ${shown(atom)}`;
    return change(atom, pair, message, { backward: true, forward: true });
  });
}

function removed(atom: Atom, pair: AtomPair): Change {
  return change(atom, pair, `${shown(atom)} was removed`, { backward: !isCondition(atom.kind), forward: true });
}

function addition(atom: Atom, pair: AtomPair): Change {
  return change(atom, pair, `${shown(atom)} was added`, { backward: true, forward: !isCondition(atom.kind) });
}

function compareBounds(sign: 1 | -1, pair: AtomPair): Change[] {
  const strictest = (atoms: readonly Atom[]) =>
    atoms.toSorted((one, other) => sign * (Number(other.value) - Number(one.value)))[0];
  const before = strictest([...pair.gone, ...pair.kept]);
  const after = strictest([...pair.added, ...pair.kept]);
  if (before === undefined || after === undefined) {
    return [...(before ? [removed(before, pair)] : []), ...(after ? [addition(after, pair)] : [])];
  }
  const difference = sign * (Number(after.value) - Number(before.value));
  if (difference === 0) return [];
  const message = `${shown(before)} became ${after.value}`;
  return [change(after, pair, message, { backward: difference > 0, forward: difference < 0 })];
}

const TYPES = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'fraction'];

/** The types that all atoms allow; `number` is both the integers and the fractions. */
function allowedTypes(atoms: readonly Atom[]): string[] {
  const sets = atoms.map(({ value }) =>
    [value].flat().flatMap((type) => (type === 'number' ? ['integer', 'fraction'] : [type])),
  );
  return TYPES.filter((type) => sets.every((set) => set.includes(type)));
}

function compareTypes(pair: AtomPair): Change[] {
  const before = allowedTypes([...pair.gone, ...pair.kept]);
  const after = allowedTypes([...pair.added, ...pair.kept]);
  const lost = before.filter((type) => !after.includes(type));
  const won = after.filter((type) => !before.includes(type));
  if (lost.length + won.length === 0) return [];
  const atom = (pair.added[0] ?? pair.gone[0]) as Atom;
  const parts = [...lost.map((type) => `${type} is no longer allowed`), ...won.map((type) => `${type} is now allowed`)];
  return [change(atom, pair, parts.join(', '), { backward: lost.length > 0, forward: won.length > 0 })];
}

/** A change of one condition, at its present or former place. */
export function change(
  { kind, place }: { readonly kind: string; readonly place: SchemaPlace },
  { instance }: AtomPair,
  message: string,
  effect: { readonly backward: boolean; readonly forward: boolean },
): Change {
  return { layer: place.layer, pointer: place.pointer, keyword: kind, message, instance, ...effect };
}

const LONGEST = 80;

function shown(atom: Atom | undefined): string {
  if (atom === undefined || atom.kind === 'false') return 'the schema that refuses everything';
  if (atom.kind === 'required') return `the required member ${JSON.stringify(atom.value)}`;
  if (Array.isArray(atom.value) && atom.value.includes(atom.kind)) return `the condition ${atom.value.join('/')}`;
  const text = `${atom.kind} ${plainText(atom.value)}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
