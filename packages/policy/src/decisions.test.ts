import { isOmsError } from '@model-signing/core';
import { describe, expect, it } from 'vitest';
import { evaluationOf, type PolicyEvaluation } from './evaluation.ts';
import { loadPolicy } from './load.ts';
import { PolicyError } from './policy-error.ts';
import { policyVerifier } from './policy-verifier.ts';
import { DecisionWorld } from './testing/decision-world.ts';
import { type Decision, policyOf, table } from './testing/decisions.ts';

const world = new DecisionWorld();

/** What was decided, in the words of the table. */
type Outcome = Pick<Decision, 'accepts' | 'refuses' | 'reports'> & { readonly evaluation: PolicyEvaluation | null };

async function decide(decision: Decision): Promise<Outcome> {
  const { model, signatures, attestations, rootOf } = await world.prepare(decision);
  const now = () => new Date(decision.now ?? table.now);
  try {
    const policy = await loadPolicy(policyOf(decision, rootOf), { readFile: world.readFile });
    const verifier = policyVerifier(policy, decision.name ?? table.name, { openSigstore: world.openSigstore, now });
    const result = await verifier.verify(model, signatures, { attestations });
    if (result.refusal) return { reports: result.refusal.code, evaluation: result };
    return { accepts: result.counted.map(({ signer }) => signer), evaluation: result };
  } catch (error) {
    if (!(error instanceof PolicyError || isOmsError(error))) throw error;
    return { refuses: error.code, evaluation: evaluationOf(error) };
  }
}

describe('the table of decisions', () => {
  it.each(table.decisions)('$title ($id)', async (decision) => {
    const { evaluation, ...outcome } = await decide(decision);
    const { accepts, refuses, reports, notCounted = {} } = decision;
    const wanted = Object.entries({ accepts, refuses, reports }).filter(([, value]) => value !== undefined);
    expect(outcome).toEqual(Object.fromEntries(wanted));
    const codes = evaluation?.notCounted.map(({ signature, code }) => [signature, code]) ?? [];
    expect(Object.fromEntries(codes)).toMatchObject(notCounted);
    if (evaluation) {
      expect(evaluation.counted.length + evaluation.notCounted.length).toBe(decision.signatures.length);
      expect(evaluation.enforced).toBe(reports === undefined && evaluation.mode === 'enforce');
    }
  });

  it('the table has at least forty decisions, and each code of a refusal that a policy can have for a model', () => {
    expect(table.decisions.length).toBeGreaterThanOrEqual(40);
    const codes = new Set(table.decisions.map(({ refuses }) => refuses));
    const policyCodes = [
      'invalid',
      'file-unusable',
      'no-rule',
      'rejected',
      'signer',
      'threshold',
      'requirement',
      'revoked',
      'attestation',
    ];
    expect([...codes]).toEqual(expect.arrayContaining(policyCodes.map((code) => `policy/${code}`)));
    expect(new Set(table.decisions.map(({ id }) => id)).size).toBe(table.decisions.length);
  });
});
