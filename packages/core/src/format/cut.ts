import { randomBytes, toBase64 } from '#platform';
import { encodeUtf8 } from './encoding.ts';

/**
 * A JSON document, and a part of it that is looked at apart because the values that it stands for would be in memory several times.
 *
 * Parts are found by their looks, without a parser, and the parser decides: if a value of the rest is exactly the mark, a value begins where the
 * part begins. If the part is one value as well, that is the value in the whole document. Otherwise the whole document has to be parsed.
 */
export interface CutDocument {
  /** The document with the mark as a string in place of the part. */
  readonly rest: Uint8Array;
  /** Short Base64 that no document can contain, because it is random. */
  readonly mark: string;
  readonly part: Uint8Array;
}

function cut(document: Uint8Array, from: number, until: number): CutDocument {
  const mark = toBase64(randomBytes(24));
  const literal = encodeUtf8(`"${mark}"`);
  const rest = new Uint8Array(document.length - (until - from) + literal.length);
  rest.set(document.subarray(0, from));
  rest.set(literal, from);
  rest.set(document.subarray(until), from + literal.length);
  return { rest, mark, part: document.subarray(from, until) };
}

/** A document with so many quotes before its long part is not what it should be. */
const MAX_QUOTES = 1000;

const QUOTE = 0x22;

/**
 * Cuts out the first long run of bytes between two quotes, quotes included. Without a backslash in it, it is a string or no JSON.
 * @param least the length from which on a run is long
 * @returns null if there is none
 */
export function cutLongString(document: Uint8Array, least: number): CutDocument | null {
  if (document.length < least) return null;
  let opening = document.indexOf(QUOTE);
  for (let quotes = 1; opening !== -1 && quotes < MAX_QUOTES; quotes++) {
    const closing = document.indexOf(QUOTE, opening + 1);
    if (closing - opening > least) return cut(document, opening, closing + 1);
    opening = closing;
  }
  return null;
}

const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * Cuts out the list of objects that is the member `name` of an object, brackets included.
 * @param name ASCII, of which the first occurrence counts
 * @returns null if there is none
 */
export function cutList(document: Uint8Array, name: string): CutDocument | null {
  const literal = `"${name}"`;
  const at = indexOfText(document, literal);
  const colon = at === -1 ? -1 : skipSpace(document, at + literal.length);
  const from = document[colon] === COLON ? skipSpace(document, colon + 1) : -1;
  const last = document.lastIndexOf(CLOSING_BRACKET);
  if (document[from] !== OPENING_BRACKET) return null;
  for (let until = last; until > from; until = document.lastIndexOf(CLOSING_BRACKET, until - 1)) {
    if (isAfterObject(document, until)) return cut(document, from, until + 1);
  }
  return null;
}

/**
 * A list of objects in pieces, each of which is a list of some of them, unless the document is not what it looks like. A piece is
 * overwritten by the next one.
 * @param size about how many bytes a piece has
 */
export function* piecesOf(list: Uint8Array, size: number): Generator<Uint8Array> {
  let piece = new Uint8Array(2 * size);
  for (let from = 1; from < list.length; ) {
    const end = endOfPiece(list, from + size);
    const length = end - from + 2;
    if (length > piece.length) piece = new Uint8Array(2 * length);
    piece[0] = OPENING_BRACKET;
    piece.set(list.subarray(from, end), 1);
    piece[length - 1] = CLOSING_BRACKET;
    yield piece.subarray(0, length);
    from = end + 1;
  }
}

/** Where the first comma between objects is that comes after `from`, or else the bracket at the end. */
function endOfPiece(list: Uint8Array, from: number): number {
  const end = list.length - 1;
  for (let brace = list.indexOf(CLOSING_BRACE, from); brace !== -1; brace = list.indexOf(CLOSING_BRACE, brace + 1)) {
    const comma = skipSpace(list, brace + 1);
    if (list[comma] === COMMA && list[skipSpace(list, comma + 1)] === OPENING_BRACE) return comma;
  }
  return end;
}

function isAfterObject(document: Uint8Array, bracket: number): boolean {
  let at = bracket - 1;
  while (isSpace(document[at])) at--;
  return document[at] === CLOSING_BRACE;
}

function skipSpace(document: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(document[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function indexOfText(document: Uint8Array, text: string): number {
  const bytes = encodeUtf8(text);
  let at = document.indexOf(QUOTE);
  for (let quotes = 1; at !== -1 && quotes < MAX_QUOTES; quotes++) {
    if (bytes.every((byte, i) => document[at + i] === byte)) return at;
    at = document.indexOf(QUOTE, at + 1);
  }
  return -1;
}
