import { createHash, createPublicKey } from 'node:crypto';
import {
  attest,
  attestedSubject,
  keySigner,
  keyVerifier,
  localModel,
  openAttestation,
  openSignature,
  signModel,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { modelDirectory } from '@model-signing/testing/tree';
import { bundleFromJSON } from '@sigstore/bundle';
import { type TrustMaterial, toSignedEntity, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { sigstoreSigner } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { sigstoreVerifier } from './verifier.ts';

const claim = { predicateType: 'slsaprovenance1', predicate: { buildDefinition: {} } };

async function signedWith(key: ReturnType<typeof testKey>) {
  const model = localModel(modelDirectory({ 'weights.bin': 'w' }));
  const { bundle } = await signModel(model, keySigner(key));
  return { bundle, signed: await openSignature(bundle, keyVerifier(key)) };
}

/** Verifies a bundle with the library of npm and GitHub, which trusts one key and asks for no log. */
function verifyWithSigstoreJs(bundle: Uint8Array, publicKey: string): void {
  const key = createPublicKey(publicKey);
  const trust: TrustMaterial = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey: key, validFor: () => true }),
  };
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(Buffer.from(bundle).toString()))));
}

describe('attestations and the other verifier of Sigstore for JavaScript', () => {
  it('an attestation by a key on P-256 is verified by @sigstore/verify, and refused with another key', async () => {
    const key = testKey('P-256');
    const { signed } = await signedWith(key);
    const { bundle } = await attest(signed, claim, keySigner(key));
    verifyWithSigstoreJs(bundle, key.publicKey);
    expect(() => verifyWithSigstoreJs(bundle, testKey('P-256').publicKey)).toThrow(/signature/);
  });

  it.each(['P-384', 'P-521'] as const)(
    '@sigstore/verify takes SHA-256 for every key, and refuses an attestation by one on %s, as it refuses a signature',
    async (curve) => {
      const key = testKey(curve);
      const { signed, bundle: signature } = await signedWith(key);
      const { bundle } = await attest(signed, claim, keySigner(key));
      for (const each of [bundle, signature]) {
        expect(() => verifyWithSigstoreJs(each, key.publicKey)).toThrow(/signature/);
      }
      await openAttestation(bundle, keyVerifier(key));
    },
  );

  it('an attestation as cosign makes it, with a hint of the DER form and no log, is verified by both', async () => {
    const key = testKey('P-256');
    const { signed } = await signedWith(key);
    const made = JSON.parse(Buffer.from((await attest(signed, claim, keySigner(key))).bundle).toString());
    const der = createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' });
    made.verificationMaterial = { publicKey: { hint: createHash('sha256').update(der).digest('base64') } };
    const bundle = Buffer.from(JSON.stringify(made));
    const opened = await openAttestation(bundle, keyVerifier(key));
    expect(attestedSubject(opened, signed)).not.toBeNull();
    verifyWithSigstoreJs(bundle, key.publicKey);
  });
});

describe('attestations with an identity', () => {
  it.each([1, 2] as const)(
    'an identity attests what a key signed, with an entry in a log of version %i',
    { timeout: 240_000 },
    async (version) => {
      const { signed } = await signedWith(testKey());
      const services = await TestServices.start();
      const trustedRoot = JSON.stringify(services.instance.trustedRoot());
      const signer = await sigstoreSigner({
        token: { token: services.token() },
        trust: { trustedRoot, signingConfig: JSON.stringify(services.signingConfig(version)) },
      });
      const { bundle } = await attest(signed, claim, signer);
      const expected = { identity: testIdentity, issuer: testIssuer, trust: { trustedRoot } };
      const opened = await openAttestation(bundle, await sigstoreVerifier(expected));
      expect(opened).toMatchObject({
        signer: { method: 'sigstore', identity: testIdentity },
        predicate: claim.predicate,
      });
      expect(attestedSubject(opened, signed)).not.toBeNull();
      const other = await sigstoreVerifier({ ...expected, identity: 'other@example.com' });
      await refusal('signer/identity-mismatch', () => openAttestation(bundle, other));
    },
  );
});
