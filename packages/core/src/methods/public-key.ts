import type { Curve } from '../format/algorithms.ts';
import { importPublicKey, type Pem } from './ec-key.ts';

/** What a public key is, and how signatures and people name it. */
export interface PublicKeySummary {
  readonly curve: Curve;
  /** The fingerprint of the key, by which bundles name it: lowercase hexadecimal SHA-256 of `pem` (OMS-KEY-1). */
  readonly hint: string;
  /** SubjectPublicKeyInfo in PEM, in the one form that the hint is computed from: a named curve and an uncompressed point. */
  readonly pem: string;
}

/**
 * Reads a public key on P-256, P-384 or P-521, in PEM or DER, and returns its curve, its fingerprint and its canonical form.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`
 *
 * @example
 * const { curve, hint } = inspectPublicKey(await readFile('key.pub.pem'));
 * console.log(`${curve}, fingerprint ${hint}`);
 */
export function inspectPublicKey(publicKey: Pem): PublicKeySummary {
  const { curve, hint, pem } = importPublicKey(publicKey);
  return { curve, hint, pem };
}
