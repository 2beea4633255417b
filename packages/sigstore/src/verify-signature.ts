import {
  OmsError,
  preAuthenticationEncoding,
  type SignedContent,
  type SigstoreIdentity,
  type VerificationMaterial,
} from '@model-signing/core';
import { equalBytes } from '#platform';
import type { TrustMaterial } from '#sigstore-js';
import { checkLoggedSignature, type LoggedSignature } from './log-entry.ts';
import { type Proofs, parseMaterial, type SigstoreMaterial } from './material.ts';
import { refusal, refuseIfThrows } from './refusals.ts';
import { parseSigningCertificate } from './signing-certificate.ts';
import { findIssuer, type IssuedCertificate, type SignedBytes, verifyByTrustRoot } from './verify-by-trust-root.ts';

/**
 * Verifies a signature of the method `sigstore` against a trust root and returns the signer. The caller decides whether it is
 * the expected signer (sections 3.3 and 3.4). Any of the trust roots may vouch for it,
 * each by itself: the authority of one and the log of another prove nothing.
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/sct-invalid`, `signer/timestamp-invalid`,
 * `signer/log-missing`, `signer/log-invalid`, `signer/key-unsupported`, `envelope/signature-invalid`
 */
export function verifySignature(
  { payloadType, payload }: SignedContent,
  signature: Uint8Array,
  material: VerificationMaterial,
  trusts: readonly TrustMaterial[],
): SigstoreIdentity {
  const parsed = parseMaterial(material);
  if (parsed.entries.length === 0) throw new OmsError('signer/log-missing', 'the bundle has no log entry');
  const { key, hash, identity, issuer } = parseSigningCertificate(parsed.certificate);
  const pieces = preAuthenticationEncoding(payloadType, payload);
  // With the hash of the key's curve (OMS-SIGSTORE-17): sigstore-js uses SHA-256 for every curve.
  if (!key.verify({ keyType: 'ec', hash }, pieces, signature)) {
    throw refusal(
      'envelope/signature-invalid',
      "the signature was not made with the certificate's key, or the payload was changed",
    );
  }
  const candidates = issuersIn(trusts, parsed.certificate);
  const signed = { signature, payload, pieces };
  checkEntries(parsed, signed);
  const times = firstResult(candidates, ({ issued, trust }) =>
    verifyByTrustRoot(parsed, issued, { ...signed, key, hash }, trust),
  );
  return { method: 'sigstore', identity, issuer, signedAt: new Date(Math.min(...times)).toISOString() };
}

interface Candidate {
  readonly trust: TrustMaterial;
  readonly issued: IssuedCertificate;
}

/** The trust roots with an authority that issued the certificate. */
function issuersIn(trusts: readonly TrustMaterial[], certificate: Uint8Array): Candidate[] {
  const candidates: Candidate[] = [];
  let refused: unknown;
  for (const trust of trusts) {
    try {
      candidates.push({ trust, issued: findIssuer(certificate, trust) });
    } catch (error) {
      refused ??= error;
    }
  }
  if (candidates.length === 0) throw refused;
  return candidates;
}

/** The result for the first trust root that verifies, or the error for the first one. */
export function firstResult<C, T>(candidates: readonly C[], verify: (candidate: C) => T): T {
  let refused: unknown;
  for (const candidate of candidates) {
    try {
      return verify(candidate);
    } catch (error) {
      refused ??= error;
    }
  }
  throw refused;
}

/** OMS-SIGSTORE-13. */
function checkEntries({ entries, certificate }: SigstoreMaterial, { signature, payload, pieces }: SignedBytes): void {
  const logged = { signature, signer: { certificate }, payload, signedBytes: pieces };
  checkLogged(entries, logged);
}

/**
 * Refuses an entry that is not of this signature, and one that is there twice.
 * @throws {OmsError} `signer/log-invalid`
 */
export function checkLogged(entries: Proofs['entries'], logged: LoggedSignature): void {
  for (const [index, entry] of entries.entries()) {
    if (entries.slice(0, index).some((earlier) => isSameEntry(earlier, entry))) {
      throw refusal('signer/log-invalid', 'the bundle has the same log entry twice');
    }
    refuseIfThrows('signer/log-invalid', 'the body of the log entry is malformed', () =>
      checkLoggedSignature(entry, logged),
    );
  }
}

function isSameEntry(one: SigstoreMaterial['entries'][number], other: SigstoreMaterial['entries'][number]): boolean {
  return equalBytes(one.logId.keyId, other.logId.keyId) && equalBytes(one.canonicalizedBody, other.canonicalizedBody);
}
