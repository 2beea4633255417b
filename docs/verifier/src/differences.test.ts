import type { Difference } from '@model-signing/core';
import { expect, it } from 'vitest';
import { countsOf, matching } from './differences.ts';

const differences: readonly Difference[] = [
  { kind: 'modified', path: 'config.json' },
  { kind: 'missing', path: 'weights/A.bin' },
  { kind: 'missing', path: 'weights/b.bin' },
];

it('differences are filtered by their kind, and by a part of the name in any case', () => {
  const namesOf = (filter: Parameters<typeof matching>[1]) => matching(differences, filter).map(({ path }) => path);
  expect(namesOf({ kind: null, text: '' })).toHaveLength(3);
  expect(namesOf({ kind: 'missing', text: '' })).toEqual(['weights/A.bin', 'weights/b.bin']);
  expect(namesOf({ kind: 'missing', text: 'a.b' })).toEqual(['weights/A.bin']);
  expect(namesOf({ kind: 'unsigned', text: '' })).toEqual([]);
});

it('differences are counted by their kinds', () => {
  expect([...countsOf(differences)]).toEqual([
    ['modified', 1],
    ['missing', 2],
  ]);
});
