import type { Policy } from './policy.ts';

/** What is wrong with a policy that can be used nevertheless. The table is closed. */
export type PolicyProblemCode =
  /** No name reaches the rule, because earlier ones match all of its names. */
  | 'unreachable-rule'
  /** No name reaches the pattern, because earlier ones match all of its names. */
  | 'unreachable-pattern'
  /** A pattern of a rule that can accept matches every name, or every path or name of one kind. */
  | 'matches-everything'
  /** An identity pattern matches every identity. */
  | 'identity-matches-everything'
  /** A signer with a certificate accepts every certificate of its authorities. */
  | 'any-certificate'
  /** Two names are of one signer, who counts once. */
  | 'same-signer'
  /** No rule names the signer. */
  | 'unused-signer'
  /** The signer's last valid day has passed. */
  | 'expired-signer'
  /** A rule needs more signers than it names, or than still count. */
  | 'threshold-unreachable'
  /** A rule needs a verified time, which some signer's signatures never have. */
  | 'no-verified-time'
  /** The last moment is before the first. */
  | 'empty-period'
  /** The rule pins a root digest that is revoked. */
  | 'pinned-and-revoked';

export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** An `error` is a mistake or accepts more than anyone means; a `warning` may be meant. */
  readonly severity: 'error' | 'warning';
  /** The place in the document, as a JSON pointer. */
  readonly pointer: string;
  /** Printable. */
  readonly message: string;
}

/** Finds what is probably not meant. What `loadPolicy` refuses is not looked for again. */
export function checkPolicy(
  _policy: Policy,
  _options: { readonly now?: Date | undefined } = {},
): readonly PolicyProblem[] {
  return [];
}
