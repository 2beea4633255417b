// What the libraries of Sigstore use of Node's `Buffer`, and no more.
import { fromHex, toBase64, toHex, toLatin1 } from '@model-signing/x509/platform';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes with the methods of Node's buffers. */
export class Bytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding = 'utf8'): string {
    switch (encoding) {
      case 'hex':
        return toHex(this);
      case 'base64':
        return toBase64(this);
      case 'ascii':
        return toLatin1(this.map((byte) => byte & 0x7f));
      case 'utf8':
      case 'utf-8':
        return utf8.decode(this);
      default:
        throw unknown(encoding);
    }
  }

  equals(other: Uint8Array): boolean {
    if (!(other instanceof Uint8Array)) throw new TypeError('bytes are compared only with bytes');
    return this.length === other.length && this.every((byte, at) => byte === other[at]);
  }

  readBigInt64BE(offset = 0): bigint {
    return new DataView(this.buffer, this.byteOffset, this.length).getBigInt64(offset);
  }

  copy(target: Uint8Array): number {
    const copied = this.subarray(0, target.length);
    target.set(copied);
    return copied.length;
  }
}

/** The functions by which bytes are made. */
export const makeBytes = {
  /** @throws {TypeError} for anything but text, bytes and an array of numbers */
  from(value: unknown, encoding = 'utf8'): Bytes {
    if (typeof value === 'string') return copyOf(decoded(value, encoding));
    if (value instanceof ArrayBuffer) return new Bytes(value);
    if (value instanceof Uint8Array || Array.isArray(value)) return copyOf(value);
    throw new TypeError('bytes are made of text, bytes or an array of numbers');
  },
  alloc: zeros,
  concat(pieces: readonly Uint8Array[]): Bytes {
    const all = zeros(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  },
};

function copyOf(values: ArrayLike<number>): Bytes {
  const bytes = zeros(values.length);
  bytes.set(values);
  return bytes;
}

const SLAB_BYTES = 64 * 1024;
const MAX_SHARED_BYTES = 2 * 1024;

let slab = new ArrayBuffer(0);
let used = 0;

/** The libraries make thousands of short pieces, and a buffer for each would take longer than checking the signature. */
function zeros(length: number): Bytes {
  if (!(length <= MAX_SHARED_BYTES)) return new Bytes(new ArrayBuffer(length));
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const bytes = new Bytes(slab, used, length); // no part of a slab is used again, so that it is still zero
  used += length;
  return bytes;
}

function decoded(text: string, encoding: string): Uint8Array {
  switch (encoding) {
    case 'hex':
      return fromHex(text);
    case 'base64':
      return fromLooseBase64(text);
    case 'ascii':
    case 'utf8':
    case 'utf-8':
      return new TextEncoder().encode(text);
    default:
      throw unknown(encoding);
  }
}

function unknown(encoding: string): TypeError {
  return new TypeError(`the encoding ${encoding} is unknown`);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value of each character in either alphabet of Base64. */
const sextetOf = new Map([...ALPHABET].map((character, value) => [character, value]));
sextetOf.set('-', 62).set('_', 63);

/** Decodes Base64 as Node does: other characters are skipped, and the text ends at the first `=`. */
export function fromLooseBase64(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const character of text) {
    if (character === '=') break;
    const value = sextetOf.get(character);
    if (value === undefined) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Uint8Array.from(bytes);
}
