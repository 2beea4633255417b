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
 * @throws {PolicyError} `policy/no-rule`, also for a name in a second spelling (`/a/../b`, `/a//b`, `/a/`), which patterns could miss;
 * and for one in a store for which another rule would decide if its case were ignored, as a hub ignores it
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
  const found = firstMatch(policy, read);
  const other = read.revision === null ? found : firstMatch(policy, read, true);
  if (other !== null && other.index !== found?.index) {
    throw new PolicyError(
      'policy/no-rule',
      `the name ${quote(name)} is refused: rule ${other.index + 1} (${quote(other.pattern)}) has it in another case, and a hub takes both for one model: write the name as that rule does`,
    );
  }
  if (found !== null) return found;
  throw new PolicyError(
    'policy/no-rule',
    `no rule of the policy is for ${quote(name)}, and a model without a rule is refused`,
  );
}

/**
 * Whether a rule decides on a name only if case is ignored, so that the name is refused whatever rules are added behind it.
 * @param name what the caller calls the model
 */
export function isInOtherCase(policy: Policy, name: string): boolean {
  const read = readModelName(name);
  if (typeof read === 'string' || read.revision === null) return false;
  const other = firstMatch(policy, read, true);
  return other !== null && other.index !== firstMatch(policy, read)?.index;
}

function firstMatch({ rules }: Policy, name: ModelName, ignoresCase = false): MatchedRule | null {
  const given = ignoresCase ? { ...name, base: name.base.toLowerCase(), text: name.text.toLowerCase() } : name;
  for (const [index, rule] of rules.entries()) {
    const pattern = rule.match.find((text) => {
      const read = readNamePattern(text);
      if (typeof read === 'string') return false;
      return patternMatches(ignoresCase ? { ...read, base: read.base.toLowerCase() } : read, given);
    });
    if (pattern !== undefined) return { rule, index, pattern };
  }
  return null;
}
