import { expect, it } from 'vitest';
import { firstLine, mainLine } from './main-line.ts';

it.each([
  ['one line', 'refused\n', 'refused'],
  ['a log before the error', 'INFO starts\nthe digest differs\n\n', 'the digest differs'],
  [
    'a list',
    'INFO starts\nError: files differ:\n  a.bin: changed\n  b.bin: gone\n',
    'Error: files differ: a.bin: changed',
  ],
  ['an error and a usage', 'Error: no such flag\nUsage:\n  it [flags]\n', 'Error: no such flag'],
  ['a usage alone', 'usage: it [flags]\nit: error: no such flag\n', 'it: error: no such flag'],
  ['nothing', '\n', ''],
  ['a colon at the end', 'files differ:\n', 'files differ:'],
])('the line that says what is wrong is found in %s', (_, output, expected) => {
  expect(mainLine(output)).toBe(expected);
});

it('a message of several lines is cut to the first, with what follows its colon', () => {
  expect(firstLine('it differs:\n  a.bin\n  b.bin')).toBe('it differs: a.bin');
  expect(firstLine('it differs\nnot shown')).toBe('it differs');
  expect(mainLine(`${'x'.repeat(400)}`)).toHaveLength(301);
});
