import { expect, it } from 'vitest';
import { judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import { verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { DefectFinder, unfindable } from './find-defects.ts';

const loaded = loadAllVectors();
const finder = new DefectFinder(loaded);

/** The defects and choices that leave out a check of a requirement. */
function defectsOf(requirement: string | undefined): Defect[] {
  const all: [string, readonly string[]][] = [
    ...Object.entries(verifierDefects).map(([defect, broken]): (typeof all)[number] => [defect, [broken].flat()]),
    ...Object.entries(verifierChoices).map(([choice, [about]]): (typeof all)[number] => [choice, [about]]),
  ];
  return all.filter(([, broken]) => broken.includes(requirement ?? '')).map(([defect]) => defect as Defect);
}

it('Every refused vector is accepted once its check is removed, or says why not', () => {
  const refused = loaded.filter(
    ({ vector, bundle }) =>
      bundle && !vector.heavy && vector.inputs.method !== 'sigstore' && vector.expect.outcome === 'reject',
  );
  const wrong = refused.filter((each) => {
    const defects = defectsOf(each.vector.requirements[0]);
    const isolated = defects.some(
      (defect) => judgeVector(each, [defect], finder.exclusionsBefore(each)).outcome === 'accept',
    );
    return isolated === (each.vector.exempt !== undefined);
  });
  expect(wrong.map(({ vector }) => vector.id)).toEqual([]);
  expect(refused.length).toBeGreaterThan(400);
});

it('A sample of the defects is found by vectors that name the broken requirements', () => {
  const findings = [...finder.find({ oneIn: 20 })];
  expect(findings.filter(({ defect, vector }) => vector === null && !(defect in unfindable))).toEqual([]);
  expect(findings.length).toBeGreaterThan(20);
});

it('A defect that no vector finds is reported as not found', () => {
  const none = new DefectFinder(loaded.filter(({ vector }) => vector.expect.outcome === 'accept'));
  expect([...none.find({ oneIn: 20 })].some(({ vector }) => vector === null)).toBe(true);
});
