import type { OmsError, SignedManifest, SignerIdentity, Verification } from '@model-signing/core';
import type { Acceptance } from './acceptance.ts';
import type { Candidate } from './distinct-signers.ts';
import type { UncountedSignature } from './evaluation.ts';

/** A signature file of a model, with the name by which results refer to it. */
export interface PolicySignature {
  readonly name: string;
  readonly bundle: Uint8Array;
}

/** How far a signature came before it was found not to count, from the least far; a revocation is said before all else. */
export const reach = {
  unreadable: 0,
  otherSigner: 1,
  broken: 2,
  expired: 3,
  requirement: 4,
  differs: 5,
  revokedSigner: 6,
  revokedModel: 7,
} as const;

/** Why a signature does not count. */
export interface Rejection extends Pick<UncountedSignature, 'code' | 'message'> {
  readonly reach: (typeof reach)[keyof typeof reach];
  /** The error to throw in place of one about the policy: the model or the bundle is at fault. */
  readonly error?: OmsError;
}

/** A signature that does not count. */
export interface Rejected {
  readonly signature: PolicySignature;
  readonly signer: string | null;
  readonly identity: SignerIdentity | null;
  readonly rejection: Rejection;
  /** What was signed, if its root digest is revoked: a model that is this one is refused, whoever else signed it. */
  readonly revoked?: SignedManifest;
}

/** A signature that counts if the model is what was signed: for each of the signers who accept it, or some of them. */
export interface Eligible extends Candidate {
  readonly signature: PolicySignature;
  readonly signed: SignedManifest;
}

/** A signature that counts. */
export interface Verified extends Eligible {
  readonly verification: Verification;
}

export function isEligible(judged: Rejected | Eligible): judged is Eligible {
  return 'signed' in judged;
}

export function isRejected(judged: Rejected | Eligible): judged is Rejected {
  return 'rejection' in judged;
}

/** @param acceptance of a signer who accepts it */
export function rejected(
  signature: PolicySignature,
  { signer, identity }: Pick<Acceptance, 'signer' | 'identity'>,
  rejection: Rejection,
): Rejected {
  return { signature, signer: signer.name, identity, rejection };
}
