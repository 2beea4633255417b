import { concatBytes } from './bytes.ts';
import { Tag } from './der.ts';

/** Encodes an element whose body is the contents, one after another. */
export function encodeElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(contents);
  return concatBytes([Uint8Array.of(tag), encodeLength(body.length), body]);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** Encodes an `INTEGER` that is not negative. */
export function encodeInteger(value: bigint): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn));
  // The first bit is the sign.
  if ((octets[0] ?? 0x80) >= 0x80) octets.unshift(0);
  return encodeElement(Tag.integer, Uint8Array.from(octets));
}

/** Encodes an `OBJECT IDENTIFIER` given in dotted form. */
export function encodeOid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [root * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift(128 + (left % 128));
    return septets;
  });
  return encodeElement(Tag.oid, Uint8Array.from(octets));
}
