import { quote } from '@model-signing/core';
import { checkLoaded } from './loaded-policy.ts';
import { type ModelName, readModelName } from './model-name.ts';
import { patternMatches, readNamePattern } from './name-pattern.ts';
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
 *
 * A pattern matches the whole name: `*` any characters but `/`, `**` any characters. A pattern for `hf://` or `oci://` without a
 * revision, tag or digest matches every one, and one with a revision only names that are written with it.
 * @throws {PolicyError} `policy/no-rule`, also for a name in a second spelling (`/a/../b`, `/a//b`, `/a/`), which patterns could miss
 *
 * @example
 * const { rule, pattern } = matchRule(policy, 'hf://acme/model@v1');
 */
export function matchRule(policy: Policy, name: string): MatchedRule {
  checkLoaded(policy);
  if (typeof name !== 'string') throw new TypeError('the name of the model must be a string');
  const read = readModelName(name);
  if (typeof read === 'string') {
    throw new PolicyError(
      'policy/no-rule',
      `no rule is for the name ${quote(name)}: ${read}, and patterns match plain names only`,
    );
  }
  for (const [index, rule] of policy.rules.entries()) {
    const pattern = rule.match.find((each) => matches(each, read));
    if (pattern !== undefined) return { rule, index, pattern };
  }
  throw new PolicyError(
    'policy/no-rule',
    `no rule of the policy is for ${quote(name)}, and a model without a rule is refused`,
  );
}

function matches(text: string, name: ModelName): boolean {
  const pattern = readNamePattern(text);
  return typeof pattern !== 'string' && patternMatches(pattern, name);
}
