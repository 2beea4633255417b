import { fromBase64, toBase64, toLatin1 } from '#platform';
import { OmsError } from './errors.ts';
import { quote } from './text.ts';

const utf8Encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

export type Encoding = 'UTF-8' | 'UTF-16' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32' | 'UTF-32LE' | 'UTF-32BE';

/** How texts begin in other encodings than UTF-8, the longest first: a byte order mark, or zeros (0) around any other byte (1). */
const beginnings: readonly (readonly [encoding: Encoding, mark: string | null, zeros: string])[] = [
  ['UTF-32', 'fffe0000', ''],
  ['UTF-32', '0000feff', ''],
  ['UTF-16', 'fffe', ''],
  ['UTF-16', 'feff', ''],
  ['UTF-32LE', null, '1000'],
  ['UTF-32BE', null, '0001'],
  ['UTF-16LE', null, '1010'],
  ['UTF-16BE', null, '0101'],
];

/** The encoding that a text has by its first bytes, by the name that iconv knows: UTF-8 unless they say otherwise. */
export function encodingOf(bytes: Uint8Array): Encoding {
  const start = Array.from(bytes.subarray(0, 4));
  const hex = start.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const zeros = start.map((byte) => (byte === 0 ? '0' : '1')).join('');
  const found = beginnings.find(([, mark, pattern]) => (mark === null ? zeros === pattern : hex.startsWith(mark)));
  return found?.[0] ?? 'UTF-8';
}

/** Whether a text begins with the byte order mark of UTF-8. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Why bytes are no JSON because of their encoding, as the end of a sentence about them; null if that is as it should be. */
export function encodingProblem(bytes: Uint8Array): string | null {
  const encoding = encodingOf(bytes);
  if (!hasByteOrderMark(bytes) && encoding === 'UTF-8') return null;
  const problem = hasByteOrderMark(bytes) ? 'begins with a byte order mark' : `is in ${encoding}`;
  return `it ${problem}, and JSON is UTF-8 without a byte order mark`;
}

/**
 * A text that a user wrote (a key, a certificate, a configuration, a passphrase) without the byte order mark that some editors
 * put before it. A bundle is no such text: there it is refused (OMS-JSON-10).
 */
export function withoutByteOrderMark<Text extends Uint8Array | string>(text: Text): Text {
  if (typeof text === 'string') return (text.startsWith('\ufeff') ? text.slice(1) : text) as Text;
  return (hasByteOrderMark(text) ? text.subarray(3) : text) as Text;
}

/**
 * Decodes Base64 in one of its two alphabets, padded, without white space and stray bits (OMS-JSON-6, OMS-JSON-8).
 * @param what names the member in the message
 * @throws {OmsError} `bundle/not-base64`
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  const bytes = fromBase64(text) ?? fromBase64Url(text);
  if (bytes === null) {
    throw new OmsError('bundle/not-base64', `${what} is not Base64 with padding: ${quote(text.slice(0, 40))}`);
  }
  return bytes;
}

/** Text in which the alphabets are mixed is in neither, so that each text has one reading (OMS-JSON-9). */
function fromBase64Url(text: string): Uint8Array | null {
  if (/[+/]/.test(text)) return null;
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** The number of Base64 characters for this many bytes. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** Characters of Base64 that are converted at once. A multiple of four, so that no piece but the last has padding. */
const BASE64_PIECE = 4 * 16_384;

/**
 * Writes the first `length` bytes of a buffer to its position `at` as standard Base64 with padding (OMS-JSON-7), in their own place: the
 * last piece first, so that each is read before it is overwritten.
 */
export function encodeBase64InPlace(buffer: Uint8Array, length: number, at: number): void {
  const pieces = Math.ceil(base64Length(length) / BASE64_PIECE);
  for (let piece = pieces - 1; piece >= 0; piece--) {
    const to = piece * BASE64_PIECE;
    const from = (to / 4) * 3;
    const text = toBase64(buffer.subarray(from, Math.min(from + (BASE64_PIECE / 4) * 3, length)));
    utf8Encoder.encodeInto(text, buffer.subarray(at + to));
  }
}

/** Decodes standard Base64 from its bytes, so that it is never a string as a whole; null if it is anything else. */
export function decodeBase64Bytes(text: Uint8Array): Uint8Array | null {
  const padding = text.at(-1) !== PADDING ? 0 : text.at(-2) !== PADDING ? 1 : 2;
  const bytes = new Uint8Array(Math.max(0, (text.length / 4) * 3 - padding));
  if (text.length % 4 !== 0) return null;
  let length = 0;
  for (let from = 0; from < text.length; from += BASE64_PIECE) {
    const piece = fromBase64(toLatin1(text.subarray(from, from + BASE64_PIECE)));
    // Padding before the end makes a piece shorter.
    if (piece === null || (length / 3) * 4 !== from) return null;
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes;
}

const PADDING = 0x3d;
