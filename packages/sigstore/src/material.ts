import type { VerificationMaterial } from '@model-signing/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { type Bytes, bytesOf, fromBase64, toBase64 } from '#platform';
import { type RefusalCode, refusal, refuseIfThrows } from './refusals.ts';

/** The log entries and timestamps of a bundle, decoded and within limits. */
export interface Proofs {
  readonly entries: readonly TransparencyLogEntry[];
  /** RFC 3161 responses in DER. */
  readonly timestamps: readonly Uint8Array[];
}

/** The verification material of a bundle of the method `sigstore`, decoded and within limits. */
export interface SigstoreMaterial extends Proofs {
  readonly certificate: Uint8Array;
}

/** Each costs several signature checks; producers write one of each (OMS-LIMIT-1). */
const MAX_PROOFS = 16;

/** Certificates, timestamps, checkpoints and bodies of entries have a few kilobytes. */
const MAX_BYTES = 128 * 1024;

/** The length of a path in a tree with 2^64 leaves. */
const MAX_HASHES = 64;

/**
 * Decodes the verification material of a bundle that the schema has accepted, and checks what the schema leaves open.
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/log-missing`, `signer/log-invalid`,
 * `signer/timestamp-invalid`
 */
export function parseMaterial(material: VerificationMaterial): SigstoreMaterial {
  return { certificate: decodeCertificate(material), ...parseProofs(material) };
}

/**
 * Decodes the log entries and timestamps of a bundle of any method.
 * @throws {OmsError} `signer/log-invalid`, `signer/timestamp-invalid`
 */
export function parseProofs(material: VerificationMaterial): Proofs {
  const { tlogEntries = [], timestampVerificationData } = material;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  checkCount('signer/log-invalid', 'log entries', tlogEntries.length);
  checkCount('signer/timestamp-invalid', 'timestamps', timestamps.length);
  return {
    entries: tlogEntries.map((entry) =>
      refuseIfThrows('signer/log-invalid', 'the log entry is malformed', () => parseEntry(entry as object)),
    ),
    timestamps: timestamps.map(({ signedTimestamp }) =>
      bytes('signer/timestamp-invalid', 'the timestamp', signedTimestamp),
    ),
  };
}

/**
 * Decodes the certificate to DER, without parsing it.
 * @throws {OmsError} `signer/certificate-untrusted`
 */
export function decodeCertificate({ certificate }: VerificationMaterial): Uint8Array {
  return bytes('signer/certificate-untrusted', 'the certificate', certificate?.rawBytes);
}

function checkCount(code: RefusalCode, what: string, count: number): void {
  if (count > MAX_PROOFS) throw refusal(code, `the bundle has ${count} ${what}, more than ${MAX_PROOFS}`);
}

/** The members of an entry. Their types are not checked yet. */
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

function parseEntry(entry: RawEntry): TransparencyLogEntry {
  const { logId, kindVersion, inclusionPromise } = entry;
  return {
    logIndex: integer('the log index', entry.logIndex),
    logId: { keyId: logBytes('the log ID', logId?.keyId) },
    kindVersion: { kind: String(kindVersion?.kind), version: String(kindVersion?.version) },
    integratedTime: integer('the integrated time', entry.integratedTime),
    inclusionPromise: inclusionPromise && {
      signedEntryTimestamp: logBytes('the inclusion promise', inclusionPromise.signedEntryTimestamp),
    },
    inclusionProof: parseProof(entry.inclusionProof),
    canonicalizedBody: logBytes('the body of the log entry', entry.canonicalizedBody),
  };
}

/** Requires a proof: a promise alone is not enough (OMS-SIGSTORE-12). */
function parseProof(proof: RawEntry['inclusionProof']): NonNullable<TransparencyLogEntry['inclusionProof']> {
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

/**
 * The proof and its checkpoint must describe the same tree: sigstore-js uses the checkpoint, other clients use the proof.
 */
function checkCheckpoint(envelope: string, treeSize: string, rootHash: Uint8Array): void {
  const [, size, root] = envelope.split('\n', 3);
  if (size !== treeSize || root !== toBase64(rootHash)) {
    throw refusal('signer/log-invalid', 'the inclusion proof and its checkpoint are of different trees');
  }
}

function logBytes(what: string, value: unknown): Bytes {
  return bytesOf(bytes('signer/log-invalid', what, value));
}

/** Decodes strict Base64 within limits: with a lenient decoder, two verifiers could read different bytes (OMS-JSON-9). */
function bytes(code: RefusalCode, what: string, value: unknown): Uint8Array {
  if (typeof value !== 'string' || value === '') throw refusal(code, `${what} is missing`);
  if (value.length > MAX_BYTES) throw refusal(code, `${what} is longer than ${MAX_BYTES} characters`);
  const decoded = fromBase64(value);
  if (!decoded) throw refusal(code, `${what} is not standard Base64 with padding`);
  return decoded;
}

/** Parses a 64-bit integer. The JSON form of Protocol Buffers writes it as text and omits it when it is zero. */
function integer(what: string, value: unknown): string {
  if (value === undefined) return '0';
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 16 || !/^(?:0|[1-9][0-9]*)$/.test(text)) {
    throw refusal('signer/log-invalid', `${what} is not a whole number`);
  }
  if (!Number.isSafeInteger(Number(text))) throw refusal('signer/log-invalid', `${what} is out of range`);
  return text;
}
