import { type Inspection, quote, type VerificationMaterial } from '@model-signing/core';
import type { DistinguishedName, GeneralName } from '@model-signing/x509';

/** What a bundle claims about its signer. Nothing is verified. */
export interface SignerClaims {
  readonly method: Inspection['method'];
  readonly keyHint: string | null;
  readonly certificates: readonly CertificateClaims[];
  /** The times in transparency log entries, in ISO 8601. */
  readonly loggedAt: readonly string[];
  /** The number of timestamps. */
  readonly timestamps: number;
}

/** What a certificate claims, already escaped for printing; all null if it cannot be parsed. */
export interface CertificateClaims {
  readonly subject: string | null;
  readonly subjectAltName: string | null;
  readonly issuer: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** Reads the signer's claimed identity and the claimed time of signing. */
export async function signerClaims({
  method,
  material,
}: Pick<Inspection, 'method' | 'material'>): Promise<SignerClaims> {
  const certificates =
    material.x509CertificateChain?.certificates ?? (material.certificate ? [material.certificate] : []);
  return {
    method,
    keyHint: material.publicKey?.hint ?? null,
    certificates: await Promise.all(certificates.map(({ rawBytes }) => certificateClaims(rawBytes))),
    loggedAt: loggedTimes(material),
    timestamps: material.timestampVerificationData?.rfc3161Timestamps?.length ?? 0,
  };
}

/** The times in timestamps, in ISO 8601, without those that cannot be read. */
export async function timestampTimes({ timestampVerificationData }: VerificationMaterial): Promise<string[]> {
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (timestamps.length === 0) return [];
  const { parseTimestampResponse, X509Error } = await import('@model-signing/x509');
  return timestamps.flatMap(({ signedTimestamp }) => {
    try {
      const { token } = parseTimestampResponse(Buffer.from(signedTimestamp, 'base64'));
      return token ? [token.time.toISOString()] : [];
    } catch (error) {
      if (error instanceof X509Error) return [];
      throw error;
    }
  });
}

/** The names that OpenSSL and other common tools use for these forms. */
const forms: Readonly<Record<string, string>> = { dns: 'DNS', uri: 'URI', ip: 'IP Address', other: 'othername' };

async function certificateClaims(base64: string): Promise<CertificateClaims> {
  const { parseCertificate, X509Error } = await import('@model-signing/x509');
  try {
    const { subject, subjectAltNames, issuer, notBefore, notAfter } = parseCertificate(Buffer.from(base64, 'base64'));
    return {
      subject: nameOf(subject),
      subjectAltName: subjectAltNames.map(altName).join(', ') || null,
      issuer: nameOf(issuer),
      validFrom: notBefore.toISOString(),
      validTo: notAfter.toISOString(),
    };
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
    return { subject: null, subjectAltName: null, issuer: null, validFrom: null, validTo: null };
  }
}

function nameOf({ parts, text }: DistinguishedName): string | null {
  return parts.length > 0 ? text : null;
}

/** The characters of most names, and none that separates names in a list. */
const plain = /^[\w.~:/?#@!$&*+=%-]{1,300}$/;

/** A name is quoted if it could be taken for several, or for the words around it. */
function altName({ form, value }: GeneralName): string {
  const shown = typeof value !== 'string' ? '(not shown)' : plain.test(value) ? value : quote(value);
  return `${forms[form] ?? form}:${shown}`;
}

function loggedTimes({ tlogEntries = [] }: VerificationMaterial): string[] {
  return tlogEntries.flatMap((entry) => {
    const seconds = Number((entry as { integratedTime?: unknown } | null)?.integratedTime);
    const date = new Date(seconds * 1000);
    return seconds > 0 && !Number.isNaN(date.getTime()) ? [date.toISOString()] : [];
  });
}
