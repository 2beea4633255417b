import type { Model, OpenSignatureOptions, SigstoreIdentity, Verifier, VerifySignedOptions } from '@model-signing/core';
import type { PolicyVerification } from './evaluation.ts';
import { matchRule } from './match.ts';
import type { Policy, PolicyMode, PolicyRule, PolicySigstoreSigner } from './policy.ts';

export interface PolicyVerifierOptions {
  /**
   * Makes the verifier for a Sigstore signer, such as `sigstoreVerifier` of `@model-signing/sigstore`; called when the first Sigstore
   * bundle is judged. Needed if the rule or a revocation names such a signer.
   */
  readonly openSigstore?: ((signer: PolicySigstoreSigner) => Promise<Verifier<SigstoreIdentity>>) | undefined;
  /** The clock that decides on `validUntil` where a signature has no verified time. Default: the one of this machine. */
  readonly now?: (() => Date) | undefined;
}

/** Options of judging a model. What a signature may leave out or follow is up to the rule. */
export interface PolicyVerifyOptions
  extends Omit<VerifySignedOptions, 'allowSymlinks' | 'ignoreUnsignedFiles' | 'ignoredFiles' | 'strict'>,
    Pick<OpenSignatureOptions, 'draft'> {}

/** A signature file of a model, with the name by which results refer to it. */
export interface PolicySignature {
  readonly name: string;
  readonly bundle: Uint8Array;
}

/** Judges models of one name by a policy. */
export interface PolicyVerifier {
  /** The rule that decides, its place in the policy counted from 0, and its pattern that matched; null if no rule is for the name. */
  readonly rule: PolicyRule | null;
  readonly index: number | null;
  readonly pattern: string | null;
  /** That of the rule, or of the policy if there is no rule. */
  readonly mode: PolicyMode;
  /**
   * Verifies that enough signers of the rule signed the model, and that their signatures meet its requirements. The model is hashed
   * once, and only if enough of the signatures would count.
   * @throws {PolicyError} `policy/signer`, `policy/threshold`, `policy/requirement`, `policy/revoked`; with the evaluation
   * @throws {OmsError} for a model that is not what was signed, and for a bundle that no policy could accept; {@link evaluationOf} has the evaluation
   */
  verify(
    model: Model,
    signatures: readonly PolicySignature[],
    options?: PolicyVerifyOptions,
  ): Promise<PolicyVerification>;
}

/**
 * Finds the rule of a policy for a model, and returns what judges it.
 *
 * In the mode `warn` nothing that the policy says is thrown: the result has the refusal instead, also if no rule is for the name.
 * @param name what the caller calls the model, never a name from a bundle
 * @throws {PolicyError} `policy/no-rule`, `policy/rejected`
 */
export function policyVerifier(policy: Policy, name: string, _options: PolicyVerifierOptions = {}): PolicyVerifier {
  const { rule, index, pattern } = matchRule(policy, name);
  return {
    rule,
    index,
    pattern,
    mode: rule.mode,
    verify: async () => {
      throw new Error('policyVerifier is not implemented yet');
    },
  };
}
