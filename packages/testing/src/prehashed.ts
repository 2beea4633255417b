import { createPrivateKey } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { TestKey } from './forge.ts';

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

/** Signs a digest as a token or a service does, which never sees what the digest is of. Returns ASN.1 DER. */
export function signDigest(key: TestKey, digest: Uint8Array): Uint8Array {
  const { d = '' } = createPrivateKey(key.privateKey).export({ format: 'jwk' });
  const secret = new Uint8Array(Buffer.from(d, 'base64url'));
  return curves[key.curve].sign(digest, secret, { prehash: false, format: 'der' });
}
