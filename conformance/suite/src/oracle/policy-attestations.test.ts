import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type LoadedVector, loadAllVectors } from '../vectors/load.ts';
import { canJudge, judgeVector } from './judge-vector.ts';

interface Attestation {
  predicateType?: string;
  signedBy?: string[];
  more?: boolean;
}

interface Policy {
  models: { require?: { signedBy: string[]; attestations?: Attestation[] } }[];
}

/** A vector whose policy accepts by its only rule. */
const accepted = loadAllVectors().find(({ vector, directory }) => {
  const { inputs, expect } = vector;
  if (inputs.policy === undefined || expect.outcome !== 'accept' || !canJudge(vector)) return false;
  const { models }: Policy = JSON.parse(readFileSync(path.join(directory, inputs.policy), 'utf8'));
  return models.length === 1 && models[0]?.require !== undefined;
}) as LoadedVector;

/** What the oracle says if the rule requires these attestations. */
function judged(attestations: (signedBy: string[]) => Attestation[]) {
  const { vector, directory } = accepted;
  const folder = mkdtempSync(path.join(tmpdir(), 'policy-'));
  try {
    const policy: Policy = JSON.parse(readFileSync(path.join(directory, vector.inputs.policy as string), 'utf8'));
    const required = policy.models[0]?.require;
    if (required) required.attestations = attestations(required.signedBy);
    const file = path.join(folder, 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const inputs = { ...vector.inputs, policy: path.relative(directory, file) as 'policy.json' };
    return judgeVector({ ...accepted, vector: { ...vector, inputs } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const predicateType = 'https://example.com/v1';

it('A rule may require no attestations', () => {
  expect(judged(() => [])).toMatchObject({ outcome: 'accept' });
});

it('A model without the attestations that its rule requires is refused', () => {
  const refusal = { outcome: 'reject', reason: 'policy/attestation' };
  expect(judged((signedBy) => [{ predicateType, signedBy }])).toMatchObject(refusal);
  expect(judged((signedBy) => Array(100).fill({ predicateType, signedBy }))).toMatchObject(refusal);
});

it.each<[string, (signedBy: string[]) => Attestation[]]>([
  ['without a type', (signedBy) => [{ signedBy }]],
  ['whose type is no URI', (signedBy) => [{ predicateType: 'vuln', signedBy }]],
  ['whose type is too long', (signedBy) => [{ predicateType: `a:${'b'.repeat(999)}`, signedBy }]],
  ['without signers', () => [{ predicateType }]],
  ['with an empty list of signers', () => [{ predicateType, signedBy: [] }]],
  ['by a signer that the policy does not define', () => [{ predicateType, signedBy: ['nameless'] }]],
  ['with another member', (signedBy) => [{ predicateType, signedBy, more: true }]],
  ['a hundred and first time', (signedBy) => Array(101).fill({ predicateType, signedBy })],
])('A policy is refused that requires an attestation %s', (_what, attestations) => {
  expect(judged(attestations)).toMatchObject({ outcome: 'reject', reason: 'policy/invalid' });
});
