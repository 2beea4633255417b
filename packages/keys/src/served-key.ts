import { inspectPublicKey, OmsError, type PublicKeySummary } from '@model-signing/core';
import { KeyError } from './key-error.ts';

/** The bytes of a digest by the hash of each curve (OMS-ALG-4). */
const digestBytes = { 'P-256': 32, 'P-384': 48, 'P-521': 64 } as const;

/**
 * Reads a public key that a service or a plugin returned.
 * @param holder what returned it, to begin a message
 * @throws {KeyError} `key/unsupported`, `key/response-invalid`
 */
export function readServedKey(publicKey: string | Uint8Array, holder: string): PublicKeySummary {
  try {
    return inspectPublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    if (error.code === 'signer/key-unsupported') throw new KeyError('key/unsupported', `${holder}: ${error.message}`);
    throw new KeyError('key/response-invalid', `${holder} returned no public key: ${error.message}`);
  }
}

/**
 * Checks that what a key is to sign is a digest by its hash.
 * @throws {TypeError}
 */
export function checkDigest(digest: Uint8Array, { curve }: PublicKeySummary): void {
  const length = digestBytes[curve];
  if (digest instanceof Uint8Array && digest.length === length) return;
  throw new TypeError(`a key on ${curve} signs digests of ${length} bytes`);
}

/** The bytes of Base64 in its one canonical form; null for anything else. */
export function fromBase64(text: unknown): Uint8Array | null {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : null;
}
