import { createHash } from 'node:crypto';
import {
  type HashEngine,
  isOmsError,
  keySigner,
  localModel,
  type Model,
  type OmsError,
  signModel,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { evaluationOf } from './evaluation.ts';
import { loadPolicy } from './load.ts';
import { policyVerifier } from './policy-verifier.ts';
import { refusal } from './testing/refusal.ts';

const keys = { alice: testKey(), bob: testKey(), eve: testKey() };
const files = { 'config.json': '{}', 'weights.bin': 'aaaa' };
const name = '/models/one';

interface Changes {
  readonly require?: object;
  readonly signers?: object;
  readonly policy?: object;
}

function policyWith({ require = {}, signers = {}, policy = {} }: Changes = {}) {
  const key = (publicKey: string) => ({ method: 'key', publicKey });
  return loadPolicy(
    JSON.stringify({
      policyVersion: 1,
      signers: { alice: key(keys.alice.publicKey), bob: key(keys.bob.publicKey), ...signers },
      models: [{ match: ['/models/*'], require: { signedBy: ['alice', 'bob'], ...require } }],
      ...policy,
    }),
  );
}

async function signedBy(model: Model, ...signers: readonly (keyof typeof keys)[]) {
  return Promise.all(
    signers.map(async (signer) => {
      const { bundle } = await signModel(model, keySigner(keys[signer]));
      return { name: `${signer}.sig`, bundle };
    }),
  );
}

/** An error about the model, with this code. */
async function omsRefusal(code: OmsError['code'], attempt: () => Promise<unknown>): Promise<OmsError> {
  const error = await attempt().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isOmsError(error)) throw error;
  expect(error.code).toBe(code);
  return error;
}

describe('the result of a policy verifier', () => {
  it('the result has the rule, who counts and what they say of the model', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const verifier = policyVerifier(await policyWith(), name);
    expect(verifier).toMatchObject({ index: 0, pattern: '/models/*', mode: 'enforce' });
    const result = await verifier.verify(model, await signedBy(model, 'alice', 'bob'));
    expect(result).toMatchObject({
      name,
      index: 0,
      pattern: '/models/*',
      mode: 'enforce',
      enforced: true,
      threshold: 1,
      refusal: null,
      notCounted: [],
      verification: { verdict: 'verified', signer: { method: 'key' } },
      counted: [
        { signature: 'alice.sig', signer: 'alice', signers: ['alice'], time: null, timeFrom: 'clock' },
        { signature: 'bob.sig', signer: 'bob', signers: ['bob'], identity: { method: 'key', curve: 'P-256' } },
      ],
    });
    expect(result.counted[0]?.verification).toEqual(result.verification);
    expect(result.rule).toBe(verifier.rule);
  });

  it('a refusal has the evaluation, names the rule, and says of each signature why it does not count', async () => {
    const model = localModel(modelDirectory(files));
    const signatures = [...(await signedBy(model, 'eve', 'bob')), { name: 'x.sig', bundle: Buffer.from('{') }];
    const verifier = policyVerifier(await policyWith({ require: { signedBy: ['alice'] } }), name);
    const error = await refusal('policy/signer', () => verifier.verify(model, signatures));
    expect(error.message).toContain('rule 1 of the policy ("/models/*") needs a signature by alice, and none counts');
    const evaluation = evaluationOf(error);
    expect(error.evaluation).toBe(evaluation);
    expect(evaluation?.notCounted).toMatchObject([
      { signature: 'eve.sig', signer: null, identity: null, code: 'policy/signer' },
      { signature: 'bob.sig', signer: null, code: 'policy/signer' },
      { signature: 'x.sig', signer: null, code: 'bundle/not-json' },
    ]);
    expect(evaluation?.notCounted[1]?.message).toContain('bob with the key');
    for (const { message } of evaluation?.notCounted ?? []) expect(error.message).toContain(message);
  });

  it('an error about the model has all its differences, and the evaluation', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const signatures = await signedBy(model, 'alice');
    addFiles(root, { 'weights.bin': 'aaab', 'run.py': '' });
    const verifier = policyVerifier(await policyWith(), name);
    const error = await omsRefusal('model/mismatch', () => verifier.verify(model, signatures));
    expect(error.differences.map(({ kind }) => kind)).toEqual(['unsigned', 'modified']);
    expect(evaluationOf(error)?.notCounted).toMatchObject([
      { signature: 'alice.sig', signer: 'alice', code: 'model/mismatch' },
    ]);
  });

  it('the name of a signature, which is text of the caller, is escaped in messages', async () => {
    const model = localModel(modelDirectory(files));
    const verifier = policyVerifier(await policyWith(), name);
    const [eve] = await signedBy(model, 'eve');
    const signatures = [{ name: 'a\u001b[2J".sig', bundle: eve?.bundle ?? new Uint8Array() }];
    const { message } = await refusal('policy/signer', () => verifier.verify(model, signatures));
    expect(message).not.toContain('\u001b');
    expect(message).toContain('\\"');
  });

  it('a value that is no refusal has no evaluation', () => {
    for (const value of [null, undefined, 'text', new Error('other')]) expect(evaluationOf(value)).toBe(null);
  });
});

describe('what a policy verifier reads', () => {
  /** Counts the bytes that are hashed. */
  function countingEngine() {
    const hashed: string[] = [];
    const engine: HashEngine = {
      async hash(jobs) {
        hashed.push(...jobs.map(({ file }) => file.name));
        return jobs.map(({ file }) =>
          createHash('sha256')
            .update(files[file.name as keyof typeof files])
            .digest('hex'),
        );
      },
    };
    return { engine, hashed };
  }

  it('a model is hashed once for all signatures', async () => {
    const model = localModel(modelDirectory(files));
    const verifier = policyVerifier(await policyWith({ require: { threshold: 2 } }), name);
    const { engine, hashed } = countingEngine();
    const { counted } = await verifier.verify(model, await signedBy(model, 'alice', 'bob'), { engine });
    expect(counted).toHaveLength(2);
    expect(hashed.toSorted()).toEqual(['config.json', 'weights.bin']);
  });

  it('a model is not read at all if too few signers signed', async () => {
    const model = localModel(modelDirectory(files));
    const signatures = await signedBy(model, 'alice', 'eve');
    const unread: Model = { name: 'model', list: () => expect.fail('the model was listed') };
    const verifier = policyVerifier(await policyWith({ require: { threshold: 2 } }), name);
    const error = await refusal('policy/threshold', () => verifier.verify(unread, signatures));
    expect(error.message).toContain('2 different signers of alice and bob, and there is one only by alice');
    expect(error.evaluation).toMatchObject({
      counted: [],
      notCounted: [{ code: 'policy/threshold' }, { code: 'policy/signer' }],
    });
  });

  it('a model is not there, or its signature cannot be read: there is no verdict, in each mode', async () => {
    const root = modelDirectory(files);
    const signatures = await signedBy(localModel(root), 'alice');
    for (const mode of ['enforce', 'warn']) {
      const verifier = policyVerifier(await policyWith({ policy: { mode } }), name);
      await omsRefusal('model/not-found', () => verifier.verify(localModel(`${root}-elsewhere`), signatures));
    }
  });

  it('a signature file in the model is no ignored file, wherever it is', async () => {
    const root = modelDirectory(files);
    const [alice, bob] = await signedBy(localModel(root), 'alice', 'bob');
    if (!alice || !bob) throw new Error('both signed');
    addFiles(root, { 'a.sig': alice.bundle, 'b.sig': bob.bundle });
    const model = localModel(root, { signaturePath: `${root}/a.sig` });
    const verifier = policyVerifier(await policyWith({ require: { threshold: 2, ignoredPaths: [] } }), name);
    const { counted } = await verifier.verify(model, [alice, bob], { ignorePaths: ['b.sig'] });
    expect(counted.map(({ signer }) => signer)).toEqual(['alice', 'bob']);
    addFiles(root, { 'c.sig': 'other' });
    await refusal('policy/requirement', () =>
      verifier.verify(model, [alice, bob], { ignorePaths: ['b.sig', 'c.sig'] }),
    );
  });

  it('a model whose listing may lack files is accepted only where unsigned files are reported', async () => {
    const whole = localModel(modelDirectory(files));
    const signatures = await signedBy(whole, 'alice');
    const model: Model = {
      name: 'model',
      list: async (options) => ({ ...(await whole.list(options)), complete: false }),
    };
    const error = await refusal('policy/requirement', async () =>
      policyVerifier(await policyWith(), name).verify(model, signatures),
    );
    expect(error.message).toContain('"unsignedFiles"');
    const reporting = policyVerifier(await policyWith({ require: { unsignedFiles: 'report' } }), name);
    expect((await reporting.verify(model, signatures)).verification).toMatchObject({ verdict: 'partial' });
  });

  it('an engine that fails is no refusal', async () => {
    const model = localModel(modelDirectory(files));
    const verifier = policyVerifier(await policyWith({ policy: { mode: 'warn' } }), name);
    const engine = { hash: async () => Promise.reject(new Error('the network failed')) };
    await expect(verifier.verify(model, await signedBy(model, 'alice'), { engine })).rejects.toThrow(
      'the network failed',
    );
  });

  it('a signal ends judging with its reason', async () => {
    const model = localModel(modelDirectory(files));
    const verifier = policyVerifier(await policyWith(), name);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(verifier.verify(model, await signedBy(model, 'alice'), { signal })).rejects.toThrow('enough');
  });
});

describe('the mode warn', () => {
  it('a model that differs is reported with what is known of it', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const signatures = await signedBy(model, 'alice');
    addFiles(root, { 'weights.bin': 'x' });
    const verifier = policyVerifier(await policyWith({ policy: { mode: 'warn' } }), name);
    const result = await verifier.verify(model, signatures);
    expect(result).toMatchObject({ enforced: false, verification: null, counted: [] });
    expect(result.refusal).toMatchObject({ code: 'model/mismatch' });
  });

  it('a threshold that one signature of the model does not reach is reported with what that signature says', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const before = await signedBy(model, 'bob');
    addFiles(root, { 'weights.bin': 'x' });
    const policy = await policyWith({ policy: { mode: 'warn' }, require: { threshold: 2 } });
    const result = await policyVerifier(policy, name).verify(model, [...before, ...(await signedBy(model, 'alice'))]);
    expect(result.refusal).toMatchObject({ code: 'policy/threshold' });
    expect(result).toMatchObject({
      enforced: false,
      verification: { verdict: 'verified' },
      counted: [{ signer: 'alice' }],
    });
  });

  it('a name that no rule is for is reported for each signature', async () => {
    const model = localModel(modelDirectory(files));
    const verifier = policyVerifier(await policyWith({ policy: { mode: 'warn' } }), '/elsewhere');
    expect(verifier).toMatchObject({ rule: null, index: null, pattern: null, mode: 'warn' });
    const result = await verifier.verify(model, await signedBy(model, 'alice'));
    expect(result).toMatchObject({
      enforced: false,
      threshold: 0,
      verification: null,
      notCounted: [{ signature: 'alice.sig', code: 'policy/no-rule' }],
    });
  });
});

describe('the arguments of a policy verifier', () => {
  it('a rule that names a Sigstore signer needs openSigstore, at once', async () => {
    const ci = { method: 'sigstore', issuer: 'https://issuer.example', identity: 'a' };
    const policy = await policyWith({ signers: { ci }, require: { signedBy: ['alice', 'ci'] } });
    expect(() => policyVerifier(policy, name)).toThrow(
      'the option openSigstore is missing, and the signer ci needs it',
    );
    const unused = await policyWith({ signers: { ci } });
    expect(policyVerifier(unused, name).index).toBe(0);
  });

  it.each(['allowSymlinks', 'ignoreUnsignedFiles', 'ignoredFiles', 'strict', 'evidence'])(
    'the option %s is for the rule to decide, and is refused',
    async (option) => {
      const verifier = policyVerifier(await policyWith(), name);
      const judging = verifier.verify(localModel('unread'), [], { [option]: false } as never);
      await expect(judging).rejects.toThrow(`the option ${option} must be left out`);
    },
  );

  it.each([
    ['no model', {}, []],
    ['no signatures', localModel('m'), undefined],
    ['a signature without a name', localModel('m'), [{ bundle: new Uint8Array() }]],
    ['a bundle as text', localModel('m'), [{ name: 'a', bundle: '{}' }]],
    ['too many signatures', localModel('m'), Array(101).fill({ name: 'a', bundle: new Uint8Array() })],
  ])('%s is a TypeError before anything is read', async (_, model, signatures) => {
    const verifier = policyVerifier(await policyWith(), name);
    await expect(verifier.verify(model as never, signatures as never)).rejects.toThrow(TypeError);
  });

  it('a clock that tells no time is a TypeError', async () => {
    const verifier = policyVerifier(await policyWith(), name, { now: () => new Date(Number.NaN) });
    await expect(verifier.verify(localModel('m'), [])).rejects.toThrow(TypeError);
  });

  it('a draft of the format is accepted only where the caller names it', async () => {
    const model = localModel(modelDirectory(files));
    const { bundle } = await signModel(model, keySigner(keys.alice), { draft: '1.1' });
    const verifier = policyVerifier(await policyWith(), name);
    const signatures = [{ name: 'draft.sig', bundle }];
    await omsRefusal('statement/predicate-type', () => verifier.verify(model, signatures));
    const { verification } = await verifier.verify(model, signatures, { draft: '1.1' });
    expect(verification).toMatchObject({ draft: '1.1' });
  });
});
