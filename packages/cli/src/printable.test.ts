import { printable } from '@model-signing/core';
import { expect, test } from 'vitest';
import { printableJson, printableName } from './printable.ts';

const hostile = 'a\u001b[31mb\u202ec\u009bd\r\ne\u200bf\u{e0041}g\ud800h';

test('a path that would fill the screen is cut', () => {
  expect(printableName('x'.repeat(10_000)).length).toBeLessThan(310);
});

test('a path that could be taken for more than one is quoted', () => {
  expect(printableName('models/modèle-7b_v1.0.bin')).toBe('models/modèle-7b_v1.0.bin');
  expect(printableName('c, d (not verified)')).toBe('"c, d (not verified)"');
  expect(printableName('a", "b')).toBe('"a\\", \\"b"');
});

test.each(['\u3164', '\uffa0', '\u115f', '\u1160'])('a path with the invisible letter %j shows it', (letter) => {
  expect(printableName(`a${letter}b`)).toBe(`"a\\u{${letter.codePointAt(0)?.toString(16)}}b"`);
});

test('JSON is escaped without changing what it says', () => {
  const value = { path: hostile, nothing: {}, left: undefined, inner: { list: [hostile], none: null } };
  const text = [...printableJson(value)].join('');
  expect(text).toBe(printable(text));
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
});

test.each([0, 1, 1000, 1001, 2500])('a list of %i entries becomes JSON in pieces', (length) => {
  const value = { list: Array.from({ length }, (_, i) => ({ i })), after: true };
  const pieces = [...printableJson(value)];
  expect(JSON.parse(pieces.join(''))).toEqual(value);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(15_000);
});
