import type { CertificateIdentity, SignerIdentity, VerificationMaterial, Warn } from '@model-signing/core';
import type { TimeSource } from './evaluation.ts';
import type { PolicySigner } from './policy.ts';

/** A signer of the policy accepts a signature. Another one may accept it as well, with other warnings and another time. */
export interface Acceptance {
  readonly signer: PolicySigner;
  readonly identity: SignerIdentity;
  /** The verified time of the signature, or null. */
  readonly time: Date | null;
  readonly timeFrom: TimeSource;
  readonly warnings: readonly Parameters<Warn>[];
  /** What the bundle says of the signer, which the identity was verified from. */
  readonly material: VerificationMaterial;
}

/** When a signature was made, as far as that was verified. The clock and what a caller chooses prove nothing. */
export function verifiedTime(identity: SignerIdentity): Pick<Acceptance, 'time' | 'timeFrom'> {
  if (identity.method === 'sigstore') return { time: readTime(identity.signedAt), timeFrom: 'sigstore' };
  if (identity.method === 'key' && identity.timestampedAt !== undefined) {
    return { time: readTime(identity.timestampedAt), timeFrom: 'timestamp' };
  }
  if (identity.method === 'certificate' && identity.timeFrom === 'timestamp') {
    return { time: readTime(identity.verifiedAt), timeFrom: 'timestamp' };
  }
  return { time: null, timeFrom: 'clock' };
}

/** The time at which the certificates of a signature were valid. */
export function validTime({ verifiedAt }: CertificateIdentity): Date {
  return readTime(verifiedAt);
}

/** @throws {TypeError} for no time: a verifier may not be our code, and a comparison with no time would always be false */
function readTime(text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new TypeError('the verifier returned an identity without a valid time');
}
