import { attest, keySigner, keyVerifier, localModel, openSignature, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { loadPolicy } from './load.ts';
import { statementJudge } from './statement-judge.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const BOM = 'https://cyclonedx.org/bom';
const keys = { alice: testKey(), bob: testKey('P-384'), eve: testKey() };
type Name = keyof typeof keys;

const aliceSigns = { signedBy: ['alice'], attestations: [{ predicateType: SLSA, signedBy: ['bob'] }] };

async function judgeFor(models: readonly object[], more: object = {}, now = new Date()) {
  const signer = (name: Name) => ({ method: 'key', publicKey: keys[name].publicKey });
  const signers = { alice: { ...signer('alice'), validUntil: '2030-01-01' }, bob: signer('bob') };
  const policy = await loadPolicy(JSON.stringify({ policyVersion: 1, signers, models, ...more }));
  return statementJudge(policy, { now: () => now });
}

async function signatureBy(who: Name, content = 'a') {
  const { bundle } = await signModel(localModel(modelDirectory({ w: content })), keySigner(keys[who]));
  return bundle;
}

async function attestationBy(who: Name, predicateType = SLSA) {
  const signed = await openSignature(await signatureBy('alice'), keyVerifier(keys.alice));
  const { bundle } = await attest(signed, { predicateType, predicate: {} }, keySigner(keys[who]));
  return { name: who, bundle };
}

const one = (model: string, bundle: Uint8Array) => ({ model, name: 'model.sig', bundle });

it('a signature is accepted by a signer of the rule for its model', async () => {
  const judge = await judgeFor([
    { match: ['/one'], require: aliceSigns },
    { match: ['/no'], reject: true },
  ]);
  const [bundle, other] = [await signatureBy('alice'), await signatureBy('eve')];
  const given = [one('/one', bundle), one('/one', other), one('/two', bundle), one('/no', bundle)];
  expect(await judge.signatures(given)).toMatchObject([
    { signer: 'alice', signed: { signer: { method: 'key' } } },
    { code: 'policy/signer' },
    { code: 'policy/no-rule' },
    { code: 'policy/rejected' },
  ]);
});

it('what is no signature of a model is refused, and an attestation is none', async () => {
  const judge = await judgeFor([{ match: ['**'], require: { signedBy: ['alice', 'bob'] } }]);
  const { bundle } = await attestationBy('bob');
  expect(await judge.signatures([one('/one', Buffer.from('{}')), one('/one', bundle)])).toMatchObject([
    { code: 'bundle/media-type' },
    { code: 'statement/predicate-type' },
  ]);
});

it('signatures count together for the threshold of their rule if they are of one root digest, and by different signers', async () => {
  const judge = await judgeFor([{ match: ['**'], require: { signedBy: ['alice', 'bob'], threshold: 2 } }]);
  const [alice, bob] = [await signatureBy('alice'), await signatureBy('bob')];
  const codes = async (...given: Uint8Array[]) =>
    (await judge.signatures(given.map((bundle, i) => one(`/${i}`, bundle)))).map((each) =>
      'code' in each ? each.code : 'ok',
    );
  expect(await codes(alice, bob)).toEqual(['ok', 'ok']);
  expect(await codes(alice)).toEqual(['policy/threshold']);
  expect(await codes(alice, await signatureBy('alice'))).toEqual(['policy/threshold', 'policy/threshold']);
  expect(await codes(alice, await signatureBy('bob', 'b'))).toEqual(['policy/threshold', 'policy/threshold']);
});

it('a revoked root digest and a signer who no longer counts are refused', async () => {
  const bundle = await signatureBy('alice');
  const { manifest } = await openSignature(bundle, keyVerifier(keys.alice));
  const models = [{ match: ['**'], require: aliceSigns }];
  const revoking = await judgeFor(models, { revoked: { rootDigests: [manifest.rootDigest] } });
  expect(await revoking.signatures([one('/one', bundle)])).toMatchObject([{ code: 'policy/revoked' }]);
  const late = await judgeFor(models, {}, new Date('2031-01-01'));
  expect(await late.signatures([one('/one', bundle)])).toMatchObject([{ code: 'policy/signer' }]);
});

it('an attestation is accepted by a signer whom the rule names for its type, and by no other', async () => {
  const judge = await judgeFor([
    { match: ['/one'], require: aliceSigns },
    { match: ['/bare'], require: { signedBy: ['alice'] } },
    { match: ['/no'], reject: true },
  ]);
  const judged = async (model: string, given: Awaited<ReturnType<typeof attestationBy>>) => {
    const found = await judge.attestation(model, given);
    return 'code' in found ? found.code : found.signer;
  };
  expect(await judged('/one', await attestationBy('bob'))).toBe('bob');
  expect(await judged('/one', await attestationBy('bob', BOM))).toBe('policy/attestation');
  expect(await judged('/one', await attestationBy('alice'))).toBe('policy/signer');
  expect(await judged('/one', await attestationBy('eve'))).toBe('policy/signer');
  expect(await judged('/bare', await attestationBy('bob'))).toBe('policy/attestation');
  expect(await judged('/no', await attestationBy('bob'))).toBe('policy/rejected');
  expect(await judged('/other', await attestationBy('bob'))).toBe('policy/no-rule');
});
