import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesInJson, encodeJson, StreamedValue } from './json-writer.ts';

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

  it.each([0, 1, 5, 1000])(
    'encodeJson writes a streamed value in its place, though %d bytes were expected',
    (expected) => {
      const pieces = ['["', 'wörld \u{1f600}', 'x'.repeat(100), '\u{1f600}'.repeat(50), '"]'];
      const document = { before: '"resources":[', resources: new StreamedValue(pieces, expected), after: ['é'] };
      expect(text(document)).toBe(`{"before":"\\"resources\\":[","resources":${pieces.join('')},"after":["é"]}`);
    },
  );
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
