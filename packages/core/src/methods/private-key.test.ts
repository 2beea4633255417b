import { createPrivateKey, createPublicKey } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Authority, makeChain } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import type { Signer } from '../signer.ts';
import { refusal } from '../testing/refusal.ts';
import { verifyModel } from '../verify.ts';
import { certificateSigner, certificateVerifier } from './certificate.ts';
import { keySigner, keyVerifier } from './key.ts';
import type { PrivateKeyHandle } from './private-key.ts';

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;
type Curve = keyof typeof curves;

/** A key in a slow service, with another implementation of ECDSA, that is given only digests. */
function remoteKey(curve: Curve, privateKeyPem: string, format: 'der' | 'compact' = 'der') {
  const { d } = createPrivateKey(privateKeyPem).export({ format: 'jwk' });
  const secret = new Uint8Array(Buffer.from(d ?? '', 'base64url'));
  const digests: Uint8Array[] = [];
  const handle: PrivateKeyHandle = {
    publicKey: createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString(),
    async sign(digest) {
      digests.push(digest);
      await setTimeout(5);
      return curves[curve].sign(digest, secret, { prehash: false, format });
    },
  };
  return { handle, digests };
}

const digestLength = { 'P-256': 32, 'P-384': 48, 'P-521': 64 };

async function sign(signer: Signer) {
  const model = localModel(modelDirectory({ a: 'a' }));
  return { model, ...(await signModel(model, signer)) };
}

describe('a handle to a private key', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)(
    'keySigner signs with a key on %s through a handle, which is given the digest alone',
    async (curve) => {
      const key = testKey(curve);
      const { handle, digests } = remoteKey(curve, key.privateKey);
      const { model, bundle } = await sign(keySigner({ key: handle }));
      const { signer } = await verifyModel(model, bundle, keyVerifier(key), { strict: true });
      expect(signer.curve).toBe(curve);
      expect(digests.map(({ length }) => length)).toEqual([digestLength[curve]]);
    },
  );

  it.each(['P-256', 'P-384', 'P-521'] as const)(
    'certificateSigner signs with a certified key on %s through a handle',
    async (curve) => {
      const { leaf, intermediates, root } = makeChain({ key: curve });
      const { handle } = remoteKey(curve, leaf.privateKeyPem);
      const chain = intermediates.map(({ pem }) => pem);
      const { model, bundle } = await sign(certificateSigner({ key: handle, certificate: leaf.pem, chain }));
      const verifier = certificateVerifier({ trusted: [root.pem] });
      const { signer } = await verifyModel(model, bundle, verifier, { strict: true });
      expect(signer).toMatchObject({ curve, subject: 'O=Test, CN=Leaf' });
    },
  );

  it('a handle may give its public key in DER', async () => {
    const key = testKey();
    const { handle } = remoteKey('P-256', key.privateKey);
    const publicKey = new Uint8Array(createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' }));
    const { model, bundle } = await sign(keySigner({ key: { ...handle, publicKey } }));
    await verifyModel(model, bundle, keyVerifier(key));
  });

  it.each(['0 is what this text begins with\n', '\u0030\u0082 text\n', 'my key\n'])(
    'a handle may give its public key as the bytes of PEM after the text %j',
    async (preamble) => {
      const key = testKey();
      const { handle } = remoteKey('P-256', key.privateKey);
      const publicKey = new Uint8Array(Buffer.from(preamble + key.publicKey, 'latin1'));
      const { model, bundle } = await sign(keySigner({ key: { ...handle, publicKey } }));
      await verifyModel(model, bundle, keyVerifier(key));
    },
  );

  it.each<[string, Uint8Array]>([
    ['incomplete DER', Uint8Array.of(0x30, 0x59, 0x30)],
    ['too many bytes', new Uint8Array(65_537).fill(0x30)],
    ['no bytes', new Uint8Array()],
  ])('a handle that gives %s as its public key is refused', async (_, publicKey) => {
    const { handle } = remoteKey('P-256', testKey().privateKey);
    await refusal('signer/key-unreadable', () => keySigner({ key: { ...handle, publicKey } }));
  });

  it('a handle without a public key is a mistake of the caller', () => {
    const { handle } = remoteKey('P-256', testKey().privateKey);
    const key = { ...handle, publicKey: undefined as never };
    expect(() => keySigner({ key })).toThrow('the option key.publicKey must be a string or a Uint8Array, and is ');
  });

  it('a handle may use the buffer of its signature again', async () => {
    const key = testKey();
    const { handle } = remoteKey('P-256', key.privateKey);
    // From the second turn of the microtask queue on, the caller has it.
    for (let turns = 2; turns < 12; turns++) {
      const reusing: PrivateKeyHandle = {
        publicKey: handle.publicKey,
        async sign(digest) {
          const signature = await handle.sign(digest);
          const clear = async () => {
            for (let i = 0; i < turns; i++) await null;
            signature.fill(0);
          };
          void clear();
          return signature;
        },
      };
      const { model, bundle } = await sign(keySigner({ key: reusing }));
      await verifyModel(model, bundle, keyVerifier(key));
    }
  });

  it('a certificate of another key than that of the handle is refused', async () => {
    const leaf: Authority = makeChain().leaf;
    const { handle } = remoteKey('P-256', testKey().privateKey);
    await refusal('signer/certificate-mismatch', () => certificateSigner({ key: handle, certificate: leaf.pem }));
  });

  it.each<[string, (handle: PrivateKeyHandle) => PrivateKeyHandle]>([
    ['by another key', ({ publicKey }) => ({ ...remoteKey('P-256', testKey().privateKey).handle, publicKey })],
    ['of another digest', ({ publicKey, sign }) => ({ publicKey, sign: () => sign(new Uint8Array(32)) })],
    ['that is not there', ({ publicKey }) => ({ publicKey, sign: async () => undefined as never })],
  ])('a handle that returns a signature %s is detected before the bundle is made', async (_, change) => {
    const { handle } = remoteKey('P-256', testKey().privateKey);
    await refusal('signer/key-answer-invalid', () => sign(keySigner({ key: change(handle) })));
  });

  it('a handle that returns a signature that is not DER is detected before the bundle is made', async () => {
    const { handle } = remoteKey('P-256', testKey().privateKey, 'compact');
    await refusal('signer/key-answer-invalid', () => sign(keySigner({ key: handle })));
  });

  it('a handle beside a private key in PEM is a mistake of the caller', () => {
    const { privateKey } = testKey();
    const { handle: key } = remoteKey('P-256', privateKey);
    expect(() => keySigner({ key, privateKey } as never)).toThrow('either privateKey or key');
  });

  it('the failure of a handle reaches the caller unchanged', async () => {
    const { handle } = remoteKey('P-256', testKey().privateKey);
    const failure = new Error('the service is down');
    const key = { ...handle, sign: () => Promise.reject(failure) };
    await expect(sign(keySigner({ key }))).rejects.toBe(failure);
  });
});
