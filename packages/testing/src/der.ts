// Encodes ASN.1 DER, and decodes as much of it as tests need. It does not use the library, so that the library does not test itself.

/** A tag, the length of the content, and the content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits = octetsOf(BigInt(length));
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits]);
}

function octetsOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => element(0x30, ...contents);
export const set = (...contents: readonly Uint8Array[]): Buffer => element(0x31, ...contents);
export const octetString = (content: Uint8Array): Buffer => element(0x04, content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0));
export const none = (): Buffer => element(0x05);

/** `[number]` around other elements. */
export const explicit = (number: number, ...contents: readonly Uint8Array[]): Buffer =>
  element(0xa0 | number, ...contents);

/** `[number]` in place of a primitive element's own tag. */
export const implicit = (number: number, content: Uint8Array | string): Buffer =>
  element(0x80 | number, Buffer.from(content as Uint8Array));

export const bitString = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.of(unused), content);

/** Named bits in as few octets as hold the last one that is set; bit 0 is the highest. */
export function namedBits(bits: readonly number[]): Buffer {
  const last = Math.max(-1, ...bits);
  const octets = Buffer.alloc(Math.max(1, (last >> 3) + 1));
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] as number) | (0x80 >> (bit & 7));
  return bitString(octets, last < 0 ? 0 : 7 - (last & 7));
}

/** A non-negative integer, from a number or from its octets. */
export function integer(value: bigint | number | Uint8Array): Buffer {
  const digits = octetsOf(
    typeof value === 'object' ? BigInt(`0x${Buffer.from(value).toString('hex')}`) : BigInt(value),
  );
  return element(0x02, ...((digits[0] as number) >= 0x80 ? [Buffer.of(0)] : []), digits);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return element(0x06, Buffer.from([40n * first + second, ...rest].flatMap(base128)));
}

function base128(arc: bigint): number[] {
  const digits = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80);
  return digits;
}

/** `UTCTime` until 2049 and `GeneralizedTime` from then on, to the second, as RFC 5280 requires. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
  const utc = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return utc ? element(0x17, Buffer.from(digits.slice(2))) : generalizedTime(digits);
}

export const generalizedTime = (digits: string): Buffer => element(0x18, Buffer.from(digits));

const attributeOids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** A distinguished name from text such as `O=Test, CN=Leaf`; each part becomes one relative name. */
export function distinguishedName(text: string): Buffer {
  const parts = text === '' ? [] : text.split(', ');
  return sequence(
    ...parts.map((part) => {
      const [type = '', ...value] = part.split('=');
      return set(sequence(oid(attributeOids[type] ?? type), utf8String(value.join('='))));
    }),
  );
}

/** The elements inside an element, each with its tag and length. */
export function children(der: Uint8Array): Buffer[] {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.length);
  const list: Buffer[] = [];
  for (let at = headerLength(bytes, 0); at < bytes.length; ) {
    const length = headerLength(bytes, at) + contentLength(bytes, at);
    list.push(bytes.subarray(at, at + length));
    at += length;
  }
  return list;
}

function headerLength(der: Buffer, at: number): number {
  const first = der[at + 1] as number;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function contentLength(der: Buffer, at: number): number {
  const first = der[at + 1] as number;
  return first < 0x80 ? first : der.readUIntBE(at + 2, first & 0x7f);
}

/** PEM text of one block. */
export function pem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
