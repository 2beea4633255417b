// What Node's `Buffer` does with bytes and text, as far as it is needed here.
import { fromBase64Natively, toBase64Natively } from '../bytes.ts';

/** Two lowercase hexadecimal digits for each byte. */
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOf[byte];
  return text;
}

/** Decodes hexadecimal up to the first pair of characters that is none, like `Buffer`. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let at = 0; at < bytes.length; at++) {
    const high = digitOf(text.charCodeAt(2 * at));
    const low = digitOf(text.charCodeAt(2 * at + 1));
    if (high === null || low === null) return bytes.subarray(0, at);
    bytes[at] = 16 * high + low;
  }
  return bytes;
}

function digitOf(code: number): number | null {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : null;
}

/** More characters than this at a time are too many arguments for one call. */
const PIECE = 8192;

/** One character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Standard Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return toBase64Natively(bytes) ?? btoa(toLatin1(bytes));
}

/** Decodes standard Base64 with padding; null for any other text, such as one that a lenient decoder would repair. */
export function fromBase64(text: string): Uint8Array | null {
  const native = fromBase64Natively(text);
  if (native !== undefined) return native;
  try {
    const bytes = fromLatin1(atob(text));
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
