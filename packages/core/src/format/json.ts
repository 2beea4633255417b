import { encodingProblem } from './encoding.ts';
import { OmsError, type OmsErrorOptions } from './errors.ts';
import { quote } from './text.ts';

/** Bounds for {@link parseJson}. A document that exceeds one is refused before its values are built in memory. */
export interface JsonLimits {
  /** Bytes of UTF-8. */
  readonly maxBytes: number;
  /** Levels of nested objects and arrays. */
  readonly maxDepth: number;
  /** Values in the whole document. */
  readonly maxValues: number;
}

/** The documents of the format; each is also the prefix of the codes that parsing it throws. */
type FormatDocument = 'bundle' | 'statement';

/** What is wrong with a document. */
export type JsonProblem = 'too-large' | 'not-json' | 'duplicate-member';

/** A document of any kind, and the error that refuses it. */
export interface JsonDocument {
  /** What a message calls it, after "the". */
  readonly title: string;
  refuse(problem: JsonProblem, message: string, options?: OmsErrorOptions): Error;
}

function documentOf(title: FormatDocument): JsonDocument {
  return { title, refuse: (problem, message, options) => new OmsError(`${title}/${problem}`, message, options) };
}

/** The most members of one object: far more than the format defines, far fewer than would exhaust memory. */
const MAX_MEMBERS = 10_000;

/** The most characters of a member name. JavaScript engines hash very long strings by length alone, so many of them collide. */
const MAX_MEMBER_NAME = 1000;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses untrusted JSON: valid UTF-8 without a byte order mark, no duplicate member, no unpaired surrogate, nothing
 * after the value, within `limits`.
 *
 * Implements OMS-JSON-1, OMS-JSON-2, OMS-JSON-3, OMS-JSON-10 and OMS-LIMIT-1.
 * @throws {OmsError} `<document>/too-large`, `<document>/not-json`, `<document>/duplicate-member`
 */
export function parseJson(bytes: Uint8Array, document: FormatDocument, limits: JsonLimits): unknown {
  return parseCounted(bytes, document, limits).value;
}

/** As {@link parseJson}, for a document of any kind, which is refused by the error of its own. */
export function parseJsonOf(bytes: Uint8Array, document: JsonDocument, limits: JsonLimits): unknown {
  return parse(bytes, document, limits).value;
}

/** A parsed document, and how many values the whole of it has. */
export interface Counted {
  readonly value: unknown;
  readonly values: number;
}

/** As {@link parseJson}, for a document that is a part of another one, with which it shares the limit for values. */
export function parseCounted(bytes: Uint8Array, document: FormatDocument, limits: JsonLimits): Counted {
  return parse(bytes, documentOf(document), limits);
}

function parse(bytes: Uint8Array, document: JsonDocument, limits: JsonLimits): Counted {
  if (bytes.length > limits.maxBytes) throw tooLarge(document, `has more than ${limits.maxBytes} bytes`);
  const problem = encodingProblem(bytes);
  if (problem !== null) throw document.refuse('not-json', `the ${document.title} is not JSON: ${problem}`);
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch (cause) {
    throw document.refuse('not-json', `the ${document.title} is not valid UTF-8`, { cause });
  }
  const values = checkJson(text, document, limits);
  try {
    return { value: JSON.parse(text), values };
  } catch (cause) {
    throw notJson(document, cause);
  }
}

function notJson(document: JsonDocument, cause: unknown): Error {
  const detail = cause instanceof Error ? `: ${quote(cause.message)}` : '';
  return document.refuse('not-json', `the ${document.title} is not JSON${detail}`, { cause });
}

/**
 * Finds in one pass the faults that `JSON.parse` would let through; the grammar is left to `JSON.parse`.
 * @returns the number of values
 */
function checkJson(text: string, document: JsonDocument, limits: JsonLimits): number {
  const open: (MemberNames | null)[] = []; // of each enclosing object; null for an array
  let values = 1;
  let memberNext = false;
  let backslash = nextBackslash(text, 0);

  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '{':
      case '[':
        open.push(text[i] === '{' ? new MemberNames() : null);
        if (open.length > limits.maxDepth) throw tooLarge(document, `is nested deeper than ${limits.maxDepth} levels`);
        values++;
        memberNext = text[i] === '{';
        break;
      case '}':
      case ']':
        open.pop();
        memberNext = false;
        break;
      case ',':
        if (++values > limits.maxValues) throw tooLarge(document, `has more than ${limits.maxValues} values`);
        memberNext = !!open.at(-1);
        break;
      case '"': {
        const end = endOfString(text, i, backslash, document);
        const escaped = backslash < end;
        if (escaped) backslash = nextBackslash(text, end);
        if (memberNext && end - i > MAX_MEMBER_NAME) {
          throw tooLarge(document, `has a member name of more than ${MAX_MEMBER_NAME} characters`);
        }
        if (memberNext) addMember(open.at(-1), stringValue(text.slice(i, end), escaped, document), document);
        else if (escaped) stringValue(text.slice(i, end), escaped, document);
        memberNext = false;
        i = end - 1;
        break;
      }
    }
  }
  return values;
}

function tooLarge(document: JsonDocument, problem: string): Error {
  return document.refuse('too-large', `the ${document.title} ${problem}`);
}

function nextBackslash(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number, backslash: number, document: JsonDocument): number {
  let quoteAt = text.indexOf('"', start + 1);
  if (quoteAt !== -1 && backslash < quoteAt) {
    for (let i = backslash; ; i++) {
      if (i >= text.length) {
        quoteAt = -1;
        break;
      }
      if (text[i] === '\\') i++;
      else if (text[i] === '"') {
        quoteAt = i;
        break;
      }
    }
  }
  if (quoteAt === -1)
    throw document.refuse('not-json', `the ${document.title} is not JSON: a string is not terminated`);
  return quoteAt + 1;
}

function stringValue(literal: string, escaped: boolean, document: JsonDocument): string {
  if (!escaped) return literal.slice(1, -1);
  let value: string;
  try {
    value = JSON.parse(literal);
  } catch (cause) {
    throw notJson(document, cause);
  }
  if (!value.isWellFormed()) {
    const message = `the ${document.title} has a string with an unpaired surrogate: ${quote(value)}`;
    throw document.refuse('not-json', message, { requirement: 'OMS-JSON-3' });
  }
  return value;
}

function addMember(members: MemberNames | null | undefined, name: string, document: JsonDocument): void {
  if (!members) return; // not JSON: JSON.parse will say so
  if (!members.add(name)) {
    throw document.refuse(
      'duplicate-member',
      `the ${document.title} has the member ${quote(name)} twice in one object`,
    );
  }
  if (members.size > MAX_MEMBERS) throw tooLarge(document, `has an object with more than ${MAX_MEMBERS} members`);
}

/** The names in one object. A million objects have a few names each, and a list of a few is much smaller than a set. */
class MemberNames {
  readonly #few: string[] = [];
  #all: Set<string> | null = null;

  get size(): number {
    return this.#all?.size ?? this.#few.length;
  }

  /** Returns false if the name is there already. */
  add(name: string): boolean {
    if (this.#all === null) {
      if (this.#few.includes(name)) return false;
      this.#few.push(name);
      if (this.#few.length > 8) this.#all = new Set(this.#few);
      return true;
    }
    if (this.#all.has(name)) return false;
    this.#all.add(name);
    return true;
  }
}
