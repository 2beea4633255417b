import { createHash } from 'node:crypto';

/** Lowercase hexadecimal SHA-256 of the pieces, one after another. */
export function sha256(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Like {@link sha256}, over the bytes that pieces in hexadecimal stand for. */
export function sha256OfHex(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece, 'hex');
  return hash.digest('hex');
}

/** The Base64 methods of newer platforms, which take no detour through `Buffer`. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

/** Standard Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const native = bytes as Uint8Array & { toBase64?: () => string };
  return native.toBase64?.() ?? bufferOf(bytes).toString('base64');
}

/** Decodes standard Base64 with padding; null for any other text, such as one that a lenient decoder would repair. */
export function fromBase64(text: string): Uint8Array | null {
  let bytes: Uint8Array;
  if (nativeBase64.fromBase64) {
    try {
      bytes = nativeBase64.fromBase64(text, { lastChunkHandling: 'strict' });
    } catch {
      return null;
    }
    // White space is decoded too, but not counted in the length that canonical text has.
    return text.length === 4 * Math.ceil(bytes.length / 3) ? bytes : null;
  }
  const decoded = Buffer.from(text, 'base64');
  return decoded.toString('base64') === text
    ? new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length)
    : null;
}

/** A view of the same bytes with the methods of Node's buffers. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
