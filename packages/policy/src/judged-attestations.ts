import type { ErrorCode, SignerIdentity } from '@model-signing/core';
import type { RequiredAttestation } from './policy.ts';
import type { PolicyErrorCode } from './policy-error-code.ts';

/** An attestation of a model, with the name by which results refer to it. */
export interface PolicyAttestation {
  readonly name: string;
  readonly bundle: Uint8Array;
}

/** Attestations, perhaps of a file that is read as they are judged. */
export type PolicyAttestations = Iterable<PolicyAttestation> | AsyncIterable<PolicyAttestation>;

/** What became of an attestation that a rule requires. */
export interface JudgedRequirement extends RequiredAttestation {
  /** The first attestation that counts; null if none does. */
  readonly met: CountedAttestation | null;
}

/** An attestation that counts: of the type, about what a counted signature is of, and by a signer whom the rule names for the type. */
export interface CountedAttestation {
  readonly attestation: string;
  /** The name of the signer in the policy. */
  readonly signer: string;
  readonly identity: SignerIdentity;
}

/** An attestation that does not count. */
export interface UncountedAttestation {
  readonly attestation: string;
  /** Its type, if a signer of any type made it; else null. */
  readonly predicateType: string | null;
  readonly code: PolicyErrorCode | ErrorCode;
  /** Printable. */
  readonly message: string;
}

/** How the attestations of a model were judged. */
export interface JudgedAttestations {
  readonly required: readonly JudgedRequirement[];
  /** The first that do not count, at most a hundred, in their order. Those that are not needed are not looked at. */
  readonly notCounted: readonly UncountedAttestation[];
}
