import { OmsError } from './errors.ts';
import { quote } from './text.ts';

const utf8Encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** The Base64 methods of newer platforms; older ones have `Buffer`. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/**
 * Decodes strict Base64: the standard alphabet, padded, no white space, no stray bits (OMS-JSON-6).
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

/** The number of Base64 characters for this many bytes. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** A multiple of three, so that no piece but the last has padding. */
const BASE64_PIECE = 3 * 16_384;

/** What {@link encodeBase64} gives, a piece at a time. */
export function* base64Pieces(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length; from += BASE64_PIECE) {
    yield encodeBase64(bytes.subarray(from, from + BASE64_PIECE));
  }
}

/** Lowercase hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
