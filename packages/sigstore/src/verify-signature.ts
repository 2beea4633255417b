import { createHash, createVerify, type KeyObject } from 'node:crypto';
import {
  OmsError,
  preAuthenticationEncoding,
  type SignedContent,
  type SigstoreIdentity,
  type VerificationMaterial,
} from '@model-signing/core';
import { RFC3161Timestamp } from '@sigstore/core';
import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { readCertificate, type SigningCertificate } from './certificate.ts';
import { checkLoggedSignature } from './log-entry.ts';
import { readMaterial, type SigstoreMaterial } from './material.ts';
import { type RefusalCode, reasonOf, refusal, refusing } from './refusals.ts';

/**
 * Verifies a signature of the method `sigstore` against a trust root, and answers with who signed; whether that is whom the
 * caller expects is for the caller to say (sections 3.3 and 3.4).
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/sct-invalid`, `signer/timestamp-invalid`,
 * `signer/log-missing`, `signer/log-invalid`, `signer/key-unsupported`, `envelope/signature-invalid`
 */
export function verifySignature(
  { payloadType, payload }: SignedContent,
  signature: Uint8Array,
  material: VerificationMaterial,
  trust: TrustMaterial,
): SigstoreIdentity {
  const decoded = readMaterial(material);
  if (decoded.entries.length === 0) throw new OmsError('signer/log-missing', 'the bundle has no log entry');
  const certificate = readCertificate(decoded.certificate);
  const signed: SignedBytes = {
    signature: Buffer.from(signature),
    payload,
    pieces: preAuthenticationEncoding(payloadType, payload),
  };
  if (!verifies(signed, certificate.key, certificate.hash)) {
    throw refusal(
      'envelope/signature-invalid',
      "the signature is not by the certificate's key, or the payload was changed",
    );
  }
  refusing('signer/certificate-untrusted', 'the issuer of the certificate cannot be found', () =>
    checkIssuer(certificate, trust),
  );
  checkEntries(decoded, signed);
  const times = verifyTrust(decoded, certificate, signed, trust);
  const { identity, issuer } = certificate;
  return { method: 'sigstore', identity, issuer, signedAt: new Date(Math.min(...times)).toISOString() };
}

interface SignedBytes {
  readonly signature: Buffer;
  readonly payload: Uint8Array;
  readonly pieces: readonly Uint8Array[];
}

/** With the hash of the key's curve (OMS-SIGSTORE-17); sigstore-js takes SHA-256 for every curve. */
function verifies({ signature, pieces }: SignedBytes, key: KeyObject, hash: string): boolean {
  const verify = createVerify(hash);
  for (const piece of pieces) verify.update(piece);
  return verify.verify(key, signature);
}

/** Ahead of all that depends on a trust root: with that of another instance nothing verifies, and this says why. */
function checkIssuer({ parsed }: SigningCertificate, { certificateAuthorities }: TrustMaterial): void {
  const known = certificateAuthorities.some(({ certChain }) =>
    certChain.some((authority) => authority.subject.equals(parsed.issuer) && parsed.verify(authority)),
  );
  if (!known) throw refusal('signer/certificate-untrusted', 'the certificate is by no authority of the trust root');
}

/** OMS-SIGSTORE-13. */
function checkEntries({ entries, certificate }: SigstoreMaterial, { signature, payload, pieces }: SignedBytes): void {
  const logged = { signature, certificate, payload, signedBytes: pieces };
  for (const [index, entry] of entries.entries()) {
    if (entries.slice(0, index).some((earlier) => isSameEntry(earlier, entry))) {
      throw refusal('signer/log-invalid', 'the bundle has the same log entry twice');
    }
    refusing('signer/log-invalid', 'the body of the log entry is malformed', () => checkLoggedSignature(entry, logged));
  }
}

function isSameEntry(one: SigstoreMaterial['entries'][number], other: SigstoreMaterial['entries'][number]): boolean {
  return one.logId.keyId.equals(other.logId.keyId) && one.canonicalizedBody.equals(other.canonicalizedBody);
}

/**
 * Verifies timestamps, certificate path, certificate timestamps and inclusion in the logs by sigstore-js.
 * @returns the verified times, in milliseconds
 */
function verifyTrust(
  material: SigstoreMaterial,
  certificate: SigningCertificate,
  signed: SignedBytes,
  trust: TrustMaterial,
): number[] {
  const timestamps = [...material.entries.flatMap(logTime), ...material.timestamps.map(decodeTimestamp)];
  refusing('signer/sct-invalid', 'the certificate timestamps cannot be decoded', () => {
    void certificate.parsed.extSCT?.signedCertificateTimestamps;
  });
  const times = timestamps.map(timeOf);
  if (times.length === 0) {
    throw refusal(
      'signer/timestamp-invalid',
      'nothing says when the model was signed: the bundle has no timestamp, and no promise of a log that states a time',
    );
  }
  const progress = new Progress();
  const entity = progress.watch({
    timestamps,
    key: { $case: 'certificate', certificate: certificate.parsed },
    tlogEntries: [...material.entries],
    signature: signatureContent(signed, certificate),
  });
  try {
    new Verifier({ ...trust, tlogs: logsAt(times, trust) }).verify(entity);
  } catch (error) {
    throw fromSigstore(error, progress.part);
  }
  return times;
}

type Timestamp = SignedEntity['timestamps'][number];

/** In milliseconds. */
function timeOf(timestamp: Timestamp): number {
  return timestamp.$case === 'timestamp-authority'
    ? timestamp.timestamp.signingTime.getTime()
    : Number(timestamp.tlogEntry.integratedTime) * 1000;
}

/** The logs whose keys counted when it was signed (OMS-TRUST-2): sigstore-js asks this of promises, and of no checkpoint. */
function logsAt(times: readonly number[], { tlogs }: TrustMaterial): TrustMaterial['tlogs'] {
  return tlogs.filter(({ validFor: { start, end } }) =>
    times.every((time) => start.getTime() <= time && time <= end.getTime()),
  );
}

/** Only a promise vouches for the time that an entry states. */
function logTime(tlogEntry: SigstoreMaterial['entries'][number]): Timestamp[] {
  const stated = tlogEntry.inclusionPromise !== undefined && tlogEntry.integratedTime !== '0';
  return stated ? [{ $case: 'transparency-log', tlogEntry }] : [];
}

/** Decodes what sigstore-js will look at, so that malformed input is found here and named as such. */
function decodeTimestamp(der: Buffer): Timestamp {
  return refusing('signer/timestamp-invalid', 'the timestamp cannot be decoded', () => {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
    void [timestamp.signerIssuer, timestamp.signerSerialNumber];
    if (Number.isNaN(timestamp.signingTime.getTime())) throw new RangeError('it states no time');
    return { $case: 'timestamp-authority', timestamp };
  });
}

/** The signature as sigstore-js compares it with log entries. */
function signatureContent(signed: SignedBytes, { hash }: SigningCertificate): SignedEntity['signature'] {
  const digest = (algorithm: string, pieces: readonly Uint8Array[]) => {
    const state = createHash(algorithm);
    for (const piece of pieces) state.update(piece);
    return state.digest();
  };
  return {
    signature: signed.signature,
    compareSignature: (other) => other.equals(signed.signature),
    compareDigest: (other) => other.equals(digest('sha256', [signed.payload])),
    compareSignedDigest: (other) => ['sha256', hash].some((name) => other.equals(digest(name, signed.pieces))),
    verifySignature: (key) => verifies(signed, key, hash),
  };
}

/** The parts of an entity, each asked for by sigstore-js when its turn comes. */
const codeOfPart = {
  timestamps: 'signer/timestamp-invalid',
  key: 'signer/certificate-untrusted',
  tlogEntries: 'signer/log-invalid',
} as const satisfies Record<string, RefusalCode>;

/** Which part of an entity was looked at last. Not every error of sigstore-js says what it is about. */
class Progress {
  part: keyof typeof codeOfPart = 'timestamps';

  watch(entity: SignedEntity): SignedEntity {
    return new Proxy(entity, {
      get: (target, name) => {
        if (Object.hasOwn(codeOfPart, name)) this.part = name as keyof typeof codeOfPart;
        return Reflect.get(target, name);
      },
    });
  }
}

const explanations: Readonly<Record<keyof typeof codeOfPart, string>> = {
  timestamps: 'the time of the signature cannot be verified',
  key: 'the certificate leads to no authority of the trust root that is valid at the time of the signature',
  tlogEntries: 'the log entry cannot be verified',
};

function fromSigstore(error: unknown, part: keyof typeof codeOfPart): OmsError {
  if (error instanceof VerificationError) {
    if (error.code === 'SIGNATURE_ERROR') return refusal('envelope/signature-invalid', reasonOf(error), error);
    if (error.code === 'CERTIFICATE_ERROR' && error.message.includes('SCT')) {
      return refusal(
        'signer/sct-invalid',
        `the certificate was not verifiably logged when it was issued: ${reasonOf(error)}`,
        error,
      );
    }
  }
  return refusal(codeOfPart[part], `${explanations[part]}: ${reasonOf(error)}`, error);
}
