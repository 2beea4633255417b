import { expect, it } from 'vitest';
import { pinQuestion } from './key-reference.ts';

const token = { label: 'release', serial: '1', manufacturer: 'maker', model: 'model', isFinalTry: false };

it('the prompt for a PIN names the token, and warns of the last try', () => {
  expect(pinQuestion(token)).toBe('PIN of the token "release"');
  expect(pinQuestion({ ...token, isFinalTry: true })).toContain('locks it');
});

it.each(['a\u001b[2J', 'a\u001b]0;title\u0007', 'a\u202eb', 'a\r\nPIN of the token "b"', 'a": b "'])(
  'a label such as %j writes nothing but itself to the terminal',
  (label) => {
    expect(pinQuestion({ ...token, label })).toMatch(/^PIN of the token "(?:[\x20-\x7e]*)"$/);
    expect(pinQuestion({ ...token, label })).not.toContain(label);
  },
);
