import { expect, it } from 'vitest';
import { judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { DefectFinder, unfindable } from './find-defects.ts';
import { proveOneFault } from './one-fault.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map((each) => [each.vector.id, each]));
const finder = new DefectFinder(loaded);

/** Milliseconds: catches a hang, even on a busy machine. */
const LIMIT = 600_000;

it(
  'Every refused vector has one fault: one check refuses it, or one place differs from its control',
  () => {
    const refused = loaded.filter(({ vector }) => vector.expect.outcome === 'reject' && !vector.heavy);
    const proofs = refused.map((each) => proveOneFault(each, byId.get(each.vector.control ?? '')));
    const problems = proofs.flatMap((proof, at) =>
      typeof proof === 'string' ? [[refused[at]?.vector.id, proof]] : [],
    );
    expect(problems).toEqual([]);
    expect(refused.length).toBeGreaterThan(740);
    expect(proofs.filter((proof) => typeof proof === 'object' && proof.by === 'check').length).toBeGreaterThan(620);
  },
  LIMIT,
);

it('A verifier without any check of names that opens what is listed accepts every vector about a name', () => {
  const lenient = (Object.keys(verifierDefects) as Defect[]).filter((defect) => defect.startsWith('name-may-'));
  // A directory is never opened as a file, whatever its name is.
  const about = loaded.filter(
    ({ vector, bundle }) =>
      bundle && vector.requirements[0] === 'OMS-NAME-6' && vector.id !== 'manifest_dot-of-directory',
  );
  const refused = about.filter((each) => judgeVector(each, lenient).outcome === 'reject');
  expect(refused.map(({ vector }) => vector.id)).toEqual([]);
  expect(about.length).toBeGreaterThan(20);
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
