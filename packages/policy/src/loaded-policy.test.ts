import { expect, it } from 'vitest';
import { checkPolicy } from './check.ts';
import { explainPolicy } from './explain.ts';
import { loadPolicy } from './load.ts';
import { matchRule } from './match.ts';
import { policyVerifier } from './policy-verifier.ts';
import { fullPolicy } from './testing/documents.ts';

const calls = {
  checkPolicy,
  explainPolicy: (policy: never) => explainPolicy(policy, 'm'),
  matchRule: (policy: never) => matchRule(policy, 'm'),
  policyVerifier: (policy: never) => policyVerifier(policy, 'm'),
};

it.each(Object.keys(calls))('%s refuses what is not a policy that was read', (name) => {
  const call = calls[name as keyof typeof calls];
  const text = JSON.stringify(fullPolicy());
  for (const value of [fullPolicy(), text, loadPolicy(text), {}, null, undefined]) {
    expect(() => call(value as never)).toThrow(/^the policy must be a policy that `loadPolicy` returned/);
  }
});
