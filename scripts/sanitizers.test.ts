import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { printable as suitePrintable } from '../conformance/suite/src/report/escape.ts';
import { printableJson, printableName } from '../packages/cli/src/printable.ts';
import { printable, quote, redact } from '../packages/core/src/format/text.ts';
import { escapeHidden, printable as x509Printable } from '../packages/x509/src/text.ts';

/** Properties that make a character invisible, blank, or an order to the terminal; written apart from the sanitizer. */
const properties = [
  /\p{Control}/u,
  /\p{Format}/u,
  /\p{Surrogate}/u,
  /\p{Private_Use}/u,
  /\p{Unassigned}/u,
  /\p{Noncharacter_Code_Point}/u,
  /\p{Space_Separator}/u,
  /\p{Line_Separator}/u,
  /\p{Paragraph_Separator}/u,
  /\p{White_Space}/u,
  /\p{Pattern_White_Space}/u,
  /\p{Bidi_Control}/u,
  /\p{Join_Control}/u,
  /\p{Variation_Selector}/u,
  /\p{Default_Ignorable_Code_Point}/u,
];

/** Signs that join letters or numbers of their script and have no shape of their own: after a Latin letter, they hide. */
const joiners = new Set([
  ...[0x1039, 0x17d2, 0x1a60, 0xaaf6, 0x10a3f, 0x1107f, 0x11133],
  ...[0x113d0, 0x1193e, 0x11a47, 0x11a99, 0x11d45, 0x11d97, 0x11f42],
]);

/** Ranges of which no property tells that they are blank or ignored. */
const ranges: readonly (readonly [number, number])[] = [
  [0x115f, 0x1160],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfff9, 0xfffc],
  [0x13441, 0x13442],
  [0x16fe4, 0x16fe4],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

const deceives = (point: number) => {
  const character = String.fromCodePoint(point);
  if (character === ' ') return false;
  if (joiners.has(point)) return true;
  return properties.some((property) => property.test(character)) || ranges.some(([a, z]) => point >= a && point <= z);
};

/** All code points, except most of the planes that are unassigned or private as a whole. */
function* codePoints(from: number): Generator<number> {
  for (let point = from; point <= 0x10ffff; point += isSampled(point) ? 251 : 1) yield point;
}

const isSampled = (point: number) => point >= 0x34000 && !(point >= 0xe0000 && point < 0xe1000) && point < 0x10ff00;

const sanitizers: Readonly<Record<string, (text: string) => string>> = {
  'printable of core': printable,
  'quote of core': quote,
  'redact of core': (text) => redact(text, []),
  'escapeHidden of x509': (text) => escapeHidden(text),
  'printable of x509': (text) => x509Printable(text, ',+="\\<>;'),
  'printableName of the command': printableName,
  'printableJson of the command': (text) => [...printableJson({ text })].join(''),
  'printable of the suite': suitePrintable,
};

it.each(Object.entries(sanitizers))('%s shows no character of Unicode that deceives a reader', (_name, sanitize) => {
  const shown: string[] = [];
  for (const point of codePoints(0)) {
    if (!deceives(point)) continue;
    const character = String.fromCodePoint(point);
    if (sanitize(`a${character}b`).includes(character)) shown.push(point.toString(16));
  }
  expect(shown).toEqual([]);
});

// The suite imports nothing of an implementation, so it has the same tables a second time; this keeps them equal.
it('the sanitizers of the implementation and of the suite escape the same characters', () => {
  const different: string[] = [];
  for (const point of codePoints(0)) {
    if (point === 0x09 || point === 0x0a) continue; // the suite shows a line break as a space
    const text = `a${String.fromCodePoint(point)}b`;
    if (printable(text) !== suitePrintable(text)) different.push(point.toString(16));
  }
  expect(different).toEqual([]);
});

/** A letter of each script whose signs join letters, in which those signs are readable. */
const letters = [
  ...[0x1000, 0x1780, 0x1a20, 0xabc0, 0x10a00, 0x11005, 0x11103],
  ...[0x11900, 0x11a0b, 0x11a5c, 0x11d0c, 0x11d71],
].map((point) => String.fromCodePoint(point));

it('the sanitizers of the implementation and of the suite escape joining signs and piled-up marks in the same places', () => {
  const texts = letters.flatMap((letter) => [...joiners].map((point) => `${letter}${String.fromCodePoint(point)}`));
  const piles = [8, 9, 10].map((height) => `a${'\u0301'.repeat(height)}`);
  for (const text of [...texts, ...piles]) expect(printable(text)).toBe(suitePrintable(text));
  expect(texts.filter((text) => printable(text) === text)).toHaveLength(letters.length);
});

it('the sanitizers leave every other character of Unicode readable', () => {
  const lost: string[] = [];
  for (const point of codePoints(0x21)) {
    if (deceives(point) || point === 0x303f) continue;
    const text = `a${String.fromCodePoint(point)}b`;
    if (printable(text) !== text) lost.push(point.toString(16));
  }
  expect(lost).toEqual([]);
});

it('no list is mapped with the function quote itself, which would take the index of a text for its limit', () => {
  const root = path.resolve(import.meta.dirname, '..');
  const sources = globSync('{packages/*,conformance/*,docs,docs/verifier,spec,spec/tools}/src/**/*.ts', { cwd: root });
  expect(sources).toContain(path.join('packages', 'sigstore', 'src', 'token.ts'));
  const mapped = (file: string) =>
    /\.(?:map|flatMap)\((?:quote|escapeHidden)\)/.test(readFileSync(path.join(root, file), 'utf8'));
  expect(sources.filter(mapped)).toEqual([]);
});
