import { expect, it } from 'vitest';
import { loadAllVectors } from '../vectors/load.ts';
import { neededProfiles } from '../vectors/needed-profiles.ts';
import { canJudge, signerFailure, verifierFailure } from './judge-vector.ts';

const loaded = loadAllVectors().filter(({ vector }) => !vector.heavy);
const verifying = loaded.filter(({ vector, bundle }) => bundle && canJudge(vector));
const signing = loaded.filter(
  ({ vector }) => vector.kind === 'sign' && vector.inputs.method === 'key' && canJudge(vector),
);
const byId = new Map(loaded.map((each) => [each.vector.id, each]));

it('The oracle judges every vector as the vector expects', () => {
  const failures = [
    ...verifying.map((each) => [each.vector.id, verifierFailure(each)]),
    ...signing.map((each) => [each.vector.id, signerFailure(each)]),
  ];
  expect(failures.filter(([, failure]) => failure !== null)).toEqual([]);
  expect(failures.length).toBeGreaterThan(700);
});

it('Each refusal has a control that an implementation of the same profiles can pass', () => {
  const wrong = loaded.filter(({ vector }) => {
    const control = vector.control === undefined ? undefined : byId.get(vector.control)?.vector;
    const possible: readonly string[] = ['core', ...neededProfiles(vector)];
    return control && neededProfiles(control).some((profile) => !possible.includes(profile));
  });
  expect(wrong.map(({ vector }) => `${vector.id} (${vector.profile})`)).toEqual([]);
});
