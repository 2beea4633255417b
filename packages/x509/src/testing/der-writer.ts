import { context, Tag } from '../der.ts';
import { encodeElement, encodeOid } from '../der-encode.ts';

// The two that the package itself needs too are its own; what only tests write is here.
export { encodeElement, encodeInteger, encodeOid } from '../der-encode.ts';

export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return encodeElement(Tag.sequence, ...contents);
}

export function set(...contents: readonly Uint8Array[]): Uint8Array {
  return encodeElement(Tag.set, ...contents);
}

export function octetString(contents: Uint8Array): Uint8Array {
  return encodeElement(Tag.octetString, contents);
}

export function bitString(contents: Uint8Array, unused = 0): Uint8Array {
  return encodeElement(Tag.bitString, Uint8Array.of(unused), contents);
}

export function boolean(value: boolean): Uint8Array {
  return encodeElement(Tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function utf8String(text: string): Uint8Array {
  return encodeElement(Tag.utf8String, Buffer.from(text));
}

export function explicit(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return encodeElement(context(number), ...contents);
}

export function implicit(number: number, contents: Uint8Array): Uint8Array {
  return encodeElement(context(number, false), contents);
}

/** `UTCTime` until 2049 and `GeneralizedTime` from then on, as RFC 5280 has it. */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
  const utc = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return encodeElement(utc ? Tag.utcTime : Tag.generalizedTime, Buffer.from(utc ? digits.slice(2) : digits));
}

const attributeOids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** A distinguished name from text such as `O=Test, CN=Leaf`; each part becomes one relative name. */
export function distinguishedName(text: string): Uint8Array {
  const parts = text === '' ? [] : text.split(', ');
  return sequence(
    ...parts.map((part) => {
      const [type = '', ...value] = part.split('=');
      return set(sequence(encodeOid(attributeOids[type] ?? type), utf8String(value.join('='))));
    }),
  );
}
