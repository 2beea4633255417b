import { expect, test } from 'vitest';
import { normaliseFlags } from './flags.ts';

const known = new Map([
  ['--private-key', true],
  ['--password', true],
  ['--json', false],
]);

test.each([
  [
    ['--private_key', 'my_key'],
    ['--private-key', 'my_key'],
  ],
  [['--private_key=my_key'], ['--private-key=my_key']],
  [
    ['--password', '--my_secret'],
    ['--password', '--my_secret'],
  ],
  [
    ['--password', '--'],
    ['--password', '--'],
  ],
  [
    ['my_model', '-q', '-'],
    ['my_model', '-q', '-'],
  ],
  [
    ['--', '--my_model'],
    ['--', '--my_model'],
  ],
  [['--password'], ['--password']],
])('makes %j into %j', (argv, expected) => {
  expect(normaliseFlags(argv, known)).toEqual(expected);
});

test('drops the value of an unknown flag, which may be a secret', () => {
  expect(normaliseFlags(['--passwrd=hunter2'], known)).toEqual(['--passwrd']);
});
