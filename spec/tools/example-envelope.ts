import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { preAuthEncoding } from '@model-signing/testing/pae';
import { sha256 } from './example-model.ts';

/** The payload type of every envelope. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The hint of a public key: the SHA-256 of its PEM form. */
export function keyHint(publicKey: KeyObject): string {
  return sha256(publicKey.export({ type: 'spki', format: 'pem' }));
}

/** Whether a P-256 signature in Base64 over a payload is valid. */
export function signatureHolds(publicKey: KeyObject, payload: Uint8Array, signature: string): boolean {
  return verify(
    'sha256',
    preAuthEncoding({ payloadType: PAYLOAD_TYPE, payload }),
    publicKey,
    Buffer.from(signature, 'base64'),
  );
}

/**
 * The envelope of the example.
 *
 * ECDSA signatures are random here, so an earlier one is kept while it is valid: the same model gives the same bytes.
 */
export function exampleEnvelope(payload: Uint8Array, privateKeyPem: string, earlierSignature: string | null) {
  const privateKey = createPrivateKey(privateKeyPem);
  const kept = earlierSignature !== null && signatureHolds(createPublicKey(privateKey), payload, earlierSignature);
  const fresh = () =>
    sign('sha256', preAuthEncoding({ payloadType: PAYLOAD_TYPE, payload }), privateKey).toString('base64');
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ sig: kept ? earlierSignature : fresh(), keyid: '' }],
  };
}
