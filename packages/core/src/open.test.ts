import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { openAndRelease, openSignature, type SignedManifest } from './open.ts';
import { type HashModelOptions, signModel } from './sign.ts';
import type { KeyIdentity } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const verifier = keyVerifier(key);

async function signed(options: HashModelOptions = {}) {
  const model = localModel(modelDirectory({ a: 'aaaaa', 'b/c': 'b' }));
  return { model, ...(await signModel(model, keySigner(key), options)) };
}

describe('openSignature', () => {
  it('openSignature gives what is signed and by whom, without a model', async () => {
    const { bundle, manifest, signer } = await signed();
    const opened = await openSignature(bundle, verifier);
    expect(opened).toEqual({ signer, subjectName: 'model', manifest, warnings: [] });
    expectTypeOf(opened).toEqualTypeOf<SignedManifest<KeyIdentity>>();
  });

  it('openSignature gives the ranges of shards as numbers', async () => {
    const { bundle } = await signed({ shardSize: 3 });
    const { manifest } = await openSignature(bundle, verifier);
    expect(manifest.resources.map(({ path, range }) => [path, range])).toEqual([
      ['a', [0, 3]],
      ['a', [3, 5]],
      ['b/c', [0, 1]],
    ]);
  });

  it('openSignature accepts a draft only where it is named, and gives its annotations', async () => {
    const annotations = { licence: 'Apache-2.0' };
    const { bundle } = await signed({ draft: '1.1', annotations });
    await refusal('statement/predicate-type', () => openSignature(bundle, verifier));
    const { manifest } = await openSignature(bundle, verifier, { draft: '1.1' });
    expect(manifest).toMatchObject({ draft: '1.1', annotations });
  });

  it('openSignature refuses what verifying refuses before it looks at the model', async () => {
    const { bundle } = await signed();
    const unread: Model = { name: 'm', list: () => Promise.reject(new Error('the model was listed')) };
    const wrongRoot = forge(bundle, key, { statement: (s) => (s.subject[0].digest.sha256 = '0'.repeat(64)) });
    const cases = [
      [Buffer.from('{'), verifier, 'bundle/not-json'],
      [bundle, keyVerifier(testKey()), 'signer/key-mismatch'],
      [forge(bundle, testKey(), {}), verifier, 'envelope/signature-invalid'],
      [forge(bundle, key, { payload: Buffer.from('{}') }), verifier, 'statement/malformed'],
      [wrongRoot, verifier, 'manifest/root-digest-mismatch'],
    ] as const;
    for (const [bytes, by, code] of cases) {
      const error = await refusal(code, () => openSignature(bytes, by));
      const same = await refusal(code, () => verifyModel(unread, bytes, by));
      expect(error.message).toBe(same.message);
    }
  });

  it('openSignature warns, and refuses the same in strict mode', async () => {
    const { bundle } = await signed();
    const rawBytes = Buffer.from('a key').toString('base64');
    const historical = forge(bundle, key, { bundle: (b) => (b.verificationMaterial.publicKey = { rawBytes }) });
    const { warnings } = await openSignature(historical, verifier);
    expect(warnings).toMatchObject([{ code: 'signer/historical-key' }]);
    await refusal('signer/historical-key', () => openSignature(historical, verifier, { strict: true }));
  });
});

describe('openAndRelease', () => {
  const long = (bundle: Uint8Array) => {
    const bytes = new Uint8Array(bundle.length + 2 * 1024 * 1024).fill(0x20);
    bytes.set(bundle);
    return bytes;
  };

  it('openAndRelease gives what openSignature gives, and leaves a long bundle empty', async () => {
    const { bundle } = await signed();
    const bytes = long(bundle);
    expect(await openAndRelease(bytes, verifier)).toEqual(await openSignature(bundle, verifier));
    expect(bytes).toHaveLength(0);
  });

  it('openAndRelease leaves a short bundle, which may share its memory with others', async () => {
    const { bundle } = await signed();
    const { length } = bundle;
    await openAndRelease(bundle, verifier);
    expect(bundle).toHaveLength(length);
  });

  it('openAndRelease refuses what openSignature refuses', async () => {
    const { bundle } = await signed();
    const wrong = forge(bundle, testKey(), {});
    await refusal('envelope/signature-invalid', () => openAndRelease(long(wrong), verifier));
  });
});
