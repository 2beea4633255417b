import { expect, test } from 'vitest';
import { printable, printableJson, printablePath } from './printable.ts';

const hostile = 'a\u001b[31mb\u202ec\u009bd\r\ne\u200bf\u{e0041}g\ud800h';

test('shows characters that a terminal would obey or hide', () => {
  expect(printable(hostile)).toBe('a\\u{1b}[31mb\\u{202e}c\\u{9b}d\\u{d}\\u{a}e\\u{200b}f\\u{e0041}g\\u{d800}h');
});

test('leaves the letters of all languages as they are', () => {
  expect(printable('modèle 模型 модель 😀 נתון')).toBe('modèle 模型 модель 😀 נתון');
});

test('cuts a path that would fill the screen', () => {
  expect(printablePath('x'.repeat(10_000)).length).toBeLessThan(310);
});

test('quotes a path that could be taken for more than one', () => {
  expect(printablePath('models/modèle-7b_v1.0.bin')).toBe('models/modèle-7b_v1.0.bin');
  expect(printablePath('c, d (not verified)')).toBe('"c, d (not verified)"');
});

test('escapes JSON without changing what it says', () => {
  const value = { path: hostile, nothing: {}, left: undefined, inner: { list: [hostile], none: null } };
  const text = [...printableJson(value)].join('');
  expect(text).toBe(printable(text));
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
});

test.each([0, 1, 1000, 1001, 2500])('makes a list of %i entries into JSON in pieces', (length) => {
  const value = { list: Array.from({ length }, (_, i) => ({ i })), after: true };
  const pieces = [...printableJson(value)];
  expect(JSON.parse(pieces.join(''))).toEqual(value);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(15_000);
});
