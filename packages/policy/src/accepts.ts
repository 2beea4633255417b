import type { VerificationMaterial } from '@model-signing/core';
import type { PolicyCertificateSigner, PolicySigner } from './policy.ts';
import { type CertificateNames, leafOf, namesOf } from './signing-certificate.ts';

/** Whether a certificate is one that the policy expects of a signer. Who issued it is not looked at. */
export function expectsCertificate(
  { identity, subject, fingerprint }: PolicyCertificateSigner,
  found: CertificateNames,
): boolean {
  if (identity !== null && !found.subjectAltNames.some((name) => identity.matches(name))) return false;
  if (subject !== null && !subject.matches(found.subject)) return false;
  return fingerprint === null || fingerprint === found.fingerprint;
}

/**
 * Those signers of one method that could have made a signature, by what its bundle claims. This saves the others the work of verifying
 * it, and decides nothing: who did make it is verified afterwards.
 */
export function possibleSigners(
  signers: readonly PolicySigner[],
  material: VerificationMaterial,
): readonly PolicySigner[] {
  const hint = material.publicKey?.hint;
  const leaf = leafOf(material);
  const claimed = leaf && namesOf(leaf);
  return signers.filter((signer) => {
    if (signer.method === 'key') return hint === undefined || hint === signer.fingerprint;
    return signer.method === 'sigstore' || claimed === null || expectsCertificate(signer, claimed);
  });
}
