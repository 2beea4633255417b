import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsOf,
  booleanOf,
  countOf,
  DerError,
  type Element,
  elementsOf,
  Fields,
  integerBytes,
  octetsOfBits,
  oidOf,
  parseElement,
  Tag,
  timeOf,
} from './der.ts';
import { encodeElement, encodeInteger, encodeOid } from './der-encode.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const element = (tag: number, body: Uint8Array): Element => ({ tag, body, raw: body });
const text = (tag: number, value: string) => element(tag, Buffer.from(value));

describe('elements', () => {
  it('an element of any length is read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 0xff }), (length, tag) => {
        fc.pre((tag & 0x1f) !== 0x1f);
        const body = new Uint8Array(length).fill(length);
        const encoded = encodeElement(tag, body);
        const found = parseElement(encoded, tag);
        return found.raw.length === encoded.length && Buffer.from(found.body).equals(body);
      }),
    );
  });

  it('an element has one encoding: re-encoding the contents of any that parses gives the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 12 }), (input) => {
        let found: Element;
        try {
          found = parseElement(input, input[0] as number);
        } catch (error) {
          return error instanceof DerError;
        }
        return Buffer.from(encodeElement(found.tag, found.body)).equals(input);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['no bytes', ''],
    ['only a tag', '30'],
    ['contents that are cut short', '30 03 02 01'],
    ['a length that is cut short', '30 82 01'],
    ['an indefinite length', '30 80 00 00'],
    ['a long form of a short length', '30 81 01 00'],
    ['a length with a leading zero', `30 82 00 80${'00'.repeat(128)}`],
    ['a length of five octets', '30 85 00 00 00 00 01 00'],
    ['a length of four octets beyond the end', '30 84 ff ff ff ff 00'],
    ['the reserved first length octet', '30 ff'],
    ['a tag number above 30', '3f 81 00 00'],
    ['bytes after the end', '30 00 00'],
    ['an unexpected tag', '31 00'],
  ])('DER with %s is refused', (_, hex) => {
    expect(() => parseElement(bytes(hex), Tag.sequence)).toThrow(DerError);
  });

  it('the elements of a sequence are read up to its last byte', () => {
    expect(elementsOf(bytes('05 00 01 01 ff')).map(({ tag }) => tag)).toEqual([Tag.null, Tag.boolean]);
    expect(() => elementsOf(bytes('05 00 01'))).toThrow(DerError);
    expect(() => elementsOf(bytes('05 00 01 02 ff'))).toThrow(DerError);
  });

  it('a structure must have every expected field and no other', () => {
    const fields = () => Fields.parse(bytes('30 05 02 01 01 05 00'));
    expect(() => fields().end()).toThrow('an unexpected extra field');
    expect(() => fields().take(Tag.null)).toThrow('tag 0x02 in place of 0x05');
    const read = fields();
    expect([read.takeIf(Tag.null), read.take(Tag.integer).body, read.takeAny().tag]).toEqual([
      undefined,
      bytes('01'),
      Tag.null,
    ]);
    read.end();
    expect(() => read.takeAny()).toThrow('missing');
  });
});

describe('values', () => {
  it('an integer is read only in its shortest form', () => {
    for (const hex of ['00', '7f', '80', '00 80', 'ff 7f']) {
      expect(integerBytes(element(Tag.integer, bytes(hex)))).toEqual(bytes(hex));
    }
    for (const hex of ['', '00 7f', 'ff 80', '00 00']) {
      expect(() => integerBytes(element(Tag.integer, bytes(hex)))).toThrow(DerError);
    }
  });

  it('a count is read in its shortest form and is never negative', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (value) => {
        return countOf(parseElement(encodeInteger(BigInt(value)), Tag.integer)) === value;
      }),
    );
    expect(countOf(element(Tag.integer, new Uint8Array(5000).fill(1)))).toBe(Number.POSITIVE_INFINITY);
    for (const hex of ['80', 'ff', '00 01', 'ff ff', '']) {
      expect(() => countOf(element(Tag.integer, bytes(hex)))).toThrow(DerError);
    }
  });

  it('an object identifier is encoded as it was read', () => {
    const arc = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 39 }),
        fc.array(arc),
        (root, second, rest) => {
          fc.pre(rest.length < 8);
          const dotted = [root, second, ...rest].join('.');
          return oidOf(parseElement(encodeOid(dotted), Tag.oid)) === dotted;
        },
      ),
    );
  });

  it.each([
    ['no arcs', ''],
    ['an arc that is cut short', '2a 86'],
    ['an arc with a leading zero', '2a 80 01'],
    ['an arc that does not fit a number', '2a ff ff ff ff ff ff ff 7f'],
    ['more octets than any has', '01'.repeat(65)],
  ])('an object identifier with %s is refused', (_, hex) => {
    expect(() => oidOf(element(Tag.oid, bytes(hex)))).toThrow(DerError);
  });

  it.each(['', '01', 'ff ff', 'ff 00'])('a boolean with the contents "%s" is refused', (hex) => {
    expect(() => booleanOf(element(Tag.boolean, bytes(hex)))).toThrow(DerError);
  });

  it.each(['', '01', '08 00', '03 07', '01 01'])('a bit string with the contents "%s" is refused', (hex) => {
    expect(() => bitsOf(element(Tag.bitString, bytes(hex)))).toThrow(DerError);
  });

  it('a bit string must be a whole number of octets where octets are expected', () => {
    expect(octetsOfBits(element(Tag.bitString, bytes('00 ab')))).toEqual(bytes('ab'));
    expect(() => octetsOfBits(element(Tag.bitString, bytes('01 aa')))).toThrow(DerError);
  });
});

describe('times', () => {
  it.each([
    ['500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['240229120000Z', '2024-02-29T12:00:00.000Z'],
  ])('the UTCTime %s is %s', (value, expected) => {
    expect(new Date(timeOf(text(Tag.utcTime, value))).toISOString()).toBe(expected);
  });

  it.each([
    ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
    ['00010101000000Z', '0001-01-01T00:00:00.000Z'],
    ['20240229000000Z', '2024-02-29T00:00:00.000Z'],
  ])('the GeneralizedTime %s is %s', (value, expected) => {
    expect(new Date(timeOf(text(Tag.generalizedTime, value))).toISOString()).toBe(expected);
  });

  it.each([
    '230229000000Z',
    '241301000000Z',
    '240001000000Z',
    '240100000000Z',
    '240101240000Z',
    '240101006000Z',
    '240101000060Z',
    '2401010000Z',
    '240101000000',
    '240101000000+0000',
    '240101000000Z\n',
    '24010100000 Z',
    '-40101000000Z',
    '',
  ])('the UTCTime "%s" is refused', (value) => {
    expect(() => timeOf(text(Tag.utcTime, value))).toThrow(DerError);
  });

  it.each(['20240101000000', '20240101000000.5Z', '20240101000000,5Z', '240101000000Z', '20240101000000-0100'])(
    'the GeneralizedTime "%s" is refused',
    (value) => {
      expect(() => timeOf(text(Tag.generalizedTime, value))).toThrow(DerError);
    },
  );

  it('a time has a fraction only where one is allowed, and without trailing zeros', () => {
    const at = (value: string) => timeOf(text(Tag.generalizedTime, value), true) % 1000;
    expect([at('20240101000000.5Z'), at('20240101000000.001Z'), at('20240101000000.9999999Z')]).toEqual([500, 1, 999]);
    for (const value of ['20240101000000.50Z', '20240101000000.Z', '20240101000000.5', '20240101000000,5Z']) {
      expect(() => at(value)).toThrow(DerError);
    }
    expect(() => timeOf(text(Tag.utcTime, '240101000000.5Z'), true)).toThrow(DerError);
  });
});
