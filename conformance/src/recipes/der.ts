/** ASN.1 DER, as much of it as test material is made of. */

/** A tag, the length of what follows, and what follows. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits = Buffer.from(evenHex(length.toString(16)), 'hex');
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);

/** A positive integer, with a zero byte in front where the first bit is set. */
export function integer(value: bigint): Buffer {
  const digits = Buffer.from(evenHex(value.toString(16)), 'hex');
  return der(0x02, (digits[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

function evenHex(hex: string): string {
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}
