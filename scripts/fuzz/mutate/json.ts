import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';

/** A JSON value that is being changed. */
// biome-ignore lint/suspicious/noExplicitAny: a mutant has any form
type Loose = any;

/** Values that parsers often treat in a special way. Targets add their own. */
export const leaves: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 1, 1.5, 1e21, 2 ** 31, 2 ** 53 - 1, 2 ** 53, Number.MAX_VALUE],
  ...['', ' ', '0', 'a', '.', '..', '/', 'a/b', '\u0000', '\u202e', '\ufeff', '\ud800', '\u{1d4b3}', 'e\u0301'],
  ...['__proto__', 'constructor', 'toString', 'length', 'x'.repeat(5000), '=', 'AAAA', 'AA==', '2999-01-01T00:00:00Z'],
  ...[[], {}, [[]], [null], [{}], { a: 1 }, { length: 1e9 }, { toString: 1 }, { toJSON: null }],
];

type Path = readonly string[];

function paths(value: unknown, path: Path = [], found: Path[] = []): Path[] {
  if (path.length > 0) found.push(path);
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) paths(item, [...path, key], found);
  }
  return found;
}

function at(value: Loose, path: Path): Loose {
  let node = value;
  for (const key of path) node = node?.[key];
  return node;
}

/** Returns a copy with one to three changes of its structure or its values. */
export function mutateJson(value: unknown, random: Random, special: readonly unknown[] = leaves): unknown {
  const root = { value: structuredClone(value) };
  for (let count = 1 + random.small(3); count > 0; count--) changeOnce(root, random, special);
  return root.value;
}

function changeOnce(root: { value: unknown }, random: Random, special: readonly unknown[]): void {
  const all = paths(root);
  const path = random.pick(all) ?? ['value'];
  const owner: Loose = at(root, path.slice(0, -1));
  const key = path.at(-1) as string;
  const other = () => structuredClone(at(root, random.pick(all) ?? []));
  const isTop = path.length === 1;
  switch (random.below(8)) {
    case 0:
    case 1:
      owner[key] = structuredClone(random.pick(special));
      return;
    case 2:
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else if (!isTop) delete owner[key];
      return;
    case 3:
      if (Array.isArray(owner)) owner.splice(Number(key), 0, structuredClone(owner[Number(key)]));
      else if (!isTop) define(owner, random.pick(all)?.at(-1) ?? 'x', other());
      return;
    case 4:
      owner[key] = other();
      return;
    case 5:
      if (Array.isArray(owner[key])) owner[key].reverse();
      else if (!isTop) reorder(owner, key);
      return;
    default:
      owner[key] = mutateLeaf(owner[key], random, special);
  }
}

/** Also sets `__proto__` as an ordinary member, as a parser of JSON would. */
function define(owner: object, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, configurable: true, enumerable: true, writable: true });
}

function reorder(owner: Loose, key: string): void {
  if (Array.isArray(owner)) return;
  const value = owner[key];
  delete owner[key];
  define(owner, key, value);
}

function mutateLeaf(value: unknown, random: Random, special: readonly unknown[]): unknown {
  if (typeof value === 'number') return value + random.pick([1, -1, 0.5, 1e9, -1e9]);
  if (typeof value !== 'string') return structuredClone(random.pick(special));
  return mutateString(value, random);
}

const insertions = [
  '0',
  ':',
  '/',
  ' ',
  '.',
  '..',
  '\u0000',
  'é',
  '😀',
  '=',
  '\n',
  '-',
  '"',
  '<',
  '\\',
  '%',
  '@',
  '\u202e',
] as const;

/** A string with a character inserted, removed or changed, or with its Base64 changed in its bytes. */
export function mutateString(text: string, random: Random): string {
  const index = random.below(text.length + 1);
  const inserted = random.pick(insertions);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, index) + inserted + text.slice(index);
    case 1:
      return text.slice(0, index) + text.slice(index + 1 + random.small(4));
    case 2:
      return text + inserted;
    case 3:
      return inserted + text;
    case 4:
      return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
    case 5:
      return text.slice(0, index) + random.pick(['0', '1', 'a', 'F', 'z']) + text.slice(index + 1);
    default:
      return mutateBytes(Buffer.from(text, 'base64'), random).toString('base64');
  }
}

const pieces = [
  ' ',
  '\n',
  '\t',
  '\u000b',
  '"',
  ',',
  '}',
  ']',
  '\\',
  '\u0001',
  '0',
  '-',
  '.',
  'e',
  '\\u',
  '\\ud800',
  '\u00a0',
] as const;

/** Changes the text of a JSON document: what a parsed value cannot express, such as duplicate members. */
export function mutateJsonText(text: string, random: Random): string {
  const index = random.below(text.length + 1);
  const insert = (piece: string) => text.slice(0, index) + piece + text.slice(index);
  switch (random.below(10)) {
    case 0:
      return duplicateMember(text, random);
    case 1:
      return escapeMember(text, random);
    case 2:
      return random.pick(['\ufeff', ' ', '\n', '// x\n', '\u00a0', '[', ")]}'\n"]) + text;
    case 3:
      return text + random.pick([' ', '\n', 'x', ',', '{}', '\u0000', ']']);
    case 4:
    case 5:
      return insert(random.pick(pieces));
    case 6:
      return text.slice(0, index) + text.slice(index + 1 + random.small(4));
    case 7:
      return changeNumber(text, random);
    case 8: {
      const depth = random.pick([3, 62, 63, 64, 65, 1000]);
      return insert(`${'['.repeat(depth)}${random.pick(['', '0'])}${']'.repeat(depth)}`);
    }
    default:
      return mutateBytes(Buffer.from(text), random).toString();
  }
}

const members = (text: string) => [...text.slice(0, 20_000).matchAll(/"([^"\\]{1,60})":/g)];

function duplicateMember(text: string, random: Random): string {
  const found = random.pick(members(text));
  if (!found) return text;
  const value = random.pick(['null', '1', '"x"', '{}', '[]']);
  return `${text.slice(0, found.index)}"${found[1]}":${value},${text.slice(found.index)}`;
}

function escapeMember(text: string, random: Random): string {
  const found = random.pick(members(text));
  const name = found?.[1];
  if (!found || !name) return text;
  const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
  return `${text.slice(0, found.index)}"${escaped}":${text.slice(found.index + found[0].length)}`;
}

function changeNumber(text: string, random: Random): string {
  const found = random.pick([...text.slice(0, 20_000).matchAll(/(?<=[:,[])\d{1,30}/g)]);
  if (!found) return text;
  const [digits] = found;
  const forms = [
    `${digits}.0`,
    `${digits}e0`,
    `-${digits}`,
    `0${digits}`,
    `${digits}e400`,
    '-0',
    '1e-400',
    `+${digits}`,
    `${digits}.`,
  ];
  return text.slice(0, found.index) + random.pick(forms) + text.slice(found.index + digits.length);
}
