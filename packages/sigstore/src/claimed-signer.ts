import { OmsError, type VerificationMaterial } from '@model-signing/core';
import { readCertificate } from './certificate.ts';
import { decodeCertificate } from './material.ts';

/** Whom a certificate names, and who vouched for them as it says. Nothing of it has been verified. */
export interface ClaimedSigner {
  readonly identity: string;
  readonly issuer: string;
}

/** Reads whom a bundle claims to be signed by, in the words that a verifier compares; null if it cannot be read. */
export function claimedSigner(material: VerificationMaterial): ClaimedSigner | null {
  try {
    const { identity, issuer } = readCertificate(decodeCertificate(material));
    return { identity, issuer };
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}
