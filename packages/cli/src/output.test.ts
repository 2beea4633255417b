import { expect, test } from 'vitest';
import { describeDifferences, listed } from './output.ts';

const plain = (_style: unknown, text: string) => text;

test('differences are listed by kind, each with its own symbol', () => {
  const lines = describeDifferences(
    [
      { kind: 'unsigned', path: 'a' },
      { kind: 'modified', path: 'b', expected: '12 bytes', actual: '10 bytes' },
      { kind: 'modified', path: 'c', range: [0, 100], expected: 'aa', actual: 'bb' },
      { kind: 'missing', path: 'd' },
    ],
    plain,
  );
  expect(lines).toEqual([
    '~ modified b (10 bytes, signed with 12 bytes)',
    '~ modified c (bytes 0 to 100)',
    '- missing  d',
    '+ unsigned a',
  ]);
});

test('a list of differences stops at twenty of each kind and says how many more there are', () => {
  const missing = Array.from({ length: 25 }, (_, i) => ({ kind: 'missing' as const, path: `m${i}` }));
  const lines = describeDifferences([...missing, { kind: 'unsigned', path: 'u' }], plain);
  expect(lines).toHaveLength(22);
  expect(lines.slice(-2)).toEqual(['- and 5 more missing (--json lists all)', '+ unsigned u']);
});

test('control characters in the name of a file are escaped', () => {
  expect(describeDifferences([{ kind: 'unsigned', path: '\u001b[2J' }], plain)).toEqual(['+ unsigned "\\u{1b}[2J"']);
});

test('a list of names stops at twenty and says how many more there are', () => {
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(listed(Array.from({ length: 22 }, () => 'x'))).toMatch(/x and 2 more/);
});
