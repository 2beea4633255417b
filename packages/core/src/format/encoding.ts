import { fromBase64, toBase64 } from '#platform';
import { OmsError } from './errors.ts';
import { quote } from './text.ts';

const utf8Encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
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
