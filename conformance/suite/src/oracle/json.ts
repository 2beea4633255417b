import { type Judge, Refusal } from './judgement.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** A value as text, as `String` would write it, but without calling a member of the value that is named `toString`. */
export function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(textOf).join(); // the depth of the text that was read is bounded
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

type Document = 'bundle' | 'statement';

const MAX_DEPTH = 64;

/** Parses JSON by RFC 8259 and section 2.2 of the format, one character after another. */
export function parseJson(bytes: Uint8Array, document: Document, judge: Judge): Json {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  judge.refuseIf(bom, 'json-takes-bom', `${document}/not-json`, 'a byte order mark');
  const fatal = !judge.has('json-repairs-utf8');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal, ignoreBOM: !bom }).decode(bytes);
  } catch {
    throw new Refusal(`${document}/not-json`, 'not UTF-8', { checks: ['json-repairs-utf8'] });
  }
  if (judge.has('json-of-any-depth') && nestsTooDeep(text)) return parseOfAnyDepth(text, document);
  return new Parser(text, document, judge).document();
}

/** Whether a text of a vector nests more arrays or objects than a verifier must read. */
function nestsTooDeep(text: string): boolean {
  return /[[{]{200}/.test(text.replaceAll(/"[^"]*":|\s/g, ''));
}

function parseOfAnyDepth(text: string, document: Document): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal(`${document}/not-json`, 'not JSON');
  }
}

class Parser {
  readonly #text: string;
  readonly #document: Document;
  readonly #judge: Judge;
  #at = 0;
  #depth = 0;

  constructor(text: string, document: Document, judge: Judge) {
    this.#text = text;
    this.#document = document;
    this.#judge = judge;
  }

  document(): Json {
    const value = this.#value();
    this.#space();
    const more = this.#at < this.#text.length;
    this.#judge.refuseIf(more, 'json-takes-trailing', `${this.#document}/not-json`, 'text after the value');
    return value;
  }

  #fail(what: string): never {
    throw new Refusal(`${this.#document}/not-json`, `${what} at ${this.#at}`);
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #value(): Json {
    this.#space();
    if (++this.#depth > MAX_DEPTH)
      throw new Refusal(`${this.#document}/too-large`, 'nested too deep', { checks: ['json-of-any-depth'] });
    try {
      if (this.#take('{')) return this.#object();
      if (this.#take('[')) return this.#array();
      if (this.#take('"')) return this.#string();
      if (this.#take('true')) return true;
      if (this.#take('false')) return false;
      if (this.#take('null')) return null;
      return this.#number();
    } finally {
      this.#depth--;
    }
  }

  #object(): Json {
    const members = new Map<string, Json>();
    const spellings = new Set<string>();
    this.#space();
    if (this.#take('}')) return {};
    do {
      this.#space();
      if (!this.#take('"')) this.#fail('a member name is missing');
      const from = this.#at;
      const name = this.#string();
      const spelling = this.#text.slice(from, this.#at);
      this.#space();
      if (!this.#take(':')) this.#fail('":" is missing');
      const value = this.#value();
      if (members.has(name) && !(this.#judge.has('json-names-by-spelling') && !spellings.has(spelling))) {
        this.#duplicate(name);
      }
      spellings.add(spelling);
      if (!(members.has(name) && this.#judge.has('json-first-duplicate'))) members.set(name, value);
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('"}" is missing');
    return Object.fromEntries(members);
  }

  #duplicate(name: string): void {
    const unchecked = this.#document === 'statement' && this.#judge.has('json-duplicates-in-statement');
    const lenient = unchecked || this.#judge.has('json-first-duplicate') || this.#judge.has('json-last-duplicate');
    if (lenient) return;
    throw new Refusal(`${this.#document}/duplicate-member`, name, {
      checks: ['json-last-duplicate', 'json-first-duplicate'],
    });
  }

  #array(): Json {
    const values: Json[] = [];
    this.#space();
    if (this.#take(']')) return values;
    do {
      values.push(this.#value());
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('"]" is missing');
    return values;
  }

  #string(): string {
    let value = '';
    for (;;) {
      const unit = this.#text[this.#at++];
      if (unit === undefined || unit < ' ') this.#fail('a string is not closed');
      if (unit === '"') break;
      value += unit === '\\' ? this.#escape() : unit;
    }
    const lone = !value.isWellFormed();
    this.#judge.refuseIf(lone, 'json-takes-surrogate', `${this.#document}/not-json`, 'an unpaired surrogate');
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? '';
    const plain: Record<string, string> = {
      b: '\b',
      f: '\f',
      n: '\n',
      r: '\r',
      t: '\t',
      '"': '"',
      '\\': '\\',
      '/': '/',
    };
    if (letter in plain) return plain[letter] as string;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (letter !== 'u' || digits.length < 4 || [...digits].some((digit) => !'0123456789abcdefABCDEF'.includes(digit))) {
      this.#fail('an unknown escape');
    }
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): number {
    const from = this.#at;
    const digits = () => {
      const start = this.#at;
      while ('0123456789'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
      if (this.#at === start) this.#fail('no value');
    };
    this.#take('-');
    if (!this.#take('0')) digits();
    if (this.#take('.')) digits();
    if (this.#take('e') || this.#take('E')) {
      if (this.#judge.has('json-exponent-refused')) this.#fail('an exponent');
      if (!this.#take('+')) this.#take('-');
      digits();
    }
    return Number(this.#text.slice(from, this.#at));
  }
}
