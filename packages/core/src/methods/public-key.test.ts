import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { testKey } from '@model-signing/testing/forge';
import { expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { inspectPublicKey } from './public-key.ts';

it.each(['P-256', 'P-384', 'P-521'] as const)('a public key on %s is described by its curve, hint and PEM', (curve) => {
  const { publicKey } = testKey(curve);
  const hint = createHash('sha256').update(publicKey).digest('hex');
  expect(inspectPublicKey(publicKey)).toEqual({ curve, hint, pem: publicKey });
});

it('a public key in DER is described as the same key in PEM', () => {
  const { publicKey } = testKey();
  const der = new Uint8Array(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }));
  expect(inspectPublicKey(der)).toEqual(inspectPublicKey(publicKey));
});

it('a public key of an unknown kind is refused', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await refusal('signer/key-unsupported', () => inspectPublicKey(pem));
});

it('a private key is not described as a public one', async () => {
  await refusal('signer/key-unreadable', () => inspectPublicKey(testKey().privateKey));
});
