import { X509Certificate } from 'node:crypto';
import type { Inspection, VerificationMaterial } from '@model-signing/core';

/** What a bundle says of its signer, none of it verified. */
export interface SignerClaims {
  readonly method: Inspection['method'];
  readonly keyHint: string | null;
  readonly certificates: readonly CertificateClaims[];
  /** Times that transparency log entries state, in ISO 8601. */
  readonly loggedAt: readonly string[];
  /** How many timestamps by authorities there are. */
  readonly timestamps: number;
}

/** What a certificate says; all null if it cannot be decoded. */
export interface CertificateClaims {
  readonly subject: string | null;
  readonly subjectAltName: string | null;
  readonly issuer: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** Reads from the verification material who the signer claims to be, and when they claim to have signed. */
export function signerClaims({ method, material }: Pick<Inspection, 'method' | 'material'>): SignerClaims {
  const certificates =
    material.x509CertificateChain?.certificates ?? (material.certificate ? [material.certificate] : []);
  return {
    method,
    keyHint: material.publicKey?.hint ?? null,
    certificates: certificates.map(({ rawBytes }) => certificateClaims(rawBytes)),
    loggedAt: loggedTimes(material),
    timestamps: material.timestampVerificationData?.rfc3161Timestamps?.length ?? 0,
  };
}

/** Times that timestamps by authorities state, in ISO 8601; those that cannot be read are left out. */
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

function certificateClaims(base64: string): CertificateClaims {
  try {
    const { subject, subjectAltName, issuer, validFromDate, validToDate } = new X509Certificate(
      Buffer.from(base64, 'base64'),
    );
    return {
      subject: oneLine(subject),
      subjectAltName: subjectAltName ?? null,
      issuer: oneLine(issuer),
      validFrom: validFromDate.toISOString(),
      validTo: validToDate.toISOString(),
    };
  } catch {
    return { subject: null, subjectAltName: null, issuer: null, validFrom: null, validTo: null };
  }
}

/** Node separates the parts of a name by line breaks. */
function oneLine(name: string | undefined): string | null {
  return name ? name.replaceAll('\n', ', ') : null;
}

function loggedTimes({ tlogEntries = [] }: VerificationMaterial): string[] {
  return tlogEntries.flatMap((entry) => {
    const seconds = Number((entry as { integratedTime?: unknown } | null)?.integratedTime);
    const date = new Date(seconds * 1000);
    return seconds > 0 && !Number.isNaN(date.getTime()) ? [date.toISOString()] : [];
  });
}
