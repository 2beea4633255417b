import { expect, it } from 'vitest';
import { nearest, unknownName } from './nearest.ts';

it.each([
  ['htlm', 'html'],
  ['jsn', 'json'],
  ['model_modifed', 'model_modified'],
  ['xyzzy', null],
  ['x'.repeat(5000), null],
])('the name that was meant by %s is found, or none', (name, expected) => {
  expect(nearest(name, ['html', 'json', 'model_modified'])).toBe(expected);
});

it('without a similar name, those that exist are named if they are few', () => {
  expect(unknownName('there is no command "x"', 'x', ['run', 'list'])).toBe(
    'there is no command "x"; there are run, list',
  );
  const many = Array.from({ length: 100 }, (_, index) => `vector_${index}`);
  expect(unknownName('there is no vector', 'other', many)).toBe('there is no vector');
});
