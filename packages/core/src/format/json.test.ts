import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { encodeUtf8 } from './encoding.ts';
import type { ErrorCode } from './errors.ts';
import { parseJson } from './json.ts';

const limits = { maxBytes: 10_000, maxDepth: 8, maxValues: 1000 };
const parse = (text: string | Uint8Array) =>
  parseJson(typeof text === 'string' ? encodeUtf8(text) : text, 'bundle', limits);

describe('parseJson', () => {
  it('parseJson agrees with JSON.parse on what JSON.stringify writes', () => {
    const large = { maxBytes: 1e9, maxDepth: 1000, maxValues: 1e9 };
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const value = JSON.parse(text);
        if (JSON.stringify(value).length !== JSON.stringify(JSON.parse(text)).length) return;
        expect(parseJson(encodeUtf8(JSON.stringify(value)), 'bundle', large)).toEqual(value);
      }),
    );
  });

  it('parseJson keeps strings with escapes, quotes and braces apart from structure', () => {
    const value = { 'a"{': '}\\"', b: ['\\', '"', ',', '[{'], 'c\\': 'é' };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it('parseJson accepts a member name again in another object', () => {
    expect(parse('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]);
  });

  it('parseJson keeps a member named __proto__ a member', () => {
    const value = parse('{"__proto__":{"x":1}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  it.each<[string, string | Uint8Array, ErrorCode]>([
    ['a duplicate member', '{"a":1,"a":2}', 'bundle/duplicate-member'],
    ['a duplicate member written with an escape', '{"a":1,"\\u0061":2}', 'bundle/duplicate-member'],
    ['a duplicate member after a nested value', '{"a":{"b":[1,2]},"c":"x","a":2}', 'bundle/duplicate-member'],
    [
      'a duplicate among many members',
      `{${Array.from({ length: 50 }, (_, i) => `"${i}":0,`).join('')}"7":0}`,
      'bundle/duplicate-member',
    ],
    ['an unpaired surrogate in a value', '{"a":"\\ud800"}', 'bundle/not-json'],
    ['an unpaired surrogate in a name', '{"\\udc00":1}', 'bundle/not-json'],
    ['a byte order mark', '\ufeff{}', 'bundle/not-json'],
    ['text after the value', '{} x', 'bundle/not-json'],
    ['two values', '{}{}', 'bundle/not-json'],
    ['a string without end', '{"a', 'bundle/not-json'],
    ['a string that ends in an escape', '"\\', 'bundle/not-json'],
    ['a comment', '{/**/}', 'bundle/not-json'],
    ['nothing', '', 'bundle/not-json'],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'bundle/not-json'],
    ['an overlong form of UTF-8', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'bundle/not-json'],
    ['too many bytes', `"${'x'.repeat(10_000)}"`, 'bundle/too-large'],
    ['too deep arrays', '['.repeat(9) + ']'.repeat(9), 'bundle/too-large'],
    ['too deep objects', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, 'bundle/too-large'],
    ['a member name that is too long', `{"${'x'.repeat(1001)}":1}`, 'bundle/too-large'],
    ['too many values', `[${'1,'.repeat(1200)}1]`, 'bundle/too-large'],
  ])('parseJson refuses %s', async (_, text, code) => {
    await refusal(code, () => parse(text));
  });

  it('parseJson refuses any text or gives its value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{}[\]",:\\au0d81 ]{0,40}$/), (text) => {
        try {
          expect(parse(text)).toEqual(JSON.parse(text));
        } catch (error) {
          expect(error).toMatchObject({ name: 'OmsError' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('parseJson refuses a hundred million opening brackets without exhausting the stack', async () => {
    const bytes = new Uint8Array(100_000_000).fill(0x5b);
    await refusal('bundle/too-large', () => parseJson(bytes, 'bundle', { ...limits, maxBytes: 1e9 }));
  });

  it('parseJson refuses an object of a million members', async () => {
    const members = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`).join();
    const large = { maxBytes: 1e9, maxDepth: 8, maxValues: 1e9 };
    await refusal('bundle/too-large', () => parseJson(encodeUtf8(`{${members}}`), 'bundle', large));
  });
});
