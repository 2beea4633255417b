import { fromBase64, toBase64 } from '#platform';
import { OmsError } from './errors.ts';
import { quote } from './text.ts';

const utf8Encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** The encoding that a text has by its first bytes: UTF-8 unless a byte order mark or bytes of zero say otherwise. */
export function encodingOf(bytes: Uint8Array): 'UTF-8' | 'UTF-16' | 'UTF-16LE' | 'UTF-16BE' {
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'UTF-16LE';
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0 && fourth !== undefined) return 'UTF-16BE';
  return 'UTF-8';
}

/** Whether a text begins with the byte order mark of UTF-8. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/**
 * A text that a user wrote (a key, a certificate, a configuration, a passphrase) without the byte order mark that some editors
 * put before it. A bundle is no such text: there it is refused (OMS-JSON-2).
 */
export function withoutByteOrderMark<Text extends Uint8Array | string>(text: Text): Text {
  if (typeof text === 'string') return (text.startsWith('\ufeff') ? text.slice(1) : text) as Text;
  return (hasByteOrderMark(text) ? text.subarray(3) : text) as Text;
}

/**
 * Decodes strict Base64: the standard alphabet, padded, no white space, no stray bits (OMS-JSON-6).
 * @param what names the member in the message
 * @throws {OmsError} `bundle/not-base64`
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === null) {
    throw new OmsError('bundle/not-base64', `${what} is not standard Base64 with padding: ${quote(text.slice(0, 40))}`);
  }
  return bytes;
}

/** The number of Base64 characters for this many bytes. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** A multiple of three, so that no piece but the last has padding. */
const BASE64_PIECE = 3 * 16_384;

/** Standard Base64 with padding, a piece at a time (OMS-JSON-5). */
export function* base64Pieces(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length; from += BASE64_PIECE) {
    yield toBase64(bytes.subarray(from, from + BASE64_PIECE));
  }
}
