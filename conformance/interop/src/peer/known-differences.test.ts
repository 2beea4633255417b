import { expect, it } from 'vitest';
import { allCases } from './all-cases.ts';
import { check } from './exchange.ts';
import {
  findKnownDifference,
  type KnownDifference,
  parseKnownDifferences,
  pythonList,
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

it('lists known differences only for cases that exist, each once per direction', () => {
  const ids = new Set([...allCases.map(({ id }) => id), 'installation']);
  const list = readKnownDifferences(pythonList);
  expect(list.flatMap(({ cases }) => cases.filter((id) => !ids.has(id)))).toEqual([]);
  const directions = list.flatMap(({ cases, signer }) => cases.map((id) => `${id} ${signer}`));
  expect(new Set(directions).size).toBe(directions.length);
});

it('gives every case another id', () => {
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
])('refuses a list of known differences with a wrong "%s"', (member, value) => {
  const text = JSON.stringify([{ ...difference, [member]: value }]);
  expect(() => parseKnownDifferences(text)).toThrow(`"${member}"`);
});

it('refuses two known differences for one direction of a case', () => {
  const twice = [difference, { ...difference, reason: 'It may not.' }];
  expect(() => findKnownDifference(twice, 'some-case', 'ours', ['accept'])).toThrow('listed 2 times');
});

const results = async function* (...kept: boolean[]) {
  const outcome: Outcome = { command: 'peer', exitCode: 1, output: 'I cannot, sorry\n' };
  for (const [index, each] of kept.entries()) {
    yield { step: STEPS[index] as Step, kept: each, outcome };
  }
};

it('passes a case where the peer fails as listed', async () => {
  await check(results(true, false), difference);
});

it('fails a case that works although a difference is listed', async () => {
  await expect(check(results(true, true, true), difference)).rejects.toThrow('is gone');
});

it('fails a case where the peer prints something else than listed', async () => {
  await expect(check(results(true, false), { ...difference, instead: 'will not' })).rejects.toThrow('differently');
});

it('fails a case where an earlier step than the listed one fails', async () => {
  await expect(check(results(false), difference)).rejects.toThrow('"sign" failed');
});

it('fails a case where the peer fails and nothing is listed', async () => {
  await expect(check(results(true, false), undefined)).rejects.toThrow('"accept" failed');
});
