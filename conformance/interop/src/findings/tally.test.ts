import { expect, it } from 'vitest';
import { markdownTable, tally } from './tally.ts';

const rows = [
  { label: 'before', basis: 'open', state: 'observed' },
  { label: 'before', basis: 'public', state: 'pass' },
  { label: 'before', basis: 'public', state: 'pass-unclassified' },
  { label: 'before', basis: 'public', state: 'fail-accepted' },
  { label: 'after', basis: 'public', state: 'timeout' },
];

it('results are counted by run and by what their vectors rest on, what binds every implementation first', () => {
  const found = tally(rows);
  expect(found.map(({ label, basis }) => `${label} ${basis}`)).toEqual([
    'before public',
    'before open',
    'after public',
  ]);
  expect(found[0]?.counts).toMatchObject({ passed: 2, 'accepted wrongly': 1, observed: 0 });
  expect(found[2]?.counts).toMatchObject({ 'other failures': 1 });
});

it('the counts of a run add up to its results', () => {
  const sum = tally(rows)
    .flatMap(({ counts }) => Object.values(counts))
    .reduce((one, other) => one + other, 0);
  expect(sum).toBe(rows.length);
});

it('the table of counts has a line for each run and basis', () => {
  expect(markdownTable(tally(rows)).trim().split('\n')).toHaveLength(2 + 3);
});
