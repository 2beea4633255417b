/** Why a policy does not accept a model, or cannot decide. The table is closed. */
export type PolicyErrorCode =
  /** The document is not a policy: not JSON, not by the schema, or it contradicts itself. */
  | 'policy/invalid'
  /** A file that the policy names cannot be read, or is not what it must be. */
  | 'policy/file-unusable'
  /** The policy file is not signed by the signer that the caller demands. */
  | 'policy/unsigned'
  /** No rule is for this name. */
  | 'policy/no-rule'
  /** The rule for this name refuses every model. */
  | 'policy/rejected'
  /** No signature is by a signer that the rule names. */
  | 'policy/signer'
  /** Fewer signers than the rule demands have signed. */
  | 'policy/threshold'
  /** A signature by a signer that the rule names does not meet another requirement of the rule. */
  | 'policy/requirement'
  /** There is no attestation of a type that the rule requires, by a signer whom it names for that type. */
  | 'policy/attestation'
  /** The signer or what was signed is revoked. */
  | 'policy/revoked'
  /** The model was signed by another signer than the one that was trusted before. */
  | 'policy/signer-changed';
