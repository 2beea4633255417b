import type { ErrorCode, OmsError, SignerIdentity, Verification } from '@model-signing/core';
import type { JudgedAttestations } from './judged-attestations.ts';
import type { PolicyMode, PolicyRule } from './policy.ts';
import type { PolicyErrorCode } from './policy-error-code.ts';

/** How a policy judged the signatures of a model, accepted or not. Names of signatures are as the caller gave them. */
export interface PolicyEvaluation {
  /** What the caller calls the model. */
  readonly name: string;
  /** The rule that decides, its place in the policy counted from 0, and its pattern that matched; null if no rule is for the name. */
  readonly rule: PolicyRule | null;
  readonly index: number | null;
  readonly pattern: string | null;
  /** That of the rule, or of the policy if there is no rule. */
  readonly mode: PolicyMode;
  /** Whether a refusal is thrown: false in the mode `warn`. */
  readonly enforced: boolean;
  /** How many different signers must have signed; 0 if no rule asks for any. */
  readonly threshold: number;
  /** One signature of each different signer that counts, in the order of the signatures. */
  readonly counted: readonly CountedSignature[];
  /** All other signatures, in their order. */
  readonly notCounted: readonly UncountedSignature[];
  /** How the attestations that the rule requires were judged; null if it requires none, or if too few signatures count. */
  readonly attestations: JudgedAttestations | null;
}

/** A signature that counts: by a signer of the rule, meeting each requirement, and of this model. */
export interface CountedSignature {
  readonly signature: string;
  /** The name in the policy of the signer for which it counts. */
  readonly signer: string;
  /** All names in the rule that accept the signature, in the order of the rule. */
  readonly signers: readonly string[];
  readonly identity: SignerIdentity;
  /** The verified time of the signature in ISO 8601, or null if there is none, so that the clock decided whether the signer counts. */
  readonly time: string | null;
  readonly timeFrom: TimeSource;
  readonly verification: Verification;
}

/** Where the time comes from at which a signer must count: a verified timestamp, Sigstore's logs and timestamps, or the clock. */
export type TimeSource = 'timestamp' | 'sigstore' | 'clock';

/** A signature that does not count. */
export interface UncountedSignature {
  readonly signature: string;
  /** The name in the policy of the signer, or null if it is by none that the rule names. */
  readonly signer: string | null;
  readonly identity: SignerIdentity | null;
  /** `policy/same-signer`: it would count if no other signature by the same signer did. */
  readonly code: PolicyErrorCode | ErrorCode | 'policy/same-signer';
  /** Printable. */
  readonly message: string;
}

/**
 * The result of judging a model by a policy: accepted exactly if `refusal` is null. In the mode `enforce` there is no result with a refusal, because
 * it is thrown.
 */
export type PolicyVerification = PolicyEvaluation &
  (
    | {
        /** What the first counted signature says about the model. */
        readonly verification: Verification;
        readonly refusal: null;
      }
    | {
        /** What the first signature that counted says, if any did. */
        readonly verification: Verification | null;
        /** What the mode `enforce` would have thrown. */
        readonly refusal: PolicyRefusal;
      }
  );

/** Why a policy does not accept a model: a `PolicyError`, or an `OmsError` about the model or its signature. */
export type PolicyRefusal = Error & { readonly code: PolicyErrorCode | ErrorCode };

const evaluations = new WeakMap<object, PolicyEvaluation>();

/** Attaches the evaluation to an error that has no place for it. */
export function withEvaluation(error: OmsError, evaluation: PolicyEvaluation): OmsError {
  evaluations.set(error, evaluation);
  return error;
}

/**
 * What was counted and what not before a policy refused a model: of a `PolicyError` or an `OmsError` that the verifier of a policy
 * threw. Null for any other value.
 */
export function evaluationOf(error: unknown): PolicyEvaluation | null {
  if (typeof error !== 'object' || error === null) return null;
  const { evaluation } = error as { readonly evaluation?: PolicyEvaluation | null };
  return evaluations.get(error) ?? evaluation ?? null;
}
