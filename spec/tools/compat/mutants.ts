import { isObject } from '../schema-documents.ts';
import type { InstancePath } from './changes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The path of a value in a document: member names, array indices, and `ALL` for every element of an array. */
type ValuePath = readonly (string | number)[];

/** No element has this index. */
const ALL = -1;

/** The places in a document that the path of a change refers to. In each array: the first two elements, and all at once. */
export function valuePaths(document: unknown, instance: InstancePath): ValuePath[] {
  const [first, ...rest] = instance;
  if (first === undefined) return [[]];
  const named: Child[] = isObject(document) && first in document ? [[first, document[first]]] : [];
  const children: Child[] = first === '*' ? [...anyChild(document), ...allChildren(document)] : named;
  return children.flatMap(([key, value]) => valuePaths(value, rest).map((path) => [key, ...path]));
}

type Child = [string | number, unknown];

function anyChild(value: unknown): Child[] {
  if (Array.isArray(value)) return value.slice(0, 2).map((element, index) => [index, element]);
  return isObject(value) ? Object.entries(value) : [];
}

function allChildren(value: unknown): Child[] {
  return Array.isArray(value) && value.length > 1 ? [[ALL, value[0]]] : [];
}

/** Every place in a document, the document itself first. In each array: the first two elements. */
export function everyPath(document: unknown): ValuePath[] {
  return [[], ...anyChild(document).flatMap(([key, value]) => everyPath(value).map((path) => [key, ...path]))];
}

/** The value at a path of a document. */
export function valueAt(document: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown>)[key === ALL ? 0 : key],
    document,
  );
}

/** Copies of a document with one thing changed at a path: another value, a member more or less, an element more or less. */
export function* mutantsAt(
  document: unknown,
  path: ValuePath,
  words: Vocabulary,
  samples: Samples,
): Generator<unknown> {
  if (path.length > 0) yield replaced(document, path, undefined);
  for (const value of variants(valueAt(document, path), words, samples)) yield replaced(document, path, value);
}

/** Values that members of some name have in known documents, by that name. */
export type Samples = ReadonlyMap<string, readonly unknown[]>;

function* variants(value: unknown, words: Vocabulary, samples: Samples): Generator<unknown> {
  yield* words.values;
  if (typeof value === 'string') {
    yield* [
      `${value}x`,
      value.slice(1),
      value.slice(0, -1),
      `${value}\n`,
      value.toUpperCase(),
      `/${value}`,
      `${value}/`,
    ];
    for (const length of words.lengths) yield 'x'.repeat(length);
  }
  if (typeof value === 'number') yield* [value + 1, value - 1, value + 0.5];
  if (Array.isArray(value)) {
    const [element = 'x'] = value;
    yield [...value, element];
    for (const length of words.lengths) yield Array.from({ length }, (_, index) => value[index] ?? element);
  }
  if (!isObject(value)) return;
  for (const name of words.names) for (const member of samples.get(name) ?? []) yield { ...value, [name]: member };
  for (const name of words.names) for (const member of ['x', 1, [], {}, null]) yield { ...value, [name]: member };
  for (const length of words.lengths) yield { ...value, ...Object.fromEntries(memberNames(length)) };
  for (const [own, member] of Object.entries(value)) {
    const { [own]: _gone, ...others } = value;
    for (const name of words.names) yield { ...others, [name]: member };
  }
}

function memberNames(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`x${index}`, 'x']);
}

function replaced(document: unknown, path: ValuePath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    if (key === ALL && rest.length > 0) return document.map((element) => replaced(element, rest, value));
    if (key === ALL) return value === undefined ? [] : document.map(() => value);
    if (rest.length === 0 && value === undefined) return document.filter((_, index) => index !== key);
    return document.map((element, index) => (index === key ? replaced(element, rest, value) : element));
  }
  const copy = { ...(document as Record<string, unknown>) };
  const name = String(key);
  if (rest.length === 0 && value === undefined) delete copy[name];
  else copy[name] = replaced(copy[name], rest, value);
  return copy;
}
