import { toHex, toLatin1 } from '#platform';

/**
 * The input is not strict DER. Never leaves the package: the parser that catches it throws an `X509Error` that names the
 * structure.
 */
export class DerError extends Error {}

/** One element: identifier octet, contents, and the whole encoding. Both arrays are views of the parsed bytes. */
export interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly raw: Uint8Array;
}

export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a context-specific tag, such as `[0]`. */
export function context(number: number, constructed = true): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

/** Reads the element at `offset`. Lengths must be definite, minimal and at most four octets; tag numbers below 31. */
function elementAt(bytes: Uint8Array, offset: number): Element {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new DerError('it is cut short');
  if ((tag & 0x1f) === 0x1f) throw new DerError('it has a tag number above 30');
  let length = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0) throw new DerError('it has an indefinite length');
    if (octets > 4) throw new DerError('it has a length of more than four octets');
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] ?? Number.NaN);
    if (Number.isNaN(length)) throw new DerError('it is cut short');
    if (length < 0x80 || bytes[start] === 0) throw new DerError('it has a length that is not in its shortest form');
    start += octets;
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError('it is cut short');
  return { tag, body: bytes.subarray(start, end), raw: bytes.subarray(offset, end) };
}

/** Parses `bytes` as exactly one element with this tag; nothing may follow it. */
export function parseElement(bytes: Uint8Array, tag: number): Element {
  const element = elementAt(bytes, 0);
  if (element.raw.length !== bytes.length) throw new DerError('bytes follow its end');
  if (element.tag !== tag) throw wrongTag(element.tag, tag);
  return element;
}

/** Reads all elements in the body of a constructed one, which may be empty. */
export function elementsOf(body: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let offset = 0; offset < body.length; ) {
    const element = elementAt(body, offset);
    elements.push(element);
    offset += element.raw.length;
  }
  return elements;
}

/** Reads all elements of a `SEQUENCE OF` or `SET OF` that must not be empty. */
export function someElementsOf(body: Uint8Array): Element[] {
  const elements = elementsOf(body);
  if (elements.length === 0) throw new DerError('it has an empty list where at least one element is required');
  return elements;
}

function wrongTag(found: number | undefined, expected: number): DerError {
  const name = (tag: number | undefined) => (tag === undefined ? 'nothing' : `0x${tag.toString(16).padStart(2, '0')}`);
  return new DerError(`it has the tag ${name(found)} in place of ${name(expected)}`);
}

/** Reads the elements of a sequence one after another. */
export class Fields {
  readonly #elements: readonly Element[];
  #next = 0;

  constructor(body: Uint8Array) {
    this.#elements = elementsOf(body);
  }

  /** Reads the elements of `element`, a `SEQUENCE`. */
  static of(element: Element, tag: number = Tag.sequence): Fields {
    if (element.tag !== tag) throw wrongTag(element.tag, tag);
    return new Fields(element.body);
  }

  /** Parses `bytes` as a `SEQUENCE` and reads its elements. */
  static parse(bytes: Uint8Array, tag: number = Tag.sequence): Fields {
    return new Fields(parseElement(bytes, tag).body);
  }

  /** Takes the next element, which must have this tag. */
  take(tag: number): Element {
    const element = this.#elements[this.#next++];
    if (element?.tag !== tag) throw wrongTag(element?.tag, tag);
    return element;
  }

  /** Takes the next element, with any tag. */
  takeAny(): Element {
    const element = this.#elements[this.#next++];
    if (!element) throw new DerError('a field is missing');
    return element;
  }

  /** Takes the next element if it has this tag. */
  takeIf(tag: number): Element | undefined {
    const element = this.#elements[this.#next];
    if (element?.tag !== tag) return undefined;
    this.#next++;
    return element;
  }

  /** Takes the next element, which must be a `SEQUENCE`, and reads its elements. */
  fields(tag: number = Tag.sequence): Fields {
    return new Fields(this.take(tag).body);
  }

  /** Refuses elements that were not taken. */
  end(): void {
    if (this.#next < this.#elements.length) throw new DerError('it has an unexpected extra field');
  }
}

export function booleanOf({ tag, body }: Element): boolean {
  if (tag !== Tag.boolean) throw wrongTag(tag, Tag.boolean);
  if (body.length !== 1 || (body[0] !== 0 && body[0] !== 0xff)) throw new DerError('it has a BOOLEAN that is not DER');
  return body[0] === 0xff;
}

/** Returns the contents of an `INTEGER` in its shortest form: big-endian two's complement. */
export function integerBytes({ tag, body }: Element): Uint8Array {
  if (tag !== Tag.integer) throw wrongTag(tag, Tag.integer);
  const [first, second] = body;
  if (first === undefined) throw new DerError('it has an INTEGER without contents');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError('it has an INTEGER that is not in its shortest form');
  }
  return body;
}

/** Returns the contents of an `INTEGER` in lowercase hexadecimal, as encoded: the form of serial numbers here. */
export function integerHex(element: Element): string {
  return toHex(integerBytes(element));
}

/** Returns an `INTEGER` that is not negative; infinity above 2^32, which no count here reaches. */
export function countOf(element: Element): number {
  const bytes = integerBytes(element);
  if ((bytes[0] as number) >= 0x80) throw new DerError('it has a negative INTEGER');
  if (bytes.length > 4) return Number.POSITIVE_INFINITY;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Returns an object identifier in dotted form. Arcs must be below 2^48, so that no two round to the same number. */
export function oidOf({ tag, body }: Element): string {
  if (tag !== Tag.oid) throw wrongTag(tag, Tag.oid);
  if (body.length === 0 || body.length > 64 || (body.at(-1) as number) >= 0x80) {
    throw new DerError('it has an OBJECT IDENTIFIER that is not DER');
  }
  const arcs: number[] = [];
  let arc = 0;
  let first = true;
  for (const byte of body) {
    if (first && byte === 0x80) throw new DerError('it has an OBJECT IDENTIFIER that is not in its shortest form');
    if (arc >= 2 ** 41) throw new DerError('it has an OBJECT IDENTIFIER with an arc that is too large');
    arc = arc * 128 + (byte & 0x7f);
    first = byte < 0x80;
    if (first) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [head = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(head / 40));
  return [root, head - 40 * root, ...rest].join('.');
}

/** Returns the octets of a `BIT STRING` and the number of unused bits in the last one; those must be zero. */
export function bitsOf({ tag, body }: Element): { bytes: Uint8Array; unused: number } {
  if (tag !== Tag.bitString) throw wrongTag(tag, Tag.bitString);
  const unused = body[0];
  const bytes = body.subarray(1);
  if (unused === undefined || unused > 7 || (unused > 0 && bytes.length === 0)) {
    throw new DerError('it has a BIT STRING that is not DER');
  }
  if (unused > 0 && ((bytes.at(-1) as number) & ((1 << unused) - 1)) !== 0) {
    throw new DerError('it has a BIT STRING with padding that is not zero');
  }
  return { bytes, unused };
}

/** Returns the octets of a `BIT STRING` without unused bits. */
export function octetsOfBits(element: Element): Uint8Array {
  const { bytes, unused } = bitsOf(element);
  if (unused !== 0) throw new DerError('it has a BIT STRING that is not a whole number of octets');
  return bytes;
}

/**
 * Returns the instant of a `UTCTime` or `GeneralizedTime`, in milliseconds since 1970. Both must have seconds and be in
 * UTC. With `fraction`, a `GeneralizedTime` may have a fraction of a second, without trailing zeros.
 */
export function timeOf({ tag, body }: Element, fraction = false): number {
  const utc = tag === Tag.utcTime;
  if (!utc && tag !== Tag.generalizedTime) throw wrongTag(tag, Tag.generalizedTime);
  const text = toLatin1(body.subarray(0, 40));
  const digits = utc ? 12 : 14;
  const rest = text.slice(digits);
  const allowed = rest === 'Z' || (fraction && !utc && /^\.[0-9]{0,17}[1-9]Z$/.test(rest));
  if (body.length > 40 || !allowed || !/^[0-9]+$/.test(text.slice(0, digits))) {
    throw new DerError('it has a time that is not DER');
  }
  const short = Number(text.slice(0, 2));
  const year = utc ? (short < 50 ? 2000 + short : 1900 + short) : Number(text.slice(0, 4));
  const at = (pair: number) => Number(text.slice(digits - 10 + 2 * pair, digits - 8 + 2 * pair));
  const date = new Date(0);
  date.setUTCFullYear(year, at(0) - 1, at(1));
  date.setUTCHours(at(2), at(3), at(4));
  const exact =
    date.getUTCMonth() === at(0) - 1 &&
    date.getUTCDate() === at(1) &&
    date.getUTCHours() === at(2) &&
    date.getUTCMinutes() === at(3) &&
    date.getUTCSeconds() === at(4);
  if (!exact) throw new DerError('it has a time that does not exist');
  return date.getTime() + Number(rest.slice(1, -1).padEnd(3, '0').slice(0, 3));
}
