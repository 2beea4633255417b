import { escapeHidden, printable, quote } from '@model-signing/core';

const MAX_NAME = 300;

/** The characters of most paths, and none that separates paths in a list. */
const plain = /^[\p{L}\p{N}./_@+=~-]+$/u;

/** A path or a short name from a bundle or from disk, safe on a terminal, quoted if it is unusual, and cut after a few lines. */
export function printableName(name: string): string {
  const isPlain = name.length <= MAX_NAME && plain.test(name) && printable(name) === name;
  return isPlain ? name : quote(name, MAX_NAME);
}

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
