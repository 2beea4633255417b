import { OmsError, type VerificationMaterial } from '@model-signing/core';
import { decodeCertificate } from './material.ts';
import { parseSigningCertificate } from './signing-certificate.ts';

/** The identity and the issuer that a certificate names. Both are unverified claims. */
export interface ClaimedSigner {
  readonly identity: string;
  readonly issuer: string;
}

/** Returns who a bundle claims to be signed by, in the form that a verifier compares; null if it cannot be parsed. */
export function claimedSigner(material: VerificationMaterial): ClaimedSigner | null {
  try {
    const { identity, issuer } = parseSigningCertificate(decodeCertificate(material));
    return { identity, issuer };
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}
