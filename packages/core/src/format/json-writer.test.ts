import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesInJson, encodeJson, StreamedList } from './json-writer.ts';

const text = (document: unknown) => Buffer.from(encodeJson(document)).toString();

describe('encodeJson', () => {
  it('encodeJson writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(text(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('encodeJson leaves out members that are undefined, as JSON.stringify does', () => {
    const value = { a: undefined, b: { c: undefined, d: 1 }, e: [undefined, 2] };
    expect(text(value)).toBe(JSON.stringify(value));
  });

  it('encodeJson writes a list in parts as it writes the whole list, whatever number of bytes was expected', () => {
    const element = fc.jsonValue({ maxDepth: 2 });
    const parts = fc.array(fc.array(element, { minLength: 1 }));
    fc.assert(
      fc.property(parts, fc.nat({ max: 200 }), (parts, expected) => {
        const document = (list: unknown) => ({ before: '[', list, after: ']' });
        expect(text(document(new StreamedList(parts, expected)))).toBe(JSON.stringify(document(parts.flat())));
      }),
    );
  });
});

it('the bytes of a string in JSON are counted as they are written', () => {
  const every = Array.from({ length: 0x3000 }, (_, unit) => String.fromCharCode(unit)).join('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(bytesInJson(text)).toBe(Buffer.byteLength(JSON.stringify(text)));
    }),
  );
  expect(bytesInJson(every)).toBe(Buffer.byteLength(JSON.stringify(every)));
  expect(bytesInJson('\uffff\u{10ffff}\ud7ff\ue000')).toBe(2 + 3 + 4 + 3 + 3);
});
