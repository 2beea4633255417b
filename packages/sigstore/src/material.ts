import type { VerificationMaterial } from '@model-signing/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { type RefusalCode, refusal, refusing } from './refusals.ts';

/** What the bundle brings, decoded and within bounds. */
export interface SigstoreMaterial {
  readonly certificate: Buffer;
  readonly entries: readonly TransparencyLogEntry[];
  /** RFC 3161 responses in DER. */
  readonly timestamps: readonly Buffer[];
}

/** Each costs some signature checks; producers write one of each (OMS-LIMIT-1). */
const MAX_PROOFS = 16;

/** Certificates, timestamps, checkpoints and bodies of entries have some kilobytes. */
const MAX_BYTES = 128 * 1024;

/** A path in a tree of 2^64 leaves. */
const MAX_HASHES = 64;

/**
 * Decodes the verification material of a bundle that the schema has accepted: what the schema leaves open is checked here.
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/log-missing`, `signer/log-invalid`,
 * `signer/timestamp-invalid`
 */
export function readMaterial(material: VerificationMaterial): SigstoreMaterial {
  const { tlogEntries = [], timestampVerificationData } = material;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  checkCount('signer/log-invalid', 'log entries', tlogEntries.length);
  checkCount('signer/timestamp-invalid', 'timestamps', timestamps.length);
  return {
    certificate: decodeCertificate(material),
    entries: tlogEntries.map((entry) =>
      refusing('signer/log-invalid', 'the log entry is malformed', () => readEntry(entry as object)),
    ),
    timestamps: timestamps.map(({ signedTimestamp }) =>
      bytes('signer/timestamp-invalid', 'the timestamp', signedTimestamp),
    ),
  };
}

/**
 * Decodes the certificate in DER, of which nothing else is looked at here.
 * @throws {OmsError} `signer/certificate-untrusted`
 */
export function decodeCertificate({ certificate }: VerificationMaterial): Buffer {
  return bytes('signer/certificate-untrusted', 'the certificate', certificate?.rawBytes);
}

function checkCount(code: RefusalCode, what: string, count: number): void {
  if (count > MAX_PROOFS) throw refusal(code, `the bundle has ${count} ${what}, more than ${MAX_PROOFS}`);
}

/** The members of an entry, in a stranger's words. */
interface RawEntry {
  readonly logIndex?: unknown;
  readonly logId?: { readonly keyId?: unknown };
  readonly kindVersion?: { readonly kind?: unknown; readonly version?: unknown };
  readonly integratedTime?: unknown;
  readonly inclusionPromise?: { readonly signedEntryTimestamp?: unknown };
  readonly inclusionProof?: {
    readonly logIndex?: unknown;
    readonly rootHash?: unknown;
    readonly treeSize?: unknown;
    readonly hashes?: unknown;
    readonly checkpoint?: { readonly envelope?: unknown };
  };
  readonly canonicalizedBody?: unknown;
}

function readEntry(entry: RawEntry): TransparencyLogEntry {
  const { logId, kindVersion, inclusionPromise } = entry;
  return {
    logIndex: integer('the log index', entry.logIndex),
    logId: { keyId: logBytes('the log ID', logId?.keyId) },
    kindVersion: { kind: String(kindVersion?.kind), version: String(kindVersion?.version) },
    integratedTime: integer('the integrated time', entry.integratedTime),
    inclusionPromise: inclusionPromise && {
      signedEntryTimestamp: logBytes('the inclusion promise', inclusionPromise.signedEntryTimestamp),
    },
    inclusionProof: readProof(entry.inclusionProof),
    canonicalizedBody: logBytes('the body of the log entry', entry.canonicalizedBody),
  };
}

/** OMS-SIGSTORE-12: a promise alone is not enough. */
function readProof(proof: RawEntry['inclusionProof']): NonNullable<TransparencyLogEntry['inclusionProof']> {
  if (!proof) throw refusal('signer/log-invalid', 'the log entry has no inclusion proof');
  const { hashes = [], checkpoint } = proof;
  if (!Array.isArray(hashes) || hashes.length > MAX_HASHES) {
    throw refusal('signer/log-invalid', `the inclusion proof must have a list of at most ${MAX_HASHES} hashes`);
  }
  const envelope = checkpoint?.envelope;
  if (typeof envelope !== 'string' || envelope.length > MAX_BYTES) {
    throw refusal('signer/log-invalid', 'the inclusion proof has no checkpoint, or one that is too long');
  }
  const rootHash = logBytes('the root hash', proof.rootHash);
  const treeSize = integer('the tree size', proof.treeSize);
  checkCheckpoint(envelope, treeSize, rootHash);
  return {
    logIndex: integer('the index in the inclusion proof', proof.logIndex),
    rootHash,
    treeSize,
    hashes: hashes.map((hash: unknown) => logBytes('a hash of the inclusion proof', hash)),
    checkpoint: { envelope },
  };
}

/** The proof has to be of the tree that the log signed: sigstore-js takes size and root from there, other clients from here. */
function checkCheckpoint(envelope: string, treeSize: string, rootHash: Buffer): void {
  const [, size, root] = envelope.split('\n', 3);
  if (size !== treeSize || root !== rootHash.toString('base64')) {
    throw refusal('signer/log-invalid', 'the inclusion proof is of another tree than its checkpoint');
  }
}

function logBytes(what: string, value: unknown): Buffer {
  return bytes('signer/log-invalid', what, value);
}

/** Strict Base64 within bounds: a decoder that repairs its input lets two verifiers read two things (OMS-JSON-6). */
function bytes(code: RefusalCode, what: string, value: unknown): Buffer {
  if (typeof value !== 'string' || value === '') throw refusal(code, `${what} is missing`);
  if (value.length > MAX_BYTES) throw refusal(code, `${what} is longer than ${MAX_BYTES} characters`);
  const decoded = Buffer.from(value, 'base64');
  if (decoded.toString('base64') !== value) throw refusal(code, `${what} is not standard Base64 with padding`);
  return decoded;
}

/** A 64-bit integer, which the JSON form of Protocol Buffers writes as text and leaves out where it is zero. */
function integer(what: string, value: unknown): string {
  if (value === undefined) return '0';
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 16 || !/^(?:0|[1-9][0-9]*)$/.test(text)) {
    throw refusal('signer/log-invalid', `${what} is not a whole number`);
  }
  if (!Number.isSafeInteger(Number(text))) throw refusal('signer/log-invalid', `${what} is out of range`);
  return text;
}
