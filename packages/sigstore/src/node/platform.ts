import { createSign, generateKeyPairSync } from 'node:crypto';

export {
  concatBytes,
  type DigestAlgorithm,
  digest,
  equalBytes,
  fromBase64,
  fromHex,
  importPublicKey,
  type PublicKey,
  toBase64,
  toHex,
} from '@model-signing/x509/platform';

/** The byte arrays that Sigstore's libraries take and return. */
export type Bytes = Buffer<ArrayBuffer>;

/** Copies bytes for Sigstore's libraries. */
export function bytesOf(bytes: Uint8Array): Bytes {
  return Buffer.from(bytes);
}

/** Decodes Base64 in any form. Only for log entries, which other clients write and this package only compares. */
export function fromLooseBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

/** A key pair that signs once and is then forgotten. */
export interface EphemeralKey {
  /** `SubjectPublicKeyInfo`, DER. */
  readonly spki: Uint8Array;
  /** ECDSA with SHA-256 over the pieces, one after another; ASN.1 DER. */
  sign(message: Iterable<Uint8Array>): Uint8Array;
}

/** Generates a key on P-256. */
export function generateKey(): EphemeralKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    sign(message) {
      const state = createSign('sha256');
      for (const piece of message) state.update(piece);
      return state.sign(privateKey);
    },
  };
}

// Loaded only when they are used: each brings modules that verifying does not need.

export const loadAmbientToken = () => import('./ambient.ts');
export const loadCallbackListener = () => import('./login-callback.ts');
export const loadTrustStore = () => import('./trust-store.ts');
