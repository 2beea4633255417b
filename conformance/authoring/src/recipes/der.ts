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
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));
export const none = (): Buffer => der(0x05);

/** Bits without unused ones. */
export const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.of(0), bytes);

/** What is marked with a number in the context, explicitly. */
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer => der(0xa0 + number, ...parts);

/** Named bits, the first of them the highest: as few bytes as hold the last that is set. */
export function namedBits(numbers: readonly number[]): Buffer {
  const length = Math.floor(Math.max(...numbers) / 8) + 1;
  const bytes = Buffer.alloc(length);
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] as number) | (0x80 >> (number & 7));
  const unused = 7 - (Math.max(...numbers) & 7);
  return der(0x03, Buffer.of(unused), bytes);
}

/** A positive integer, with a zero byte in front where the first bit is set. */
export function integer(value: bigint): Buffer {
  const digits = Buffer.from(evenHex(value.toString(16)), 'hex');
  return der(0x02, (digits[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

function evenHex(hex: string): string {
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

/** An object identifier in dots. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Buffer.from(bytes));
}

/** A time as certificates have it: with two digits of the year before 2050, with four from then on. */
export function time(iso: string): Buffer {
  const digits = iso.replace(/\.\d+/, '').replace(/[-:T]/g, '');
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

export function generalizedTime(iso: string): Buffer {
  return der(0x18, Buffer.from(iso.replace(/[-:T]/g, '')));
}
