import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { OmsError } from '../format/errors.ts';
import type { Model } from '../model.ts';
import { localModel } from '../node/local-model.ts';
import { openSignature } from '../open.ts';
import { signModel } from '../sign.ts';
import type { CertificateIdentity, KeyIdentity, SigstoreIdentity, Verifier, Warn } from '../signer.ts';
import { certified } from '../testing/certified.ts';
import { refusal } from '../testing/refusal.ts';
import { verifyModel } from '../verify.ts';
import { anyOf } from './any-of.ts';
import { certificateVerifier } from './certificate.ts';
import { keySigner, keyVerifier } from './key.ts';

const [first, second, third] = [testKey(), testKey(), testKey()];

async function signedWith(key = first) {
  const model = localModel(modelDirectory({ a: 'a' }));
  return { model, ...(await signModel(model, keySigner(key))) };
}

/** A verifier of keys that accepts everything, with a warning. */
const warning: Verifier<KeyIdentity> = {
  methods: ['key'],
  async verify(_content, _signature, _material, warn) {
    warn('signer/historical-key', 'accepted with a warning');
    return { identity: { method: 'key', curve: 'P-256', hint: 'warned' }, form: 'dsse' };
  },
};

describe('anyOf', () => {
  it('anyOf leaves a signature to the verifier for its method', async () => {
    const { model, bundle } = await signedWith();
    const made = await certified();
    const verifier = anyOf([keyVerifier(first), certificateVerifier({ trusted: [made.root.pem] })]);
    expect(verifier.methods).toEqual(['key', 'certificate']);
    expect((await verifyModel(model, bundle, verifier)).signer.method).toBe('key');
    expect((await verifyModel(localModel(made.model), made.bundle, verifier)).signer.method).toBe('certificate');
  });

  it('anyOf has the union of the identities of its verifiers', () => {
    const made = [keyVerifier(first), {} as Verifier<SigstoreIdentity>] as const;
    const union = () => anyOf(made);
    expectTypeOf(union).returns.toEqualTypeOf<Verifier<KeyIdentity | SigstoreIdentity>>();
    expectTypeOf(anyOf([keyVerifier(first), keyVerifier(second)])).toEqualTypeOf<Verifier<KeyIdentity>>();
    const nested = () => anyOf([anyOf(made), {} as Verifier<CertificateIdentity>]);
    expectTypeOf(nested).returns.toEqualTypeOf<Verifier<KeyIdentity | SigstoreIdentity | CertificateIdentity>>();
  });

  it('anyOf accepts what any of several verifiers for one method accepts, in any order', async () => {
    const { model, bundle } = await signedWith(second);
    for (const keys of [
      [first, second],
      [second, first],
    ]) {
      const { signer } = await verifyModel(model, bundle, anyOf(keys.map(keyVerifier)));
      expect(signer.hint).toBe(
        (await keySigner(second).sign({ payloadType: '', payload: new Uint8Array() }, () => {})).material.publicKey
          ?.hint,
      );
    }
  });

  it('anyOf gives the reason of each verifier that refuses, under the code of the first', async () => {
    const { model, bundle } = await signedWith(third);
    const error = await refusal('signer/key-mismatch', () =>
      verifyModel(model, bundle, anyOf([keyVerifier(first), keyVerifier(second)])),
    );
    expect(error.requirement).toBe('OMS-KEY-4');
    expect(error.message).toMatch(
      /^none of 2 verifiers accepts the signature: \(1\) the bundle was .*; \(2\) the bundle was /,
    );
    expect(error.cause).toMatchObject({ errors: [{ code: 'signer/key-mismatch' }, { code: 'signer/key-mismatch' }] });
  });

  it('anyOf throws the error of the only verifier for a method unchanged', async () => {
    const { model, bundle } = await signedWith(third);
    const other = { ...warning, methods: ['sigstore'] as const };
    const alone = await refusal('signer/key-mismatch', () => verifyModel(model, bundle, keyVerifier(first)));
    const amongOthers = await refusal('signer/key-mismatch', () =>
      verifyModel(model, bundle, anyOf([other, keyVerifier(first)])),
    );
    expect(amongOthers.message).toBe(alone.message);
  });

  it('anyOf refuses a bundle whose method none of its verifiers accepts', async () => {
    const { model, bundle } = await signedWith();
    const made = await certified();
    const verifier = anyOf([certificateVerifier({ trusted: [made.root.pem] })]);
    await refusal('signer/method-mismatch', () => verifyModel(model, bundle, verifier));
  });

  it('anyOf passes on the warnings of the verifier that accepts, and of no other', async () => {
    const { model, bundle } = await signedWith();
    const refusing: Verifier<KeyIdentity> = {
      methods: ['key'],
      async verify(content, signature, material, warn) {
        warn('signer/system-roots', 'from a verifier that refuses');
        return keyVerifier(second).verify(content, signature, material, warn);
      },
    };
    const { warnings } = await verifyModel(model, bundle, anyOf([refusing, warning]));
    expect(warnings.map(({ code }) => code)).toEqual(['signer/historical-key']);
  });

  it('anyOf goes on to the next verifier where strict mode refuses a warning', async () => {
    const { model, bundle } = await signedWith();
    const { signer, warnings } = await verifyModel(model, bundle, anyOf([warning, keyVerifier(first)]), {
      strict: true,
    });
    expect(signer.hint).not.toBe('warned');
    expect(warnings).toEqual([]);
    await refusal('signer/historical-key', () =>
      verifyModel(model, bundle, anyOf([warning, warning]), { strict: true }),
    );
  });

  it('anyOf prefers a verifier that accepts without a warning, in any order', async () => {
    const { model, bundle } = await signedWith();
    for (const verifiers of [
      [warning, keyVerifier(first)],
      [keyVerifier(first), warning],
    ]) {
      const { signer, warnings } = await verifyModel(model, bundle, anyOf(verifiers));
      expect(signer.hint).not.toBe('warned');
      expect(warnings).toEqual([]);
    }
  });

  it.each(['first', 'second'])('anyOf loses no warning that its %s verifier reports late', async (which) => {
    const { model, bundle } = await signedWith();
    let kept: Warn | undefined;
    const slow: Verifier<KeyIdentity> = {
      methods: ['key'],
      verify(content, signature, material, warn) {
        kept = warn;
        return keyVerifier(first).verify(content, signature, material, warn);
      },
    };
    const late: Model = {
      name: 'm',
      list(options) {
        try {
          kept?.('signer/historical-key', 'reported late');
        } catch {} // what warn throws here reaches no one in a verifier either
        return model.list(options);
      },
    };
    const verifier = anyOf(which === 'first' ? [slow, warning] : [warning, slow]);
    expect((await verifyModel(late, bundle, verifier)).warnings).toMatchObject([{ message: 'reported late' }]);
    await refusal('signer/historical-key', () => verifyModel(late, bundle, verifier, { strict: true }));
  });

  it('anyOf lets a failure that is not a verdict reach the caller', async () => {
    const { model, bundle } = await signedWith();
    const failing: Verifier = { methods: ['key'], verify: () => Promise.reject(new Error('out of memory')) };
    await expect(verifyModel(model, bundle, anyOf([failing, keyVerifier(first)]))).rejects.toThrow('out of memory');
  });

  it('anyOf keeps the verifiers that it was given, even if the caller changes the array afterwards', async () => {
    const { model, bundle } = await signedWith();
    const verifiers = [keyVerifier(second)];
    const verifier = anyOf(verifiers);
    verifiers.push(keyVerifier(first));
    await refusal('signer/key-mismatch', () => verifyModel(model, bundle, verifier));
  });

  it('anyOf without a verifier is a mistake of the caller', () => {
    expect(() => anyOf([])).toThrow(TypeError);
  });
});

/** A bundle as JSON, and its payload and signature. */
function opened(bundle: Uint8Array) {
  const json = JSON.parse(new TextDecoder().decode(bundle));
  const { payload, signatures } = json.dsseEnvelope;
  return { json, payload: Buffer.from(payload, 'base64'), signature: Buffer.from(signatures[0].sig, 'base64') };
}

function overwrite(target: Uint8Array, bytes: Uint8Array): void {
  target.set(bytes.subarray(0, target.length));
}

describe('a verifier that writes into what it judges', () => {
  type Write = (...judged: Parameters<Verifier['verify']>) => void;

  function writer(write: Write): Verifier<KeyIdentity> {
    return {
      methods: ['key'],
      async verify(...judged) {
        write(...judged);
        throw new OmsError('signer/key-mismatch', 'not mine');
      },
    };
  }

  const orders = [
    ['before the one that decides', (hostile: Verifier<KeyIdentity>, good: Verifier<KeyIdentity>) => [hostile, good]],
    [
      'inside another choice',
      (hostile: Verifier<KeyIdentity>, good: Verifier<KeyIdentity>) => [anyOf([hostile, hostile]), good],
    ],
  ] as const;

  it.each(orders)('a verifier %s cannot get a forged bundle accepted', async (_, ordered) => {
    const genuine = opened((await signedWith()).bundle);
    const others = await signedWith(second);
    const forgeries: [string, Buffer, Buffer][] = [
      ['payload', Buffer.from(genuine.payload.toString().replace(/"name":"./, '"name":".')), genuine.signature],
      ['signature', genuine.payload, opened(others.bundle).signature],
    ];
    for (const [what, payload, signature] of forgeries) {
      const { json } = opened((await signedWith()).bundle);
      json.verificationMaterial = genuine.json.verificationMaterial;
      json.dsseEnvelope.payload = payload.toString('base64');
      json.dsseEnvelope.signatures[0].sig = signature.toString('base64');
      const hostile = writer((content, found) => {
        overwrite(content.payload, genuine.payload);
        overwrite(found, genuine.signature);
      });
      const bundle = new TextEncoder().encode(JSON.stringify(json));
      const error = await refusal('signer/key-mismatch', () =>
        openSignature(bundle, anyOf(ordered(hostile, keyVerifier(first)))),
      );
      expect(error.message, what).toContain('the payload was changed');
    }
  });

  const writes: [string, Write][] = [
    ['the payload', ({ payload }) => payload.fill(0)],
    ['the memory around the payload', ({ payload }) => new Uint8Array(payload.buffer).fill(0)],
    ['the payload type', (content) => Object.assign(content, { payloadType: 'text/plain' })],
    ['the signature', (_, signature) => signature.fill(0)],
    ['a member of the material', (_c, _s, material) => Object.assign(material, { publicKey: undefined })],
    ['a member deep in the material', (_c, _s, material) => Object.assign(material.publicKey ?? {}, { hint: '0' })],
    ['an array of the material', (_c, _s, material) => (material.tlogEntries as object[] | undefined)?.push({})],
  ];

  it.each(writes)('a verifier that writes into %s leaves it whole for the next one', async (_, write) => {
    const { bundle } = await signedWith();
    const { subjectName } = await openSignature(bundle, keyVerifier(first));
    for (const [, ordered] of orders) {
      const found = await openSignature(bundle, anyOf(ordered(writer(write), keyVerifier(first))));
      expect(found.subjectName).toBe(subjectName);
    }
  });

  it.each(writes)('a verifier that accepts, then writes into %s, does not change what is read', async (_, write) => {
    const { bundle } = await signedWith();
    const expected = await openSignature(bundle, keyVerifier(first));
    const accepting: Verifier<KeyIdentity> = {
      methods: ['key'],
      async verify(...judged) {
        const accepted = await keyVerifier(first).verify(...judged);
        write(...judged);
        return accepted;
      },
    };
    expect(await openSignature(bundle, accepting)).toEqual(expected);
    expect(await openSignature(bundle, anyOf([accepting]))).toEqual(expected);
  });
});
