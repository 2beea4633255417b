import { printable } from '@model-signing/core';
import { expect, test } from 'vitest';
import { printableJson, printableName, printableNames } from './printable.ts';

const hostile = 'a\u001b[31mb\u202ec\u009bd\r\ne\u200bf\u{e0041}g\ud800h';

test('a path that would fill the screen is cut', () => {
  expect(printableName('x'.repeat(10_000)).length).toBeLessThan(330);
});

test('a path that could be taken for more than one is quoted', () => {
  expect(printableName('models/modèle-7b_v1.0.bin')).toBe('models/modèle-7b_v1.0.bin');
  expect(printableName('c, d (not verified)')).toBe('"c, d (not verified)"');
  expect(printableName('a", "b')).toBe('"a\\", \\"b"');
});

test.each([
  ['two Unicode forms of a letter', 'caf\u00e9', 'cafe\u0301'],
  ['letters of two scripts', 'config.json', '\u0441onfig.json'],
  ['a full-width form', 'a.bin', '\uff41.bin'],
  ['a digit of another script', 'o1', 'o\u{1d7cf}'],
  ['a dash', 'a-b', 'a\u2010b'],
])('names that differ in %s are told apart in one list', (_what, one, other) => {
  const [first, second] = printableNames([one, other]) as [string, string];
  expect(first).not.toBe(second);
  for (const shown of [first, second]) expect(shown).toMatch(/^"[ -~]+"$/);
  expect(printableNames([one, 'x'])).toEqual([printableName(one), 'x']);
  expect(printableNames([one, one, 'x'])[1]).toBe(printableName(one));
});

test('a name in other letters that looks like one of ASCII is written out, and another name is not', () => {
  expect(printableName('\u0441onfig.json')).toBe('"\\u{441}onfig.json"');
  expect(printableName('конфиг.json')).toBe('конфиг.json');
  expect(printableName('αβγ')).toBe('αβγ');
});

test('long names that differ in the part that a list leaves out are told apart', () => {
  const name = (middle: string) => `${'x'.repeat(500)}${middle}${'y'.repeat(500)}`;
  const [first, second] = printableNames([name('a'), name('b')]);
  expect(first).not.toBe(second);
});

test.each(['\ua4f9', '\u02ba', '\u201a'])('a path with %j, which looks like punctuation, is quoted', (mark) => {
  expect(printableName(`a${mark}b`)).toMatch(/^"/);
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
