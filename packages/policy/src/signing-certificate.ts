import { inspectPublicKey, type VerificationMaterial } from '@model-signing/core';
import { type Certificate, parsePemCertificates, X509Error } from '@model-signing/x509';

/** The signer's certificate in a bundle; null if there is none, or if it cannot be read. All that it says is a claim. */
export function leafOf(material: VerificationMaterial): Certificate | null {
  const [leaf] = encodedIn(material);
  try {
    return leaf === undefined ? null : parseEncoded(leaf);
  } catch (error) {
    if (error instanceof X509Error) return null;
    throw error;
  }
}

/**
 * The other certificates in a bundle.
 * @throws {X509Error} if one of them cannot be read
 */
export function intermediatesOf(material: VerificationMaterial): readonly Certificate[] {
  return encodedIn(material).slice(1).map(parseEncoded);
}

function encodedIn({ x509CertificateChain, certificate }: VerificationMaterial): readonly string[] {
  const encoded = x509CertificateChain?.certificates ?? (certificate ? [certificate] : []);
  return encoded.map(({ rawBytes }) => rawBytes);
}

function parseEncoded(base64: string): Certificate {
  return parsePemCertificates(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`)[0] as Certificate;
}

/** What a policy may expect of a certificate. */
export interface CertificateNames {
  /** Escaped for printing. */
  readonly subject: string;
  readonly subjectAltNames: readonly string[];
  readonly fingerprint: string;
}

export function namesOf({ subject, subjectAltNames, fingerprint }: Certificate): CertificateNames {
  const names = subjectAltNames.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return { subject: subject.text, subjectAltNames: names, fingerprint };
}

/** The fingerprint of the certificate's key, as if it were a public key of its own (OMS-KEY-1). */
export function keyFingerprint({ spki }: Certificate): string {
  return inspectPublicKey(spki).hint;
}
