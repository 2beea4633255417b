/** What is probably not meant in a policy that can be used nevertheless. The table is closed. */
export type PolicyProblemCode =
  /** No name reaches the rule, because earlier ones match all of its names. */
  | 'unreachable-rule'
  /** No name reaches the pattern, because earlier ones match all of its names. */
  | 'unreachable-pattern'
  /** There are too many patterns to find every one that no name reaches. */
  | 'not-compared'
  /** A pattern of a rule that can accept matches every name, every path, or every name in a hub or in registries. */
  | 'matches-everything'
  /** A pattern is for names that are neither paths nor in a store, so that only a name that the caller chose matches. */
  | 'chosen-names-only'
  /** A pattern of a rule that rejects states a revision, and the same model has other names without it. */
  | 'rejects-one-revision'
  /** An identity pattern matches every identity. */
  | 'identity-matches-everything'
  /** A "." in an identity pattern matches any character, between letters, where a dot is usually meant. */
  | 'unescaped-dot'
  /** A signer with a certificate accepts every certificate of its authorities. */
  | 'any-certificate'
  /** Two names are of one signer, who counts once. */
  | 'same-signer'
  /** No rule names the signer. */
  | 'unused-signer'
  /** The signer's last valid day, or the last one of every certificate that it trusts, has passed. */
  | 'expired-signer'
  /** A rule needs more signers than it names. */
  | 'threshold-unreachable'
  /** A rule needs a verified time, which a signer's signatures never have. */
  | 'no-verified-time'
  /** No time is both after the first moment and before the last. */
  | 'empty-period'
  /** Every root digest that the rule accepts is revoked. */
  | 'pinned-and-revoked';

export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** An `error` is a mistake, or accepts more than is usually meant; a `warning` may be meant. */
  readonly severity: 'error' | 'warning';
  /** The place in the document, as a JSON pointer. */
  readonly pointer: string;
  /** Printable. */
  readonly message: string;
}
