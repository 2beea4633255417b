import { isObject } from '../schema-documents.ts';
import { type Atom, canonical } from './atoms.ts';
import type { Change, InstancePath } from './changes.ts';
import { change } from './keywords.ts';
import type { AtomPair, Compare } from './pair.ts';
import { inner, type SchemaPlace, step } from './places.ts';

/** Keywords that apply further schemas. */
export const GROUPED = new Set(['properties', 'items', 'if', 'contains', 'anyOf', 'oneOf', 'dependentSchemas']);

/** The changes from one condition that applies further schemas to another of its kind. */
export function compareGroup(kind: string, one: Atom, other: Atom, pair: AtomPair, compare: Compare): Change[] {
  const { instance } = pair;
  const unknown = (message: string) => [change(other, pair, message, { backward: true, forward: true })];
  const part = (atom: Atom, word: string) => inner(atom.place, word, schemaOf(atom)[word]);
  const comparePart = (word: string, path: InstancePath) => compare(part(one, word), part(other, word), path);
  switch (kind) {
    case 'properties':
      return compareMembers(one, other, pair, compare);
    case 'items':
      if (schemaOf(one).prefixItems !== undefined || schemaOf(other).prefixItems !== undefined) {
        return unknown('the elements changed, and their position matters');
      }
      return comparePart('items', [...instance, '*']);
    case 'if':
      if (canonical(part(one, 'if')) !== canonical(part(other, 'if'))) return unknown('the condition changed');
      return [...comparePart('then', instance), ...comparePart('else', instance)];
    case 'anyOf':
      return compareAlternatives(one, other, pair, compare);
    default:
      return unknown(`${kind} changed`);
  }
}

function compareMembers(one: Atom, other: Atom, pair: AtomPair, compare: Compare): Change[] {
  const { instance } = pair;
  const [old, now] = [schemaOf(one), schemaOf(other)];
  if (old.patternProperties !== undefined || now.patternProperties !== undefined) {
    return [
      change(other, pair, 'the members changed, and some are named by a pattern', { backward: true, forward: true }),
    ];
  }
  const names = [...new Set([...Object.keys(members(one)), ...Object.keys(members(other))])];
  const changes = names.flatMap((name) => compare(memberOf(one, name), memberOf(other, name), [...instance, name]));
  const rest = (atom: Atom) => inner(atom.place, 'additionalProperties', schemaOf(atom).additionalProperties);
  return [...changes, ...compare(rest(one), rest(other), [...instance, '*'])];
}

/** The schema that a member must satisfy: its own, or the one for all other members. */
function memberOf(atom: Atom, name: string): SchemaPlace {
  const named = members(atom)[name];
  if (named !== undefined) return inner(atom.place, `properties/${step(name)}`, named);
  return inner(atom.place, 'additionalProperties', schemaOf(atom).additionalProperties);
}

/**
 * A schema with alternatives lost nothing if each earlier alternative is contained in some later one, and gained nothing
 * if each later one is contained in some earlier one.
 */
function compareAlternatives(one: Atom, other: Atom, pair: AtomPair, compare: Compare): Change[] {
  const [old, now] = [alternatives(one), alternatives(other)];
  const against = (
    each: SchemaPlace,
    others: readonly SchemaPlace[],
    effect: 'backward' | 'forward',
    index: number,
  ) => {
    const results = others.map((candidate) =>
      effect === 'backward' ? compare(each, candidate, pair.instance) : compare(candidate, each, pair.instance),
    );
    if (results.some((changes) => changes.every((found) => !found[effect]))) return [];
    const told = results[index]?.filter((found) => found[effect]);
    if (told !== undefined)
      return told.map((found) => ({ ...found, backward: effect === 'backward', forward: effect === 'forward' }));
    const message = effect === 'backward' ? `alternative ${index} was removed` : `alternative ${index} was added`;
    return [change(other, pair, message, { backward: effect === 'backward', forward: effect === 'forward' })];
  };
  return [
    ...old.flatMap((each, index) => against(each, now, 'backward', index)),
    ...now.flatMap((each, index) => against(each, old, 'forward', index)),
  ];
}

function alternatives({ place, kind }: Atom): SchemaPlace[] {
  return (schemaOf({ place })[kind] as unknown[]).map((part, index) => inner(place, `${kind}/${index}`, part));
}

function members(atom: Atom): Record<string, unknown> {
  const { properties } = schemaOf(atom);
  return isObject(properties) ? properties : {};
}

function schemaOf({ place }: Pick<Atom, 'place'>): Record<string, unknown> {
  return place.schema as Record<string, unknown>;
}
