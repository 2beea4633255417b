import { attest, keySigner, keyVerifier, localModel, openSignature, signModel } from '@model-signing/core';
import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check.ts';
import { evaluationOf } from './evaluation.ts';
import { explainPolicy } from './explain.ts';
import type { PolicyAttestations } from './judged-attestations.ts';
import { loadPolicy } from './load.ts';
import { policyVerifier } from './policy-verifier.ts';
import { refusal } from './testing/refusal.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const BOM = 'https://cyclonedx.org/bom';
const keys = { alice: testKey(), ci: testKey('P-384'), scanner: testKey(), eve: testKey() };
type Name = keyof typeof keys;
const name = '/models/one';

/** Alice signs the model, ci its provenance, and the scanner its bill of materials. */
const required = [
  { predicateType: SLSA, signedBy: ['ci'] },
  { predicateType: BOM, signedBy: ['scanner', 'ci'] },
];

function policyWith(require: object = {}, more: object = {}, signers: object = {}) {
  const signer = ({ publicKey }: { publicKey: string }) => ({ method: 'key', publicKey });
  const { eve: _, ...known } = keys;
  return loadPolicy(
    JSON.stringify({
      policyVersion: 1,
      signers: { ...Object.fromEntries(Object.entries(known).map(([each, key]) => [each, signer(key)])), ...signers },
      models: [{ match: ['/models/*'], require: { signedBy: ['alice'], attestations: required, ...require } }],
      ...more,
    }),
  );
}

async function world(content = 'aaaa') {
  const model = localModel(modelDirectory({ 'weights.bin': content }));
  const { bundle } = await signModel(model, keySigner(keys.alice));
  const signed = await openSignature(bundle, keyVerifier(keys.alice));
  const by = async (who: Name, predicateType: string) => {
    const made = await attest(signed, { predicateType, predicate: { a: 1 } }, keySigner(keys[who]));
    return { name: `${who} ${predicateType}`, bundle: made.bundle };
  };
  return { model, signatures: [{ name: 'alice.sig', bundle }], by };
}

type World = Awaited<ReturnType<typeof world>>;

const judge = async ({ model, signatures }: World, attestations: PolicyAttestations, policy = policyWith()) =>
  policyVerifier(await policy, name).verify(model, signatures, { attestations });

describe('the attestations that a policy requires', () => {
  it('a model is accepted with each attestation that its rule requires, in any order and among others', async () => {
    const made = await world();
    const given = [await made.by('eve', SLSA), await made.by('scanner', BOM), await made.by('ci', SLSA)];
    const { attestations, refusal } = await judge(made, given);
    expect(refusal).toBeNull();
    expect(attestations).toMatchObject({
      required: [
        { predicateType: SLSA, met: { attestation: `ci ${SLSA}`, signer: 'ci' } },
        { predicateType: BOM, met: { attestation: `scanner ${BOM}`, signer: 'scanner' } },
      ],
      notCounted: [{ attestation: `eve ${SLSA}`, code: 'policy/signer' }],
    });
  });

  it('a model whose rule requires none has no attestations judged', async () => {
    const made = await world();
    const { attestations } = await judge(made, [], policyWith({ attestations: [] }));
    expect(attestations).toBeNull();
  });

  it.each<[string, (made: World) => Promise<readonly { name: string; bundle: Uint8Array }[]>]>([
    ['none', async () => []],
    ['one of two', async ({ by }) => [await by('ci', SLSA)]],
    [
      'one by the signer of the model, who may not attest',
      async ({ by }) => [await by('alice', SLSA), await by('ci', BOM)],
    ],
    ['one by a signer of another type', async ({ by }) => [await by('scanner', SLSA), await by('scanner', BOM)]],
    [
      'one by a signer whom the policy does not have',
      async ({ by }) => [await by('eve', SLSA), await by('scanner', BOM)],
    ],
    ['one of another type', async ({ by }) => [await by('ci', `${SLSA}/`), await by('scanner', BOM)]],
    ['one about another model', async ({ by }) => [await (await world('b')).by('ci', SLSA), await by('scanner', BOM)]],
    ['a signature in its place', async ({ by, signatures }) => [...signatures, await by('scanner', BOM)]],
    ['what is no bundle', async ({ by }) => [{ name: 'x', bundle: Buffer.from('{') }, await by('scanner', BOM)]],
  ])('a model is refused with %s', async (_, given) => {
    const made = await world();
    const attestations = await given(made);
    const error = await refusal('policy/attestation', () => judge(made, attestations));
    expect(evaluationOf(error)).toMatchObject({ counted: [{ signer: 'alice' }], attestations: { required: [{}, {}] } });
  });

  it('a signer who may attest one type does not count for another, nor for the model', async () => {
    const { by, model } = await world();
    const { bundle } = await signModel(model, keySigner(keys.ci));
    const made = { model, by, signatures: [{ name: 'ci.sig', bundle }] };
    await refusal('policy/signer', async () => judge(made, [await by('ci', SLSA), await by('ci', BOM)]));
  });

  it('a changed attestation counts for nothing', async () => {
    const made = await world();
    const { bundle } = await made.by('ci', SLSA);
    const changed = { name: 'x', bundle: forge(bundle, keys.eve, {}) };
    const bom = await made.by('scanner', BOM);
    const error = await refusal('policy/attestation', () => judge(made, [changed, bom]));
    expect(evaluationOf(error)?.attestations?.notCounted).toMatchObject([{ code: 'envelope/signature-invalid' }]);
  });

  it('an attestation by a signer that is revoked, or counts no longer, counts for nothing', async () => {
    const made = await world();
    const given = [await made.by('ci', SLSA), await made.by('scanner', BOM)];
    const revoked = policyWith({}, { revoked: { signers: { ci: '2020-01-01' } } });
    await refusal('policy/attestation', () => judge(made, given, revoked));
    const { publicKey } = keys.ci;
    const expired = policyWith({}, {}, { ci: { method: 'key', publicKey, validUntil: '2020-01-01' } });
    await refusal('policy/attestation', () => judge(made, given, expired));
  });

  it('an attestation as cosign writes it counts, although it does not name the key as this format does', async () => {
    const made = await world();
    const { bundle } = await made.by('ci', SLSA);
    const cosign = forge(bundle, keys.ci, {
      statement: (s) => (s._type = 'https://in-toto.io/Statement/v0.1'),
      bundle: (b) => (b.verificationMaterial = { publicKey: { hint: 'EX7/0PEbSdBd0wFxH3hFeRzwbhJZFeSL5m0BoZ5tXXk=' } }),
    });
    const given = [{ name: 'cosign', bundle: cosign }, await made.by('scanner', BOM)];
    expect((await judge(made, given)).refusal).toBeNull();
  });

  it('an attestation with a warning counts only as far as its rule accepts warnings', async () => {
    const made = await world();
    const { bundle } = await made.by('ci', SLSA);
    const rawBytes = Buffer.from(keys.ci.publicKey).toString('base64');
    const nameless = forge(bundle, keys.ci, { bundle: (b) => (b.verificationMaterial.publicKey = { rawBytes }) });
    const given = [{ name: 'nameless', bundle: nameless }, await made.by('scanner', BOM)];
    expect((await judge(made, given, policyWith({ historicalFormats: true }))).refusal).toBeNull();
    for (const [member, require] of [
      ['historicalFormats', {}],
      ['strict', { historicalFormats: true, strict: true }],
    ] as const) {
      const error = await refusal('policy/attestation', () => judge(made, given, policyWith(require)));
      const message = expect.stringContaining(`"${member}"`);
      const [notCounted] = evaluationOf(error)?.attestations?.notCounted ?? [];
      expect(notCounted).toMatchObject({ attestation: 'nameless', code: 'policy/requirement', message });
    }
  });

  it('in the mode warn, a missing attestation is reported', async () => {
    const made = await world();
    const { refusal, enforced } = await judge(made, [], policyWith({}, { mode: 'warn' }));
    expect({ code: refusal?.code, enforced }).toEqual({ code: 'policy/attestation', enforced: false });
  });

  it('attestations are read only as far as they are needed, and only if the signatures count', async () => {
    const made = await world();
    const given = [await made.by('ci', SLSA), await made.by('scanner', BOM)];
    async function* stream() {
      yield* given;
      throw new Error('more was read');
    }
    expect((await judge(made, stream())).refusal).toBeNull();
    async function* none() {
      yield* [];
      throw new Error('it was read');
    }
    const unsigned = { ...made, signatures: [] };
    await refusal('policy/signer', () => judge(unsigned, none()));
  });

  it('at most a hundred attestations that do not count are kept', async () => {
    const made = await world();
    const wrong = { name: 'x', bundle: Buffer.from('{') };
    const error = await refusal('policy/attestation', () =>
      judge(
        made,
        Array.from({ length: 300 }, () => wrong),
      ),
    );
    expect(evaluationOf(error)?.attestations?.notCounted).toHaveLength(100);
  });

  it('what are no attestations is refused as a TypeError', async () => {
    const made = await world();
    await expect(judge(made, 1 as never)).rejects.toThrow(TypeError);
  });
});

describe('what is said of a policy that requires attestations', () => {
  it('an explanation has who may attest what', async () => {
    const { require, attesters, signers } = explainPolicy(await policyWith(), name);
    expect(require?.attestations).toEqual(required);
    expect(attesters.map((each) => each.name)).toEqual(['ci', 'scanner']);
    expect(signers.map((each) => each.name)).toEqual(['alice']);
  });

  it('a signer that only attests is not unused', async () => {
    expect(checkPolicy(await policyWith())).toEqual([]);
    const problems = checkPolicy(await policyWith({ attestations: [] }));
    expect(problems.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['unused-signer', '/signers/ci'],
      ['unused-signer', '/signers/scanner'],
    ]);
  });
});
