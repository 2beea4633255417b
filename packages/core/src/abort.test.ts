import { testKey } from '@model-signing/testing/forge';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#platform';
import type { HashEngine } from './engine.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Listing, Model } from './model.ts';
import { openSignature } from './open.ts';
import { hashModel, signModel } from './sign.ts';
import type { Signer, Verifier } from './signer.ts';
import { memoryModel } from './testing/memory-model.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const { bundle } = await signModel(memoryModel({ a: 'aaaa' }), keySigner(key));
const digest = 'a'.repeat(64);
const digestOfFile = sha256([new TextEncoder().encode('aaaa')]);

/** What stands where a caller's own code can be plugged in. */
interface Parts {
  readonly model: Model;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly engine?: HashEngine;
}

const parts: Parts = {
  model: memoryModel({ a: 'aaaa' }),
  signer: keySigner(key),
  verifier: keyVerifier(key),
};

/** A model whose listing is another one. */
function listing(change: (listing: Listing) => Partial<Listing>, model = parts.model): Model {
  return {
    name: 'm',
    async list(options) {
      const listed = await model.list(options);
      return { ...listed, ...change(listed) };
    },
  };
}

/** A model with one file, read by this iterator. */
function readBy(iterator: () => Partial<AsyncIterator<Uint8Array>>): Model {
  const read = () => ({ [Symbol.asyncIterator]: iterator }) as AsyncIterable<Uint8Array>;
  return listing(() => ({ files: [{ name: 'a', size: 4, content: { read } }] }));
}

/** An engine that reads nothing, so that pointers are looked for afterwards. */
const blind: HashEngine = { hash: async (jobs) => jobs.map(() => digest) };

/** An engine that returns the digest of the file in the model. */
const exact: HashEngine = { hash: async (jobs) => jobs.map(() => digestOfFile) };

type Hang = () => Promise<never>;
type Verb = 'sign' | 'hash' | 'verify' | 'open';

const seams: Record<string, [parts: (hang: Hang) => Partial<Parts>, verbs: readonly Verb[]]> = {
  'the listing of a model': [(hang) => ({ model: { name: 'm', list: hang } }), ['sign', 'hash', 'verify']],
  'the confirmation of a listing': [
    (hang) => ({ model: listing(() => ({ confirm: hang })) }),
    ['sign', 'hash', 'verify'],
  ],
  'the search for excluded code': [
    (hang) => ({ model: listing(() => ({ excluded: ['x'], findExcludedCode: hang })) }),
    ['sign', 'hash', 'verify'],
  ],
  'the reading of a file': [(hang) => ({ model: readBy(() => ({ next: hang })) }), ['sign', 'hash', 'verify']],
  'the search for pointers': [(hang) => ({ model: readBy(() => ({ next: hang })), engine: blind }), ['sign', 'hash']],
  'the preparation of an engine': [(hang) => ({ engine: { prepare: hang, hash: hang } }), ['sign', 'hash', 'verify']],
  'the hashing of an engine': [(hang) => ({ engine: { hash: hang } }), ['sign', 'hash', 'verify']],
  'the disposal of an engine': [
    (hang) => ({ engine: { prepare: async () => ({ ...exact, [Symbol.asyncDispose]: hang }), hash: hang } }),
    ['sign', 'hash', 'verify'],
  ],
  'a signer': [(hang) => ({ signer: { sign: hang } }), ['sign']],
  'the handle of a key': [
    (hang) => ({ signer: keySigner({ key: { publicKey: key.publicKey, sign: hang } }) }),
    ['sign'],
  ],
  'a verifier': [(hang) => ({ verifier: { methods: ['key'], verify: hang } }), ['verify', 'open']],
};

function run(verb: Verb, { model, signer, verifier, engine }: Parts, signal?: AbortSignal): Promise<unknown> {
  const options = { signal, engine };
  if (verb === 'sign') return signModel(model, signer, options);
  if (verb === 'hash') return hashModel(model, options);
  if (verb === 'open') return openSignature(bundle, verifier, { signal });
  return verifyModel(model, bundle, verifier, options);
}

const cases = Object.entries(seams).flatMap(([name, [change, verbs]]) =>
  verbs.map((verb) => [name, verb, change] as const),
);

describe('the signal', () => {
  it.each(cases)('an abort ends the wait for %s in the verb %s', async (_, verb, change) => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const hang = () => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise<never>(() => {});
    };
    await expect(run(verb, { ...parts, ...change(hang) }, controller.signal)).rejects.toBe(reason);
  });

  it.each(cases)('%s fails as it does, in the verb %s, if it fails without an abort', async (_, verb, change) => {
    const failure = new Error('it failed');
    const attempt = run(verb, { ...parts, ...change(() => Promise.reject(failure)) }, new AbortController().signal);
    await attempt.then(
      () => undefined, // the failure of what decides nothing is ignored
      (error) => expect(error).toBe(failure),
    );
  });

  it.each<Verb>(['sign', 'hash', 'verify', 'open'])(
    'a signal that is aborted before ends the verb %s',
    async (verb) => {
      const reason = new Error('never wanted');
      await expect(run(verb, parts, AbortSignal.abort(reason))).rejects.toBe(reason);
    },
  );

  it('a model is not signed once the signal is aborted, even if the signer aborts it and then signs', async () => {
    const controller = new AbortController();
    const signer: Signer = {
      sign(...given) {
        controller.abort(new Error('changed my mind'));
        return parts.signer.sign(...given);
      },
    };
    await expect(run('sign', { ...parts, signer }, controller.signal)).rejects.toThrow('changed my mind');
  });

  it('an abort while pointers are looked for is not taken for a file without a pointer', async () => {
    const controller = new AbortController();
    const next = () => {
      controller.abort(new Error('changed my mind'));
      return Promise.reject(controller.signal.reason);
    };
    const made = { ...parts, model: readBy(() => ({ next })), engine: blind };
    await expect(run('sign', made, controller.signal)).rejects.toThrow('changed my mind');
  });

  it('a file that is looked at for a pointer and does not close is not waited for', async () => {
    const endless = async () => ({ done: false, value: new Uint8Array(9) });
    const model = readBy(() => ({ next: endless, return: () => new Promise(() => {}) }));
    await run('sign', { ...parts, model, engine: blind });
  });

  it('an engine that is prepared after the abort is disposed of', async () => {
    const controller = new AbortController();
    const disposed = Promise.withResolvers<string>();
    const engine: HashEngine = {
      ...blind,
      async prepare() {
        controller.abort(new Error('changed my mind'));
        return { ...blind, [Symbol.asyncDispose]: async () => disposed.resolve('disposed') };
      },
    };
    await expect(run('hash', { ...parts, engine }, controller.signal)).rejects.toThrow('changed my mind');
    expect(await disposed.promise).toBe('disposed');
  });
});
