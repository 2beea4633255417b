import type { Policy, PolicyRule } from './policy.ts';
import { PolicyError } from './policy-error.ts';

/** The rule for a name, its place in the policy counted from 0, and its pattern that matched. */
export interface MatchedRule {
  readonly rule: PolicyRule;
  readonly index: number;
  readonly pattern: string;
}

/**
 * Returns the first rule with a pattern that matches what the caller calls the model: the real path of a directory, `hf://…`,
 * `oci://…` or any other name. The name that a bundle states is never one.
 * @throws {PolicyError} `policy/no-rule`, also for a name that is written in a way which patterns could miss
 */
export function matchRule(_policy: Policy, _name: string): MatchedRule {
  throw new PolicyError('policy/no-rule', 'not made yet');
}
