import { type MatchedRule, matchRule } from './match.ts';
import type { Policy, PolicyMode, PolicyRequirements, PolicySigner } from './policy.ts';

/** What a policy says about one name. Text from the policy is as it is written there: escape it before printing. */
export interface PolicyExplanation extends MatchedRule {
  readonly name: string;
  readonly mode: PolicyMode;
  /** Those that the rule names, in its order; none if it rejects. */
  readonly signers: readonly ExplainedSigner[];
  /** With every default filled in; null if the rule rejects. */
  readonly require: PolicyRequirements | null;
  readonly revoked: {
    readonly rootDigests: readonly string[];
    readonly signers: readonly { readonly name: string; readonly from: string }[];
  };
}

/** A signer, and what is known of it besides. */
export interface ExplainedSigner {
  readonly signer: PolicySigner;
  /** The time in ISO 8601 from which its signatures no longer count, or null. */
  readonly revokedFrom: string | null;
  /** Other names in the policy for the same signer. */
  readonly sameAs: readonly string[];
}

/**
 * Says which rule decides on a name, which signers count and what is required of their signatures.
 * @throws {PolicyError} `policy/no-rule`
 */
export function explainPolicy(policy: Policy, name: string): PolicyExplanation {
  const matched = matchRule(policy, name);
  const { require, mode } = matched.rule;
  return { name, ...matched, mode, require, signers: [], revoked: { rootDigests: [], signers: [] } };
}
