import { testKey } from '@model-signing/testing/forge';
import { describe, expect, it } from 'vitest';
import { anyOf } from './methods/any-of.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Listing, Model } from './model.ts';
import { openSignature } from './open.ts';
import { hashModel, signModel } from './sign.ts';
import type { Signer, Verifier } from './signer.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const [signer, verifier] = [keySigner(key), keyVerifier(key)];
const { bundle } = await signModel(memoryModel({ a: 'a' }), signer);

const made = await signer.sign({ payloadType: 'x', payload: new Uint8Array(1) }, () => {});

let listed = 0;

/** A model that counts how often it is listed. */
const counted: Model = {
  name: 'm',
  list(options) {
    listed++;
    return memoryModel({ a: 'a' }).list(options);
  },
};

const nothing = [null, undefined, 5, 'x', {}, [], () => {}, Symbol('x')];

async function typeErrorOf(attempt: () => unknown): Promise<string> {
  listed = 0;
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect(listed).toBe(0);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('what a caller plugs in', () => {
  it.each([...nothing, { sign: 5 }])('what is no signer is refused before anything is read: %#', async (wrong) => {
    const message = await typeErrorOf(() => signModel(counted, wrong as Signer));
    expect(message).toMatch(/^the signer must be an object with the function `sign`, and is /);
  });

  const methodless = ['keychain', undefined, ['password'], [5], {}].map((methods) => ({ ...verifier, methods }));

  it.each([...nothing, { verify: 5, methods: ['key'] }, ...methodless])(
    'what is no verifier is refused before anything is read: %#',
    async (wrong) => {
      for (const attempt of [
        () => verifyModel(counted, bundle, wrong as Verifier),
        () => openSignature(bundle, wrong as Verifier),
        () => anyOf([verifier, wrong as Verifier]),
      ]) {
        expect(await typeErrorOf(attempt)).toMatch(/^the (?:member `methods` of the )?verifier must be /);
      }
    },
  );

  it.each([...nothing, { name: 'm' }, { list: counted.list }, { ...counted, name: 5 }])(
    'what is no model is refused: %#',
    async (wrong) => {
      for (const attempt of [
        () => signModel(wrong as Model, signer),
        () => hashModel(wrong as Model),
        () => verifyModel(wrong as Model, bundle, verifier),
      ]) {
        expect(await typeErrorOf(attempt)).toMatch(/^the (?:name of the )?model must be /);
      }
    },
  );

  const members: [keyof Listing, readonly unknown[]][] = [
    [
      'files',
      [null, 'x', {}, [null], [{}], [{ name: 5 }], [{ name: 'a', content: null }], [{ name: 'a', content: {} }]],
    ],
    ['excluded', [null, 'abc', [5], [null]]],
    ['externalLinks', [null, undefined, [5]]],
    ['unusable', [null, [null], [{ name: 'x' }], [{ name: 'x', error: new Error('plain') }]]],
    ['hubLinks', [null, 5, [{}], [null]]],
    ['signatureName', [undefined, 5, []]],
    ['complete', [null, 0, 'no']],
    ['confirm', [null, undefined, 5]],
    ['findExcludedCode', [null, 5]],
  ];

  it.each(members)('a listing with wrong %s is a mistake of the model', async (name, wrongs) => {
    for (const wrong of wrongs) {
      const list: Model['list'] = async (options) => ({
        ...(await memoryModel({ a: 'a' }).list(options)),
        [name]: wrong,
      });
      const model = { name: 'm', list };
      expect(await typeErrorOf(() => signModel(model, signer))).toContain('the listing of the model');
      expect(await typeErrorOf(() => verifyModel(model, bundle, verifier))).toContain('the listing of the model');
    }
  });

  it.each(nothing)('what is no listing is a mistake of the model: %#', async (wrong) => {
    const model = { name: 'm', list: async () => wrong } as unknown as Model;
    expect(await typeErrorOf(() => hashModel(model))).toContain('the listing of the model must be an object');
  });

  it.each([
    ...nothing,
    ...nothing.map((signature) => ({ ...made, signature })),
    { ...made, signature: new Uint8Array() },
    ...nothing.map((material) => ({ ...made, material })),
    ...nothing.map((identity) => ({ ...made, identity })),
    { ...made, identity: { ...made.identity, method: 'sigstore' } },
  ])('a signer that returns something else is a mistake of the caller, and nothing is sealed: %#', async (returned) => {
    const wrong = { sign: async () => returned } as unknown as Signer;
    const message = await typeErrorOf(() => signModel(memoryModel({ a: 'a' }), wrong));
    expect(message).toMatch(/that the signer returned|what the signer returned/);
  });
});

describe('text that is not valid Unicode', () => {
  it.each(['a\ud800', '\udc00', '\udc00\ud800'])(
    'the name %j of a model is refused before it is listed',
    async (name) => {
      for (const attempt of [
        () => signModel({ ...counted, name }, signer),
        () => hashModel({ ...counted, name }),
        () => verifyModel({ ...counted, name }, bundle, verifier),
      ]) {
        listed = 0;
        await refusal('model/name-not-utf8', attempt);
        expect(listed).toBe(0);
      }
    },
  );

  it.each(['a\ud800', 'a/\udc00/b'])('the ignore path %j is refused before the model is listed', async (path) => {
    const options = { ignorePaths: [path] };
    for (const attempt of [
      () => signModel(counted, signer, options),
      () => hashModel(counted, options),
      () => verifyModel(counted, bundle, verifier, options),
    ]) {
      listed = 0;
      const { message } = await refusal('manifest/ignore-path-invalid', attempt);
      expect(message).toContain('it is not valid Unicode');
      expect(listed).toBe(0);
    }
  });

  it('the name of a signature file that is not valid Unicode is left out of the bundle, which can be opened', async () => {
    const list: Model['list'] = async (options) => ({
      ...(await memoryModel({ a: 'a' }).list(options)),
      signatureName: 'x\ud800',
    });
    const signed = await signModel({ name: 'm', list }, signer);
    expect((await openSignature(signed.bundle, verifier)).manifest.serialization.ignorePaths).not.toContain('x\ud800');
  });
});
