import { checkEach, validDate } from '@model-signing/x509/options';
import { checkLoaded } from './loaded-policy.ts';
import { patternProblems } from './pattern-problems.ts';
import type { Policy } from './policy.ts';
import type { PolicyProblem } from './problem.ts';
import { requirementProblems } from './requirement-problems.ts';
import { signerProblems } from './signer-problems.ts';

export interface CheckPolicyOptions {
  /** The time at which signers may have expired. Default: now. */
  readonly now?: Date | undefined;
}

/**
 * Finds what is probably not meant in a policy: rules that are never reached, patterns that match everything, two names for one signer,
 * requirements that no signature meets. What is certainly wrong, `loadPolicy` refuses.
 * @returns the problems by their places in the document; none is a reason for a verdict
 *
 * @example
 * for (const { severity, pointer, message } of checkPolicy(policy)) console.log(`${severity} ${pointer}: ${message}`);
 */
export function checkPolicy(policy: Policy, options: CheckPolicyOptions = {}): readonly PolicyProblem[] {
  checkLoaded(policy);
  const { now = new Date() } = checkEach(options, { now: validDate });
  return [...signerProblems(policy, now), ...patternProblems(policy), ...requirementProblems(policy)];
}
