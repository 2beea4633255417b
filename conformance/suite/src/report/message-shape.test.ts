import { expect, it } from 'vitest';
import { messageShape } from './message-shape.ts';

it.each([
  ['names of files', 'refused: "a.bin" is missing', 'refused: "weights/b.bin" is missing'],
  ['paths', 'cannot open $CASE/work/model: no such file', 'cannot open /srv/x/y: no such file'],
  ['numbers and digests', 'line 3: expected 5d41402abc4b2a76', 'line 41: expected 7d793037a0760186'],
  ['everything after the first line', 'ValueError: bad\n  at a', 'ValueError: bad\n  at b'],
])('messages that differ only in %s have one shape', (_, one, other) => {
  expect(messageShape(one)).toBe(messageShape(other));
});

it.each([
  ['words', 'refused: no such key', 'refused: no such file'],
  ['the vector that they name', 'its control bundle_plain was refused', 'its control bundle_base64 was refused'],
  ['the class of a reason', 'refused as model/missing', 'refused as model/modified'],
  ['a word behind an apostrophe', "it isn't a key, it's a file", "it isn't a key, it's a link"],
])('messages that differ in %s have different shapes', (_, one, other) => {
  expect(messageShape(one)).not.toBe(messageShape(other));
});

it('the shape of a long message without an end is found at once', () => {
  for (const text of ['"'.repeat(1e6), 'a/'.repeat(1e6), "x'".repeat(1e6), '0'.repeat(1e6), 'a_'.repeat(1e6)]) {
    expect(messageShape(text).length).toBeLessThan(1000);
  }
});
