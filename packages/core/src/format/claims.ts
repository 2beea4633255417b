import type { VerificationMaterial } from './bundle.ts';
import { decodeBase64 } from './encoding.ts';
import { OmsError } from './errors.ts';
import { parsePayload } from './statement.ts';

/** What a Sigstore bundle of any kind, or a bare DSSE envelope, claims. None of it is verified, and all of it is bounded. */
export interface BundleClaims {
  /** Null for a bare envelope. */
  readonly mediaType: string | null;
  /** Who signed, in the shape of a bundle of this format, with what is malformed left out. */
  readonly material: VerificationMaterial;
  /** The type of the payload of an envelope; null for the signature of a message. */
  readonly payloadType: string | null;
  /** The number of signatures in an envelope; null for the signature of a message. */
  readonly signatures: number | null;
  /** What an in-toto payload states; null for any other payload. */
  readonly statement: StatementClaims | null;
  /** What a signature of a message says of the message; null for an envelope. */
  readonly message: DigestClaim | null;
}

export interface StatementClaims {
  readonly type: string | null;
  readonly predicateType: string | null;
  /** The first subjects, at most 1,000. */
  readonly subjects: readonly SubjectClaims[];
  readonly subjectCount: number;
}

export interface SubjectClaims {
  readonly name: string | null;
  readonly digests: readonly DigestClaim[];
}

export interface DigestClaim {
  readonly algorithm: string;
  /** As it is written: hexadecimal in a statement, Base64 for a message. */
  readonly digest: string;
}

const MAX_SUBJECTS = 1000;

/** More certificates, log entries, timestamps or digests than any real bundle has. */
const MAX_ITEMS = 100;

/** Longer text is cut. Base64 is never cut, but left out. */
const MAX_TEXT = 1000;
const MAX_BASE64 = 100_000;

const IN_TOTO = 'application/vnd.in-toto+json';

type Members = Readonly<Record<string, unknown>>;

/** Whether a document is a DSSE envelope that is in no bundle. */
export function hasBareEnvelope(value: unknown): boolean {
  const document = members(value);
  return 'payload' in document && 'payloadType' in document;
}

/**
 * Reads what a parsed document claims, without a schema.
 * @throws {OmsError} `bundle/malformed`, `bundle/not-base64`
 */
export function bundleClaims(value: unknown): BundleClaims {
  const document = members(value);
  const envelope = hasBareEnvelope(value) ? document : document.dsseEnvelope;
  const common = {
    mediaType: text(document.mediaType),
    material: materialClaims(members(document.verificationMaterial)),
  };
  if (isObject(envelope)) return { ...common, ...envelopeClaims(envelope), message: null };
  if (!isObject(document.messageSignature)) {
    throw new OmsError('bundle/malformed', 'the document has neither an envelope nor the signature of a message');
  }
  const { messageDigest } = document.messageSignature;
  const { algorithm, digest } = members(messageDigest);
  const message = { algorithm: text(algorithm) ?? 'unknown', digest: text(digest) ?? 'unknown' };
  return { ...common, payloadType: null, signatures: null, statement: null, message };
}

function envelopeClaims(envelope: Members): Pick<BundleClaims, 'payloadType' | 'signatures' | 'statement'> {
  const { payload, signatures } = envelope;
  if (typeof payload !== 'string') throw new OmsError('bundle/malformed', 'the envelope has no payload');
  const payloadType = text(envelope.payloadType);
  return {
    payloadType,
    signatures: Array.isArray(signatures) ? signatures.length : 0,
    statement: payloadType === IN_TOTO ? statementClaims(decodeBase64(payload, 'the payload')) : null,
  };
}

function statementClaims(payload: Uint8Array): StatementClaims | null {
  const value = parsed(payload);
  if (!isObject(value)) return null;
  const subjects = Array.isArray(value.subject) ? value.subject : [];
  return {
    type: text(value._type),
    predicateType: text(value.predicateType),
    subjects: subjects.slice(0, MAX_SUBJECTS).map((subject) => {
      const { name, digest } = members(subject);
      return { name: text(name), digests: digestClaims(members(digest)) };
    }),
    subjectCount: subjects.length,
  };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return parsePayload(payload);
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}

function digestClaims(digest: Members): DigestClaim[] {
  return Object.entries(digest)
    .slice(0, MAX_ITEMS)
    .flatMap(([algorithm, value]) => {
      const shown = text(value);
      return shown === null ? [] : [{ algorithm: text(algorithm) ?? '', digest: shown }];
    });
}

function materialClaims(material: Members): VerificationMaterial {
  const hint = text(members(material.publicKey).hint);
  const chain = rawBytesOf(members(material.x509CertificateChain).certificates);
  const [certificate] = rawBytesOf([material.certificate]);
  const timestamps = items(members(material.timestampVerificationData).rfc3161Timestamps).flatMap((each) =>
    base64(members(each).signedTimestamp).map((signedTimestamp) => ({ signedTimestamp })),
  );
  const claims = {
    ...(isObject(material.publicKey) && { publicKey: hint === null ? {} : { hint } }),
    ...(chain.length > 0 && { x509CertificateChain: { certificates: chain } }),
    ...(certificate && { certificate }),
    tlogEntries: items(material.tlogEntries).map((entry) => ({ integratedTime: text(members(entry).integratedTime) })),
    ...(timestamps.length > 0 && { timestampVerificationData: { rfc3161Timestamps: timestamps } }),
  };
  return claims as VerificationMaterial;
}

function rawBytesOf(value: unknown): { rawBytes: string }[] {
  return items(value).flatMap((each) => base64(members(each).rawBytes).map((rawBytes) => ({ rawBytes })));
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [];
}

function base64(value: unknown): string[] {
  return typeof value === 'string' && value.length <= MAX_BASE64 ? [value] : [];
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}…`;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function members(value: unknown): Members {
  return isObject(value) ? value : {};
}
