import type { OmsError } from '@model-signing/core';
import { bytesOf, digest, equalBytes } from '#platform';
import {
  ByteStream,
  crypto,
  EXTENSION_OID_SCT,
  RFC3161Timestamp,
  type SignedEntity,
  type TrustMaterial,
  VerificationError,
  Verifier,
  X509Certificate,
} from '#sigstore-js';
import type { SigstoreMaterial } from './material.ts';
import { reasonOf } from './reason.ts';
import { refusal, refuseIfThrows } from './refusals.ts';
import type { SigningCertificate } from './signing-certificate.ts';

export interface SignedBytes {
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
  /** The bytes that were signed, in pieces. */
  readonly pieces: readonly Uint8Array[];
}

type CertifiedBytes = SignedBytes & Pick<SigningCertificate, 'key' | 'hash'>;

/** A signing certificate and the authority of the trust root that issued it, as the library parses them. */
export interface IssuedCertificate {
  readonly leaf: X509Certificate;
  readonly issuer: X509Certificate;
}

/**
 * Finds the authority of the trust root that issued a certificate. This check comes before every other one that depends on the
 * trust root: with the trust root of another instance they would all fail, and only this error says why.
 * @throws {OmsError} `signer/certificate-untrusted`
 */
export function findIssuer(certificate: Uint8Array, { certificateAuthorities }: TrustMaterial): IssuedCertificate {
  return refuseIfThrows('signer/certificate-untrusted', 'the issuer of the certificate cannot be found', () => {
    const leaf = X509Certificate.parse(bytesOf(certificate));
    const issuer = certificateAuthorities
      .flatMap(({ certChain }) => certChain)
      .find((authority) => authority.subject.equals(leaf.issuer) && leaf.verify(authority));
    if (issuer) return { leaf, issuer };
    throw refusal('signer/certificate-untrusted', 'no authority of the trust root issued the certificate');
  });
}

/**
 * Verifies timestamps, certificate path, certificate timestamps and inclusion in the logs with `@sigstore/verify`.
 * @returns the verified times, in milliseconds
 * @throws {OmsError} `signer/timestamp-invalid`, `signer/sct-invalid`, `signer/certificate-untrusted`, `signer/log-invalid`
 */
export function verifyByTrustRoot(
  { entries, timestamps: tokens }: SigstoreMaterial,
  issued: IssuedCertificate,
  signed: CertifiedBytes,
  trust: TrustMaterial,
): number[] {
  const timestamps = [...entries.flatMap(logTime), ...tokens.map(parseTimestamp)];
  refuseIfThrows('signer/sct-invalid', 'the certificate timestamps cannot be decoded', () => {
    void issued.leaf.extSCT?.signedCertificateTimestamps;
  });
  const times = timestamps.map(timeOf);
  if (times.length === 0) {
    throw refusal(
      'signer/timestamp-invalid',
      'the time of the signature is unknown: the bundle has no timestamp, and no log entry with a promise and a time',
    );
  }
  const signature = signatureContent(signed);
  verifyCertificate({ timestamps, signature }, issued, trust);
  verifyInclusion({ tlogEntries: [...entries], signature }, issued, { ...trust, tlogs: logsAt(times, trust) });
  return times;
}

/** The library's first half: the times, then the path and the certificate timestamps at those times. */
function verifyCertificate(
  entity: Pick<SignedEntity, 'timestamps' | 'signature'>,
  issued: IssuedCertificate,
  trust: TrustMaterial,
): void {
  try {
    const key = { $case: 'certificate', certificate: issued.leaf } as const;
    new Verifier(trust, { tlogThreshold: 0 }).verify({ ...entity, key, tlogEntries: [] });
  } catch (error) {
    const code = error instanceof VerificationError ? error.code : undefined;
    if (code === 'SIGNATURE_ERROR') throw refusal('envelope/signature-invalid', reasonOf(error), error);
    if (code === 'TIMESTAMP_ERROR') {
      const problem = `the time of the signature cannot be verified: ${reasonOf(error)}`;
      throw refusal('signer/timestamp-invalid', problem, error);
    }
    throw certificateError(issued, trust, error);
  }
}

/** The library's second half: the entries. The key it gets is the certificate's, which the first half has verified. */
function verifyInclusion(
  entity: Pick<SignedEntity, 'tlogEntries' | 'signature'>,
  { leaf }: IssuedCertificate,
  trust: TrustMaterial,
): void {
  try {
    const publicKey = () => ({ publicKey: crypto.createPublicKey(leaf.publicKey), validFor: () => true });
    const key = { $case: 'public-key', hint: '' } as const;
    new Verifier({ ...trust, publicKey }, { timestampThreshold: 0 }).verify({ ...entity, key, timestamps: [] });
  } catch (error) {
    if (error instanceof VerificationError && error.code === 'SIGNATURE_ERROR') {
      throw refusal('envelope/signature-invalid', reasonOf(error), error);
    }
    throw refusal('signer/log-invalid', `the log entry cannot be verified: ${reasonOf(error)}`, error);
  }
}

/** The library has one error code for the path and for the certificate timestamps, so this finds out which one failed. */
function certificateError(issued: IssuedCertificate, { ctlogs }: TrustMaterial, error: unknown): OmsError {
  if (wasLogged(issued, ctlogs)) {
    return refusal(
      'signer/certificate-untrusted',
      `the certificate has no path to an authority of the trust root that is valid at the time of the signature: ${reasonOf(error)}`,
      error,
    );
  }
  return refusal(
    'signer/sct-invalid',
    `the certificate was not verifiably logged when it was issued: ${reasonOf(error)}`,
    error,
  );
}

/** Whether the certificate has timestamps of logs in the trust root, and all of them verify (RFC 6962, 3.2). */
function wasLogged({ leaf, issuer }: IssuedCertificate, logs: TrustMaterial['ctlogs']): boolean {
  const timestamps = leaf.extSCT?.signedCertificateTimestamps ?? [];
  const precertificate = leaf.clone();
  const at = precertificate.extensions.findIndex(({ subs: [id] }) => id?.toOID() === EXTENSION_OID_SCT);
  precertificate.extensions.splice(at, 1);
  const body = precertificate.tbsCertificate.toDER();
  const signed = new ByteStream();
  signed.appendView(digest('sha256', [issuer.publicKey]));
  signed.appendUint24(body.length);
  signed.appendView(body);
  return (
    timestamps.length > 0 &&
    timestamps.every((timestamp) =>
      logs.some(
        ({ logID, publicKey, validFor: { start, end } }) =>
          logID.equals(timestamp.logID) &&
          start <= timestamp.datetime &&
          timestamp.datetime <= end &&
          timestamp.verify(signed.buffer, publicKey),
      ),
    )
  );
}

export type Timestamp = SignedEntity['timestamps'][number];

/** In milliseconds. */
export function timeOf(timestamp: Timestamp): number {
  return timestamp.$case === 'timestamp-authority'
    ? timestamp.timestamp.signingTime.getTime()
    : Number(timestamp.tlogEntry.integratedTime) * 1000;
}

/** The logs whose keys were valid when it was signed (OMS-TRUST-2). sigstore-js checks this for promises, but not for checkpoints. */
export function logsAt(times: readonly number[], { tlogs }: TrustMaterial): TrustMaterial['tlogs'] {
  return tlogs.filter(({ validFor: { start, end } }) =>
    times.every((time) => start.getTime() <= time && time <= end.getTime()),
  );
}

/** The time that an entry states counts only with a promise, which is the only signature over it. */
export function logTime(tlogEntry: SigstoreMaterial['entries'][number]): Timestamp[] {
  const stated = tlogEntry.inclusionPromise !== undefined && tlogEntry.integratedTime !== '0';
  return stated ? [{ $case: 'transparency-log', tlogEntry }] : [];
}

/** Evaluates what sigstore-js will read, so that malformed input is found here and reported as such. */
export function parseTimestamp(der: Uint8Array): Timestamp {
  return refuseIfThrows('signer/timestamp-invalid', 'the timestamp cannot be decoded', () => {
    const timestamp = RFC3161Timestamp.parse(bytesOf(der));
    void [timestamp.signerIssuer, timestamp.signerSerialNumber];
    if (Number.isNaN(timestamp.signingTime.getTime())) throw new RangeError('it states no time');
    return { $case: 'timestamp-authority', timestamp };
  });
}

/** The signature in the form in which sigstore-js compares it with log entries. */
function signatureContent({ signature, payload, pieces, key, hash }: CertifiedBytes): SignedEntity['signature'] {
  return {
    signature: bytesOf(signature),
    compareSignature: (other) => equalBytes(other, signature),
    compareDigest: (other) => equalBytes(other, digest('sha256', [payload])),
    compareSignedDigest: (other) => (['sha256', hash] as const).some((name) => equalBytes(other, digest(name, pieces))),
    verifySignature: () => key.verify({ keyType: 'ec', hash }, pieces, signature),
  };
}
