/** Writes ASN.1 DER: just what certificates and timestamps for tests need. */

function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const digits = Buffer.from(size.toString(16).padStart(size > 0xffff ? 6 : size > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts);
export const octets = (content: Uint8Array): Buffer => element(0x04, content);
export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const truth = (): Buffer => element(0x01, Buffer.from([0xff]));
export const nothing = (): Buffer => element(0x05);
/** `[number]`, holding other elements. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...parts);
/** `[number]` in place of the tag of a text. */
export const name = (number: number, text: string): Buffer => element(0x80 | number, Buffer.from(text));

export function integer(value: number | Uint8Array): Buffer {
  if (typeof value === 'number') return element(0x02, Buffer.from([value]));
  const first = value.findIndex((byte) => byte !== 0);
  const digits = value.subarray(first);
  const positive = (digits[0] as number) & 0x80 ? [Buffer.from([0]), digits] : [digits];
  return element(0x02, ...positive);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) | 0x80);
  return digits;
}

/** A GeneralizedTime, to the second. */
export function time(date: Date): Buffer {
  const text = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  return element(0x18, Buffer.from(text));
}
