import {
  OmsError,
  preAuthenticationEncoding,
  type SignedContent,
  type VerificationMaterial,
} from '@model-signing/core';
import { bytesOf, digest, equalBytes } from '#platform';
import { type crypto, type SignedEntity, type TrustMaterial, Verifier } from '#sigstore-js';
import type { LoggedSigner } from './log-entry.ts';
import { type Proofs, parseProofs } from './material.ts';
import { reasonOf } from './reason.ts';
import { refusal } from './refusals.ts';
import { logsAt, logTime, parseTimestamp, type Timestamp, timeOf } from './verify-by-trust-root.ts';
import { checkLogged, firstResult } from './verify-signature.ts';

/** A signature of the method `key` or `certificate`, which was verified, and who made it. */
export interface VerifiedOnce {
  readonly content: SignedContent;
  readonly signature: Uint8Array;
  readonly material: VerificationMaterial;
  readonly signer: LoggedSigner;
}

/**
 * Verifies that a signature is in a log of a trust root, and since when (OMS-KEYLOG-6 to -9). Of several trust roots, any may vouch for
 * it by itself.
 * @returns the earliest verified time, in milliseconds
 * @throws {OmsError} `signer/log-missing`, `signer/log-invalid`, `signer/timestamp-invalid`
 */
export function verifyLogged(signed: VerifiedOnce, trusts: readonly TrustMaterial[]): number {
  try {
    const { content, signature, material, signer } = signed;
    const proofs = parseProofs(material);
    if (proofs.entries.length === 0) throw new OmsError('signer/log-missing', 'the bundle has no log entry');
    const pieces = preAuthenticationEncoding(content.payloadType, content.payload);
    checkLogged(proofs.entries, { signature, signer, payload: content.payload, signedBytes: pieces });
    const entity = signatureContent(signature, content.payload, pieces);
    return firstResult(trusts, (trust) => verifiedBy(proofs, entity, trust));
  } catch (error) {
    throw error instanceof OmsError ? asOfKeys(error) : error;
  }
}

/** The requirements for other methods than `sigstore`, which say the same of an entry. */
const requirementOf: Readonly<Record<string, OmsError['requirement']>> = {
  'OMS-SIGSTORE-3': 'OMS-KEYLOG-6',
  'OMS-SIGSTORE-12': 'OMS-KEYLOG-7',
  'OMS-SIGSTORE-13': 'OMS-KEYLOG-8',
  'OMS-SIGSTORE-11': 'OMS-KEYLOG-9',
};

function asOfKeys(error: OmsError): OmsError {
  const { code, message, requirement, cause } = error;
  return new OmsError(code, message, { requirement: requirementOf[requirement ?? ''] ?? requirement, cause });
}

function verifiedBy(
  { entries, timestamps }: Proofs,
  signature: SignedEntity['signature'],
  trust: TrustMaterial,
): number {
  const times = [
    ...entries.flatMap(logTime).map(timeOf),
    ...timestamps.flatMap((der) => timestampTime(der, signature, trust)),
  ];
  if (times.length === 0) {
    throw refusal(
      'signer/timestamp-invalid',
      'the time of the signature is unknown: its log entry has no promise with a time, and no timestamp verifies with the trust root',
    );
  }
  verifyEntries(entries, signature, { ...trust, tlogs: logsAt(times, trust) });
  return Math.min(...times);
}

/** A timestamp that the trust root does not vouch for may be meant for others, and proves nothing here. */
function timestampTime(der: Uint8Array, signature: SignedEntity['signature'], trust: TrustMaterial): number[] {
  try {
    const timestamp: Timestamp = parseTimestamp(der);
    withKey(trust, { tlogThreshold: 0 }).verify({ signature, key: anyKey, tlogEntries: [], timestamps: [timestamp] });
    return [timeOf(timestamp)];
  } catch {
    return [];
  }
}

/** Promises, proofs and checkpoints of the entries; the times of promises are checked with the promises. */
function verifyEntries(entries: Proofs['entries'], signature: SignedEntity['signature'], trust: TrustMaterial): void {
  try {
    const tlogEntries = [...entries];
    withKey(trust, { timestampThreshold: 0 }).verify({ signature, key: anyKey, tlogEntries, timestamps: [] });
  } catch (error) {
    if (error instanceof OmsError) throw error;
    throw refusal('signer/log-invalid', `the log entry cannot be verified: ${reasonOf(error)}`, error);
  }
}

/** The library wants a key that it passes to {@link signatureContent}, which does not look at it. */
const anyKey = { $case: 'public-key', hint: '' } as const;
const unused = {} as ReturnType<typeof crypto.createPublicKey>;

function withKey(trust: TrustMaterial, options: ConstructorParameters<typeof Verifier>[1]): Verifier {
  return new Verifier({ ...trust, publicKey: () => ({ publicKey: unused, validFor: () => true }) }, options);
}

/** The signature, which was verified before, in the form in which sigstore-js compares it with log entries. */
function signatureContent(
  signature: Uint8Array,
  payload: Uint8Array,
  pieces: readonly Uint8Array[],
): SignedEntity['signature'] {
  return {
    signature: bytesOf(signature),
    compareSignature: (other) => equalBytes(other, signature),
    compareDigest: (other) => equalBytes(other, digest('sha256', [payload])),
    compareSignedDigest: (other) =>
      (['sha256', 'sha384', 'sha512'] as const).some((name) => equalBytes(other, digest(name, pieces))),
    verifySignature: () => true,
  };
}
