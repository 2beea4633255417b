import type { RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { publicKeyFile } from '../keys.ts';
import { accept, type Outcome, type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { plainModel } from './models.ts';

/** The plainest acceptance by a policy, of which nearly all other vectors of policies are variants. */
export const KEY = 'policy_key';

/** What the callers of these vectors call the model. */
export const NAME = '/srv/models/acme/one';

const alice = { method: 'key', publicKeyFile: publicKeyFile('p256-a') };
const bob = { method: 'key', publicKeyFile: publicKeyFile('p256-b') };

/** A policy with two signers and one rule, for which the first of them signs. */
export const base: Forged = {
  policyVersion: 1,
  signers: { alice, bob },
  models: [{ match: ['/srv/models/acme/*'], require: { signedBy: ['alice'] } }],
};

export const plainest: VerifyRecipe = {
  id: KEY,
  kind: 'verify',
  profile: 'policy',
  title: 'the signer that the only rule names has signed with a key',
  requirements: ['OMS-POLICY-2', 'OMS-POLICY-4', 'OMS-POLICY-9', 'OMS-POLICY-11', 'OMS-POLICY-29'],
  model: plainModel,
  policy: base,
  inputs: { as: NAME } as VerifyRecipe['inputs'] & object,
  expect: accept({ report: { verdict: 'verified', counted: ['alice'], enforced: true } }),
};

type Change = Omit<VerifyRecipe, 'kind' | 'from' | 'id' | 'title' | 'requirements' | 'expect'>;
export type Edit = (policy: Forged) => void;

/** A vector that differs from its control by an edit of the policy, or by another change. */
export function byPolicy(
  from: string,
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Edit | Change,
  outcome: Outcome = accept(),
): VerifyRecipe {
  const changes = typeof change === 'function' ? { policy: change } : change;
  return variant(from, `policy_${id}`, title, requirements, changes, outcome);
}

/** An edit of what the first rule requires. */
export const requiring =
  (members: object): Edit =>
  (policy) =>
    Object.assign(policy.models[0].require, members);
