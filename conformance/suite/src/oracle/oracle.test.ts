import { describe, expect, it } from 'vitest';
import { loadAllVectors } from '../vectors/load.ts';
import { defectsOf, judgeVector, kills, signerFailure, verifierFailure } from './kills.ts';

const loaded = loadAllVectors().filter(({ vector }) => !vector.heavy);
const verifying = loaded.filter(({ vector, bundle }) => bundle && vector.inputs.method !== 'sigstore');
const signing = loaded.filter(({ vector }) => vector.kind === 'sign' && vector.inputs.method === 'key');
const byId = new Map(loaded.map((each) => [each.vector.id, each]));

describe('the oracle', () => {
  it('judges every vector as the vector expects', () => {
    const failures = [
      ...verifying.map((each) => [each.vector.id, verifierFailure(each)]),
      ...signing.map((each) => [each.vector.id, signerFailure(each)]),
    ];
    expect(failures.filter(([, failure]) => failure !== null)).toEqual([]);
    expect(failures.length).toBeGreaterThan(700);
  });

  it('accepts a refused vector once the check is out that the vector is about, or the vector says why not', () => {
    const refused = verifying.filter(({ vector }) => vector.expect.outcome === 'reject');
    const wrong = refused.filter((each) => {
      const [requirement] = each.vector.requirements;
      const defects = requirement ? defectsOf(requirement) : [];
      const isolated = defects.some((defect) => judgeVector(each, [defect]).outcome === 'accept');
      return isolated === (each.vector.exempt !== undefined);
    });
    expect(wrong.map(({ vector }) => vector.id)).toEqual([]);
  });

  it('finds every defect that it can be given', () => {
    const found = kills(loaded);
    expect(found.filter(({ vector }) => vector === null).map(({ role, defect }) => `${role} ${defect}`)).toEqual([]);
    expect(found.length).toBeGreaterThan(300);
  }, 300_000);
});

it('compares each refusal with a control that an implementation of the same profiles can pass', () => {
  const wrong = loaded.filter(({ vector }) => {
    const control = vector.control === undefined ? undefined : byId.get(vector.control)?.vector;
    return control && control.profile !== 'core' && control.profile !== vector.profile;
  });
  expect(wrong.map(({ vector }) => `${vector.id} (${vector.profile})`)).toEqual([]);
});
