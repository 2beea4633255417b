import { keySigner, type Model, signModel } from '@model-signing/core';
import { browserBundle } from '@model-signing/testing/browser-bundle';
import { runAsInBrowser } from '@model-signing/testing/browser-context';
import { testKey } from '@model-signing/testing/forge';
import { beforeAll, expect, it } from 'vitest';

type Bundle = typeof import('@model-signing/core') & typeof import('@model-signing/policy');

const keys = { alice: testKey('P-256'), bob: testKey('P-384') };

const policy = JSON.stringify({
  policyVersion: 1,
  signers: {
    alice: { method: 'key', publicKeyFile: 'alice.pub' },
    bob: { method: 'key', publicKey: keys.bob.publicKey },
  },
  models: [{ match: ['hf://acme/*'], require: { signedBy: ['alice', 'bob'], threshold: 2 } }],
});

/** A model in memory, as from the files that a user drops on a page. */
function modelOf(files: Readonly<Record<string, string>>): Model {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  return {
    name: 'my-model',
    list: async () => ({
      singleFile: false,
      files: Object.entries(files).map(([name, text]) => ({
        name,
        size: bytesOf(text).length,
        content: {
          async *read(start: number, end: number) {
            yield bytesOf(text).subarray(start, end);
          },
        },
      })),
      excluded: [],
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  };
}

const model = modelOf({ 'config.json': '{}', 'weights.bin': 'w'.repeat(5000) });

async function signatureBy(name: keyof typeof keys) {
  const { bundle } = await signModel(model, keySigner(keys[name]));
  return { name: `${name}.sig`, bundle };
}

let built: Awaited<ReturnType<typeof browserBundle>>;
beforeAll(async () => {
  built = await browserBundle('core', 'policy');
});

/** The verifier of a page that fetches the files of the policy. */
async function verifierOfPage() {
  const { loadPolicy, policyVerifier } = runAsInBrowser(built.script, fetch) as Bundle;
  const readFile = async (path: string) => {
    if (path !== 'alice.pub') throw new Error(`${path} is asked for`);
    return new TextEncoder().encode(keys.alice.publicKey);
  };
  return policyVerifier(await loadPolicy(policy, { readFile }), 'hf://acme/my-model');
}

it('a bundle of policies for browsers imports nothing, neither of Node nor of anything else', () => {
  expect(built.imports).toEqual([]);
});

it('in a browser, a policy counts the signers of a model', async () => {
  const verifier = await verifierOfPage();
  const { counted, verification } = await verifier.verify(model, [
    await signatureBy('alice'),
    await signatureBy('bob'),
  ]);
  expect(counted.map(({ signer }) => signer)).toEqual(['alice', 'bob']);
  expect(verification?.verdict).toBe('verified');
});

it('in a browser, a policy refuses too few signers and a changed model', async () => {
  const verifier = await verifierOfPage();
  const [alice, bob] = [await signatureBy('alice'), await signatureBy('bob')];
  await expect(verifier.verify(model, [alice, alice])).rejects.toMatchObject({ code: 'policy/threshold' });
  const changed = modelOf({ 'config.json': '[]', 'weights.bin': 'w'.repeat(5000) });
  await expect(verifier.verify(changed, [alice, bob])).rejects.toMatchObject({ code: 'model/mismatch' });
});

it('in a browser, a policy is checked and explained', async () => {
  const { checkPolicy, explainPolicy, loadPolicy } = runAsInBrowser(built.script, fetch) as Bundle;
  const loaded = await loadPolicy(
    policy.replace('"publicKeyFile":"alice.pub"', `"publicKey":${JSON.stringify(keys.alice.publicKey)}`),
  );
  expect(checkPolicy(loaded)).toEqual([]);
  expect(explainPolicy(loaded, 'hf://acme/my-model').require?.threshold).toBe(2);
});
