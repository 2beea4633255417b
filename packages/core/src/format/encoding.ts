import { OmsError, quote } from './errors.ts';

/** Bounds for {@link parseJson}. Everything beyond them is refused before it is built in memory. */
export interface JsonLimits {
  /** Bytes of UTF-8. */
  readonly maxBytes: number;
  /** Objects and arrays inside one another. */
  readonly maxDepth: number;
  /** Values in the whole document. */
  readonly maxValues: number;
}

/** The documents that are parsed, which are also the prefixes of the codes that parsing them throws. */
type Document = 'bundle' | 'statement';

/** Members that one object may have; far above what the format knows, far below what exhausts memory. */
const MAX_MEMBERS = 10_000;

/** Characters in the name of a member. Engines hash very long strings by their length alone, so that many of them collide. */
const MAX_MEMBER_NAME = 1000;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** Text to UTF-8 bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** Gathers text as UTF-8 in one stretch of memory, without ever having the whole of it as a string. */
export class Utf8Writer {
  #memory: Uint8Array;
  #length = 0;

  /** @param expected bytes that there will be; more are taken too, at the price of a copy */
  constructor(expected: number) {
    this.#memory = new Uint8Array(expected);
  }

  write(text: string): void {
    const { read, written } = utf8Encoder.encodeInto(text, this.#memory.subarray(this.#length));
    this.#length += written;
    if (read === text.length) return;
    const memory = new Uint8Array(2 * this.#memory.length + MAX_BYTES_OF_UNIT * text.length);
    memory.set(this.#memory);
    this.#memory = memory;
    this.write(text.slice(read));
  }

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }
}

/** Bytes of UTF-8 that a unit of UTF-16 takes at most. */
const MAX_BYTES_OF_UNIT = 3;

/**
 * Parses JSON from a stranger: valid UTF-8 without a byte order mark, no duplicate member, no unpaired surrogate, nothing
 * after the value, within `limits`.
 *
 * Implements OMS-JSON-1, OMS-JSON-2, OMS-JSON-3 and OMS-LIMIT-1.
 * @throws {OmsError} `<document>/too-large`, `<document>/not-json`, `<document>/duplicate-member`
 */
export function parseJson(bytes: Uint8Array, document: Document, limits: JsonLimits): unknown {
  if (bytes.length > limits.maxBytes) {
    throw new OmsError(`${document}/too-large`, `the ${document} has more than ${limits.maxBytes} bytes`);
  }
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch (cause) {
    throw new OmsError(`${document}/not-json`, `the ${document} is not valid UTF-8`, { cause });
  }
  checkJson(text, document, limits);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(document, cause);
  }
}

function notJson(document: Document, cause: unknown): OmsError {
  const detail = cause instanceof Error ? `: ${quote(cause.message)}` : '';
  return new OmsError(`${document}/not-json`, `the ${document} is not JSON${detail}`, { cause });
}

/** One pass over the text that finds what `JSON.parse` lets pass. Grammar is left to `JSON.parse` afterwards. */
function checkJson(text: string, document: Document, limits: JsonLimits): void {
  const open: (Set<string> | null)[] = []; // the member names of each enclosing object; null for an array
  let values = 1;
  let memberNext = false;
  let backslash = nextBackslash(text, 0);

  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '{':
      case '[':
        open.push(text[i] === '{' ? new Set() : null);
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
        memberNext = open.at(-1) instanceof Set;
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
}

function tooLarge(document: Document, problem: string): OmsError {
  return new OmsError(`${document}/too-large`, `the ${document} ${problem}`);
}

function nextBackslash(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number, backslash: number, document: Document): number {
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
  if (quoteAt === -1) throw new OmsError(`${document}/not-json`, `the ${document} is not JSON: a string has no end`);
  return quoteAt + 1;
}

function stringValue(literal: string, escaped: boolean, document: Document): string {
  if (!escaped) return literal.slice(1, -1);
  let value: string;
  try {
    value = JSON.parse(literal);
  } catch (cause) {
    throw notJson(document, cause);
  }
  if (!value.isWellFormed()) {
    throw new OmsError(
      `${document}/not-json`,
      `the ${document} has a string with an unpaired surrogate: ${quote(value)}`,
      {
        requirement: 'OMS-JSON-3',
      },
    );
  }
  return value;
}

function addMember(members: Set<string> | null | undefined, name: string, document: Document): void {
  if (!members) return; // not JSON, as JSON.parse will say
  if (members.has(name)) {
    throw new OmsError(
      `${document}/duplicate-member`,
      `the ${document} has the member ${quote(name)} twice in one object`,
    );
  }
  members.add(name);
  if (members.size > MAX_MEMBERS) throw tooLarge(document, `has an object with more than ${MAX_MEMBERS} members`);
}

/** The Base64 methods of newer platforms; older ones have `Buffer`. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/**
 * Strict Base64: the standard alphabet, padded, no white space, no stray bits (OMS-JSON-6).
 * @param what names the member in the message
 * @throws {OmsError} `bundle/not-base64`
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  let bytes: Uint8Array | undefined;
  if (nativeBase64.fromBase64) {
    try {
      bytes = nativeBase64.fromBase64(text, { lastChunkHandling: 'strict' });
    } catch {
      bytes = undefined;
    }
  } else {
    const decoded = Buffer.from(text, 'base64');
    if (decoded.toString('base64') === text) bytes = new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
  }
  if (!bytes || text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) {
    throw new OmsError('bundle/not-base64', `${what} is not standard Base64 with padding: ${quote(text.slice(0, 40))}`);
  }
  return bytes;
}

/** Standard Base64 with padding (OMS-JSON-5). */
export function encodeBase64(bytes: Uint8Array): string {
  const native = bytes as Uint8Array & { toBase64?: () => string };
  return native.toBase64?.() ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** Characters of Base64 that so many bytes take. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** A multiple of three, so that pieces have no padding between them. */
const BASE64_PIECE = 3 * 16_384;

/** Writes bytes in Base64 to the beginning of `into`, a piece at a time. */
export function writeBase64(bytes: Uint8Array, into: Uint8Array): void {
  for (let from = 0; from < bytes.length; from += BASE64_PIECE) {
    const text = encodeBase64(bytes.subarray(from, from + BASE64_PIECE));
    utf8Encoder.encodeInto(text, into.subarray(base64Length(from)));
  }
}

/** Lowercase hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The bytes that a DSSE signature covers: payload type and payload with their lengths in bytes (OMS-DSSE-3). In pieces, so
 * that a large payload is not copied.
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): readonly Uint8Array[] {
  const type = encodeUtf8(payloadType);
  return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload];
}
