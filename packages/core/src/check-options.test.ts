import { makeCertificate } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { AttestOptions } from './attest.ts';
import { type CheckedOption, checkOptions } from './check-options.ts';
import { anyOf } from './methods/any-of.ts';
import {
  type CertificateSignerOptions,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './methods/certificate.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { type LocalModelOptions, localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';

import type { OpenVerifiedOptions } from './open-verified.ts';
import { type HashModelOptions, hashModel, signModel } from './sign.ts';
import type { CertificateIdentity, KeyIdentity, Verifier } from './signer.ts';
import { memoryModel } from './testing/memory-model.ts';
import { type Verification, type VerifyModelOptions, verifyModel } from './verify.ts';

const key = testKey();
const certificate = makeCertificate();
const model = memoryModel({ a: 'a' });
const { bundle } = await signModel(model, keySigner(key));

const wrong: Readonly<Record<CheckedOption, readonly unknown[]>> = {
  ignorePaths: ['a', [1], [null], { 0: 'a' }, null, new Set(['a'])],
  ignoreGitPaths: ['no', 0, null],
  allowSymlinks: ['yes', 1, null],
  ignoreUnsignedFiles: ['false', 1, null],
  strict: ['yes', 'false', 1, null, []],
  ignoredFiles: ['Refuse', true, false, null],
  perFile: ['yes', 1, null],
  excludeAttestations: ['yes', 1, null],
  evidence: ['byte', 'Advertised', true, null],
  method: ['shard', null, ['files']],
  hashAlgorithm: [256, null, ['sha256']],
  shardSize: ['1GB', '1000', null],
  draft: [1.1, true, null],
  extensions: ['x', [1], null],
  subManifests: ['x', [1], [{ directory: 'a' }], null],
  annotations: ['a=b', 1, null],
  threads: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '4', true, null],
  concurrency: [0, -1, 1.5, '8', null],
  cacheBytes: [-1, 1.5, '1GB', null],
  readAhead: [-1, 1.5, '2', null],
  maxUnitBytes: [0, -1, 1.5, '1GB', null],
  onProgress: ['log', {}, null],
  engine: ['native', {}, null, () => []],
  signal: [true, {}, new AbortController(), null],
};

const cases = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value] as const));

describe('the options of the library', () => {
  it('every option of every verb is checked', () => {
    expectTypeOf<CheckedOption>().toEqualTypeOf<
      keyof HashModelOptions | keyof VerifyModelOptions | keyof OpenVerifiedOptions | keyof AttestOptions
    >();
  });

  it.each(cases)('the option %s is refused by every verb as a TypeError if it is %j', async (name, value) => {
    const options = { [name]: value } as HashModelOptions & VerifyModelOptions;
    const verbs = [
      () => signModel(model, keySigner(key), options),
      () => hashModel(model, options),
      () => verifyModel(model, bundle, keyVerifier(key), options),
      () => openSignature(bundle, keyVerifier(key), options),
    ];
    for (const verb of verbs) {
      const error = await verb().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(new RegExp(`^the option ${name} must be .+, and is .+$`));
    }
  });

  it('an option that is undefined is one that is not given', async () => {
    const none = Object.fromEntries(Object.keys(wrong).map((name) => [name, undefined]));
    await expect(verifyModel(model, bundle, keyVerifier(key), none)).resolves.toMatchObject({ warnings: [] });
    await expect(hashModel(model, none)).resolves.toMatchObject({ evidence: 'bytes' });
  });

  it('a shard size implies shards, and contradicts the method files', async () => {
    const { manifest } = await hashModel(model, { shardSize: 10 });
    expect(manifest.serialization).toMatchObject({ method: 'shards', shardSize: 10 });
    const both = hashModel(model, { method: 'files', shardSize: 10 });
    await expect(both).rejects.toThrow('the option shardSize needs the method "shards"');
  });

  it('strict verifying and hashing accept no digest that is only advertised', async () => {
    const options = { strict: true, evidence: 'advertised' } as const;
    const message = 'the option strict needs the evidence "bytes"';
    await expect(hashModel(model, options)).rejects.toThrow(message);
    await expect(verifyModel(model, bundle, keyVerifier(key), options)).rejects.toThrow(message);
  });

  it('options that are no object are refused', async () => {
    for (const options of [null, 'strict', 1] as unknown as HashModelOptions[]) {
      await expect(hashModel(model, options)).rejects.toThrow('the options must be an object');
    }
  });

  it('options are read once, so that what was checked is what is used', () => {
    let reads = 0;
    const options = checkOptions({
      get strict() {
        return reads++ === 0;
      },
    });
    expect([options.strict, options.strict, reads]).toEqual([true, true, 1]);
  });
});

describe('verifiers and signers', () => {
  it('the identity type of a verifier reaches the caller of every verb', () => {
    const byKey = () => verifyModel(model, bundle, keyVerifier(key));
    expectTypeOf(byKey).returns.resolves.toEqualTypeOf<Verification<KeyIdentity>>();
    const byAny = () => verifyModel(model, bundle, anyOf([keyVerifier(key), {} as Verifier<CertificateIdentity>]));
    expectTypeOf(byAny).returns.resolves.toEqualTypeOf<Verification<KeyIdentity | CertificateIdentity>>();
  });

  it('a verifier whose methods are text instead of an array is a mistake of the caller', async () => {
    const verifier = { ...keyVerifier(key), methods: 'keychain' } as unknown as Verifier;
    await expect(verifyModel(model, bundle, verifier)).rejects.toThrow('must be an array');
    await expect(openSignature(bundle, verifier)).rejects.toThrow(TypeError);
  });

  it('a verifier cannot change the payload that is parsed afterwards', async () => {
    const inner = keyVerifier(key);
    const verifier: Verifier = {
      methods: ['key'],
      async verify(content, signature, material, warn) {
        const verified = await inner.verify(content, signature, material, warn);
        content.payload.fill(0x20);
        return verified;
      },
    };
    expect((await openSignature(bundle, verifier)).manifest.resources).toMatchObject([{ path: 'a' }]);
  });

  it('a signer cannot change the statement that goes into the bundle', async () => {
    const inner = keySigner(key);
    const signed = await signModel(model, {
      async sign(content, warn) {
        const made = await inner.sign(content, warn);
        content.payload.fill(0x20);
        return made;
      },
    });
    await verifyModel(model, signed.bundle, keyVerifier(key));
  });
});

describe('the options of signers, verifiers and models', () => {
  const pem = certificate.pem;

  it.each<[string, object]>([
    ['trusted', { trusted: pem }],
    ['trusted', { trusted: [7] }],
    ['timestampRoots', { trusted: [pem], timestampRoots: pem }],
    ['systemRoots', { trusted: [pem], systemRoots: 'false' }],
    ['requireSelfSignedRoot', { trusted: [pem], requireSelfSignedRoot: 1 }],
    ['verificationTime', { trusted: [pem], verificationTime: '2026-01-01' }],
    ['usage', { trusted: [pem], usage: 'all' }],
  ])('the option %s of certificateVerifier is refused as a TypeError in %j', (name, options) => {
    const attempt = () => certificateVerifier(options as CertificateVerifierOptions);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(`the option ${name} must be `);
  });

  it.each<[string, object]>([
    ['chain', { chain: pem }],
    ['usage', { usage: 'all' }],
    ['timestampAuthority', { timestampAuthority: 'http://timestamp.example' }],
  ])('the option %s of certificateSigner is refused as a TypeError in %j', (name, options) => {
    const { privateKeyPem: privateKey } = certificate;
    const attempt = () => certificateSigner({ privateKey, certificate: pem, ...options } as CertificateSignerOptions);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(`the option ${name} must be `);
  });

  it.each<[string, object]>([
    ['signaturePath', { signaturePath: 7 }],
    ['allowExternalSymlinks', { allowExternalSymlinks: 'no' }],
  ])('the option %s of localModel is refused as a TypeError', (name, options) => {
    expect(() => localModel('m', options as LocalModelOptions)).toThrow(`the option ${name} must be `);
  });

  it('a secret in place of another option is not repeated in the message', () => {
    const options = { trusted: certificate.privateKeyPem } as unknown as CertificateVerifierOptions;
    expect(() => certificateVerifier(options)).toThrow(/and is a string$/);
  });
});
