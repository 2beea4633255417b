import { isObject } from '../schema-documents.ts';
import { inner, nameOf, resolve, type SchemaPlace, step } from './places.ts';

/**
 * One condition of a schema. A schema accepts a value if all of its atoms do, wherever they are: references and `allOf` only
 * say where to find more of them.
 */
export interface Atom {
  /** The keyword, or the first of those that only mean something together. */
  readonly kind: string;
  /** The schema that holds the keyword. */
  readonly place: SchemaPlace;
  /** The value; for `required`, one member. */
  readonly value: unknown;
  /** A text that is equal for atoms with the same meaning. */
  readonly canonical: string;
}

/** Keywords for people, which refuse nothing. */
const SILENT = new Set([
  ...['$id', '$schema', '$comment', '$defs', 'title', 'description', 'examples', 'default', 'deprecated'],
  ...['readOnly', 'writeOnly', '$vocabulary'],
]);

/** Keywords that only have a meaning together, by the one that names the group. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  properties: ['properties', 'patternProperties', 'additionalProperties'],
  items: ['prefixItems', 'items'],
  if: ['if', 'then', 'else'],
  contains: ['contains', 'minContains', 'maxContains'],
};

const GROUP_OF = new Map(Object.entries(GROUPS).flatMap(([group, keywords]) => keywords.map((word) => [word, group])));
const SCHEMA_VALUES = new Set([
  ...['additionalProperties', 'items', 'if', 'then', 'else', 'contains', 'not', 'propertyNames'],
  ...['unevaluatedProperties', 'unevaluatedItems'],
]);
const SCHEMA_LISTS = new Set(['anyOf', 'oneOf', 'prefixItems']);
const SCHEMA_MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/** Every condition of a schema, each once. */
export function atomsOf(place: SchemaPlace, seen: readonly string[] = []): Atom[] {
  if (place.schema === true) return [];
  if (place.schema === false) return [atom('false', place, false, 'false')];
  if (seen.includes(nameOf(place))) return [atom('recursion', place, null, `recursion ${nameOf(place)}`)];
  const path = [...seen, nameOf(place)];
  const found = new Map<string, Atom>();
  const add = (atoms: readonly Atom[]) => {
    for (const each of atoms) found.set(each.canonical, found.get(each.canonical) ?? each);
  };
  for (const [keyword, value] of Object.entries(place.schema)) {
    if (keyword === '$ref') add(atomsOf(resolve(place, String(value)), path));
    else if (keyword === 'allOf') {
      for (const [index, part] of (value as unknown[]).entries())
        add(atomsOf(inner(place, `allOf/${index}`, part), path));
    } else if (!SILENT.has(keyword)) add(atomsOfKeyword(place, keyword, value, path));
  }
  return [...found.values()];
}

function atomsOfKeyword(place: SchemaPlace, keyword: string, value: unknown, path: readonly string[]): Atom[] {
  if (keyword === 'required') {
    return (value as string[]).map((name) => atom('required', place, name, `required ${JSON.stringify(name)}`));
  }
  if (keyword === 'uniqueItems' && value === false) return [];
  const group = GROUP_OF.get(keyword) ?? keyword;
  const schema = place.schema as Record<string, unknown>;
  const together = (GROUPS[group] ?? [keyword]).filter((word) => schema[word] !== undefined);
  const texts = together.flatMap((word) => keywordText(place, word, schema[word], path));
  if (texts.length === 0 || (group === 'if' && (schema.if === undefined || texts.length < 2))) return [];
  return [atom(group, place, GROUPS[group] === undefined ? value : together, texts.join(' '))];
}

/** A keyword in a form that depends neither on order nor on where definitions stand; empty when it allows everything. */
function keywordText(place: SchemaPlace, keyword: string, value: unknown, path: readonly string[]): string[] {
  const text = (part: unknown, steps: string) => canonical(inner(place, steps, part), path);
  if (SCHEMA_VALUES.has(keyword)) {
    const content = text(value, keyword);
    const idle = content === NO_CONDITION && keyword !== 'if' && keyword !== 'not' && keyword !== 'contains';
    return idle ? [] : [`${keyword} ${content}`];
  }
  if (SCHEMA_LISTS.has(keyword) && Array.isArray(value)) {
    const parts = value.map((part, index) => text(part, `${keyword}/${index}`));
    return [`${keyword} [${(keyword === 'prefixItems' ? parts : parts.toSorted()).join(' | ')}]`];
  }
  if (SCHEMA_MAPS.has(keyword) && isObject(value)) {
    const open = (place.schema as Record<string, unknown>).additionalProperties === undefined;
    const parts = Object.keys(value)
      .toSorted()
      .map((name) => [name, text(value[name], `${keyword}/${step(name)}`)])
      // A member that may be anything only matters beside additionalProperties.
      .filter(([, content]) => content !== NO_CONDITION || !open);
    return parts.length === 0
      ? []
      : [`${keyword} {${parts.map(([name, content]) => `${name}: ${content}`).join(', ')}}`];
  }
  return [`${keyword} ${valueText(keyword, value)}`];
}

/** The text of a schema that allows everything. */
export const NO_CONDITION = '{}';

/** A text that is the same for schemas that are the same except for order, annotations, references and `allOf`. */
export function canonical(place: SchemaPlace, path: readonly string[] = []): string {
  const texts = atomsOf(place, path).map((each) => each.canonical);
  return `{${texts.toSorted().join('; ')}}`;
}

const UNORDERED = new Set(['type', 'enum']);

function valueText(keyword: string, value: unknown): string {
  if (!UNORDERED.has(keyword)) return plainText(value);
  return `[${[value].flat().map(plainText).toSorted().join(',')}]`;
}

/** JSON with members in order. */
export function plainText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${JSON.stringify(name)}:${plainText(value[name])}`).join(',')}}`;
}

function atom(kind: string, place: SchemaPlace, value: unknown, text: string): Atom {
  return { kind, place, value, canonical: text };
}
