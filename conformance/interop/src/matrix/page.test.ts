import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { markdownCell } from '../../../suite/src/report/escape.ts';
import { allCases } from '../peer/all-cases.ts';
import { lists, readKnownDifferences } from '../peer/known-differences.ts';
import { interopPage } from './page.ts';

const page = interopPage();
/** The part about models; the other one is about attestations. */
const [models = ''] = page.split('\n## Attestations');

it('the page about interoperability is the one that the cases and the known differences give', () => {
  const file = path.resolve(import.meta.dirname, '../../../../docs/interop.md');
  expect(readFileSync(file, 'utf8'), 'run npm run findings, or npm run attestations').toBe(page);
});

it('the page about interoperability has a row for each case', () => {
  const rows = models.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| signer'));
  expect(rows).toHaveLength(allCases.length);
});

it('the page about interoperability gives each reason once, and a cell leads to each', () => {
  const known = readKnownDifferences(lists.python).filter(({ step }) => step !== 'digest' && step !== 'installation');
  const reasons = new Set(known.map(({ reason }) => reason));
  for (const reason of reasons) expect(models.split(markdownCell(reason))).toHaveLength(2);
  const numbers = new Set([...models.matchAll(/\*\* \((\d+)\)/g)].map(([, number]) => Number(number)));
  expect([...numbers].sort((one, other) => one - other)).toEqual([...reasons].map((_, index) => index + 1));
});
