import type { EphemeralKey } from '#platform';
import { type Bytes, makeBytes } from './bytes.ts';

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
export { type Bytes, fromLooseBase64 } from './bytes.ts';

/** Copies bytes for Sigstore's libraries. */
export function bytesOf(bytes: Uint8Array): Bytes {
  return makeBytes.from(bytes);
}

/** Models are not signed in a browser. */
export function generateKey(): EphemeralKey {
  throw new TypeError('models are not signed in a browser');
}

const unavailable = async (): Promise<never> => {
  throw new TypeError('models are not signed in a browser');
};

export const loadAmbientToken = unavailable;
export const loadCallbackListener = unavailable;

/** A browser keeps no trust root, and fetches none: only what is built in, or given, is there. */
export const loadTrustStore = async () => ({
  readTrustStore: async () => ({ stored: null, problem: null }),
  async refreshTrustStore(): Promise<never> {
    throw new TypeError(
      'a trust root cannot be refreshed in a browser: fetch trusted_root.json and give it as trustedRoot',
    );
  },
});
