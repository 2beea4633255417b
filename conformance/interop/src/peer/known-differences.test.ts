import { expect, it } from 'vitest';
import { allCases } from './all-cases.ts';
import { check } from './exchange.ts';
import {
  findKnownDifference,
  type KnownDifference,
  lists,
  parseKnownDifferences,
  readKnownDifferences,
  STEPS,
  type Step,
} from './known-differences.ts';
import type { Outcome } from './process.ts';

const difference: KnownDifference = {
  cases: ['some-case'],
  signer: 'ours',
  step: 'accept',
  reason: 'It cannot.',
  reference: null,
  instead: 'cannot, sorry',
};

it('known differences are listed only for cases that exist, and once per direction', () => {
  const ids = new Set([...allCases.map(({ id }) => id), 'installation']);
  const list = readKnownDifferences(lists.python);
  expect(list.flatMap(({ cases }) => cases.filter((id) => !ids.has(id)))).toEqual([]);
  const directions = list.flatMap(({ cases, signer }) => cases.map((id) => `${id} ${signer}`));
  expect(new Set(directions).size).toBe(directions.length);
});

it('every case has a different id', () => {
  expect(new Set(allCases.map(({ id }) => id)).size).toBe(allCases.length);
});

it.each([
  ['cases', []],
  ['signer', 'theirs'],
  ['step', 'guess'],
  ['reason', 'no sentence'],
  ['reference', 'issue 5'],
  ['instead', '('],
  ['note', 'unknown member'],
])('a list of known differences with a wrong "%s" is refused', (member, value) => {
  const text = JSON.stringify([{ ...difference, [member]: value }]);
  expect(() => parseKnownDifferences(text)).toThrow(`"${member}"`);
});

it('two known differences for one direction of a case are refused', () => {
  const twice = [difference, { ...difference, reason: 'It may not.' }];
  expect(() => findKnownDifference(twice, 'some-case', 'ours', ['accept'])).toThrow('listed 2 times');
});

const results = async function* (...kept: boolean[]) {
  const outcome: Outcome = { command: 'peer', exitCode: 1, output: 'I cannot, sorry\n' };
  for (const [index, each] of kept.entries()) {
    yield { step: STEPS[index] as Step, kept: each, outcome };
  }
};

it('a case passes if the peer fails as listed', async () => {
  await check(results(true, false), difference);
});

it('a case fails if it works although a difference is listed', async () => {
  await expect(check(results(true, true, true), difference)).rejects.toThrow('no longer occurs');
});

it('a case fails if the peer prints something other than what is listed', async () => {
  await expect(check(results(true, false), { ...difference, instead: 'will not' })).rejects.toThrow(
    'something other than',
  );
});

it('a case fails if a step before the listed one fails', async () => {
  await expect(check(results(false), difference)).rejects.toThrow('"sign" failed');
});

it('a case fails if the peer fails and nothing is listed', async () => {
  await expect(check(results(true, false), undefined)).rejects.toThrow('"accept" failed');
});
