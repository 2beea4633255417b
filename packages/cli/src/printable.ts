import { escapeHidden, printable, quote } from '@model-signing/core';
import { codePoint, shorten } from '@model-signing/x509/text';
import { lookOf } from './look-alikes.ts';

const MAX_NAME = 300;

const ascii = /^[ -~]*$/;

/** The characters of most paths, and none that separates paths in a list. Some modifier letters look like punctuation. */
const plain = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Nd}./_@+=~-]+$/u;

/**
 * A path or a short name from a bundle or from disk, safe on a terminal, quoted if it is unusual, and cut if it is long. A name of
 * other letters that looks like one of ASCII is written out.
 */
export function printableName(name: string): string {
  const look = lookOf(name);
  if (look !== name && ascii.test(look)) return distinct(name);
  const isPlain = name.length <= MAX_NAME && plain.test(name) && printable(name) === name;
  return isPlain ? name : quote(name, MAX_NAME);
}

/**
 * The names of one list, each as {@link printableName} shows it. Names that would look the same are told apart by writing out
 * their characters beyond ASCII.
 */
export function printableNames(names: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const name of new Set(names)) {
    const look = lookOf(shorten(name, MAX_NAME));
    count.set(look, (count.get(look) ?? 0) + 1);
  }
  return names.map((name) => {
    const isAlone = count.get(lookOf(shorten(name, MAX_NAME))) === 1;
    return isAlone ? printableName(name) : distinct(name);
  });
}

/** A name in ASCII, whole if it is not too long for a list of any kind. */
function distinct(name: string): string {
  return quote(name, MAX_DISTINCT).replace(/[^ -~]/gu, codePoint);
}

/** Longer than any path that an operating system takes. */
const MAX_DISTINCT = 4096;

/** How many entries of a list are written as one piece of JSON. */
const PIECE = 1000;

/**
 * An object as one line of JSON without hidden characters, which are escaped and read back the same. It comes in pieces, since
 * a list of a million names can be longer than a string can be.
 */
export function* printableJson(value: object): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* memberJson(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* memberJson(member: unknown): Generator<string> {
  if (Array.isArray(member) && member.length > PIECE) {
    for (let at = 0; at < member.length; at += PIECE) {
      const piece = escapeHidden(JSON.stringify(member.slice(at, at + PIECE)), asciiEscapes);
      yield (at === 0 ? '[' : ',') + piece.slice(1, -1);
    }
    yield ']';
  } else if (typeof member === 'object' && member !== null && !Array.isArray(member)) yield* printableJson(member);
  else yield escapeHidden(JSON.stringify(member), asciiEscapes);
}

function asciiEscapes(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
