import { keySigner, signModel } from '@model-signing/core';
import { browserBundle } from '@model-signing/testing/browser-bundle';
import { runAsInBrowser } from '@model-signing/testing/browser-context';
import { testKey } from '@model-signing/testing/forge';
import { startHub } from '@model-signing/testing/hub';
import { startRegistry } from '@model-signing/testing/registry';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { huggingFaceModel } from './huggingface/model.ts';

type Bundle = typeof import('@model-signing/core') & typeof import('@model-signing/sources');

const key = testKey('P-256');
const files = { 'config.json': '{}', 'weights.bin': 'w'.repeat(5000) };

let built: Awaited<ReturnType<typeof browserBundle>>;
beforeAll(async () => {
  built = await browserBundle('core', 'sources');
});

const load = (fetch: typeof globalThis.fetch) => runAsInBrowser(built.script, fetch) as Bundle;

/** A hub with the model and what `more` makes of its signature. */
async function hubWith(more: (signature: string) => Record<string, string>) {
  const hub = await startHub({ repositories: { 'org/model': files } });
  onTestFinished(() => hub.stop());
  const { bundle } = await signModel(await huggingFaceModel('hf://org/model', { endpoint: hub.url }), keySigner(key));
  hub.commit('org/model', { ...files, ...more(Buffer.from(bundle).toString()) });
  return hub;
}

it('a bundle for browsers imports nothing, neither of Node nor of anything else', () => {
  expect(built.imports).toEqual([]);
});

it.each(['bytes', 'advertised'] as const)('in a browser, a model on a hub is verified by its %s', async (evidence) => {
  const hub = await hubWith((signature) => ({ 'model.sig': signature }));
  const asked: string[] = [];
  const { findSignature, huggingFaceModel, keyVerifier, verifyModel } = load((input, init) => {
    asked.push(String(input));
    return fetch(input, init);
  });
  const model = await huggingFaceModel('hf://org/model', { endpoint: hub.url, fetch: undefined });
  const { name } = await findSignature(model);
  const verifier = keyVerifier({ publicKey: key.publicKey });
  const bundle = await model.readSignature(name);
  const { verdict } = await verifyModel(model, bundle, verifier, { evidence });
  expect(verdict).toBe(evidence === 'bytes' ? 'verified' : 'advertised');
  expect(asked.length).toBeGreaterThan(2);
});

it('in a browser, a changed file on a hub is refused', async () => {
  const hub = await hubWith((signature) => ({ 'model.sig': signature, 'config.json': '[]' }));
  const { huggingFaceModel, keyVerifier, verifyModel } = load(fetch);
  const model = await huggingFaceModel('hf://org/model', { endpoint: hub.url });
  const bundle = await model.readSignature('model.sig');
  const verified = verifyModel(model, bundle, keyVerifier({ publicKey: key.publicKey }));
  await expect(verified).rejects.toMatchObject({ code: 'model/mismatch' });
});

it('in a browser, a model in a registry is listed and read with the fetch that is given', async () => {
  const registry = await startRegistry();
  onTestFinished(() => registry.stop());
  registry.push('org/model', 'v1', files);
  const { hashModel, ociModel } = load(() => Promise.reject(new Error('the fetch of the browser is not used')));
  const model = await ociModel(`oci://${registry.host}/org/model:v1`, { fetch });
  const { manifest } = await hashModel(model);
  expect(manifest.resources.map(({ path }) => path)).toEqual(['config.json', 'weights.bin']);
});

it('in a browser, there is no pull, which needs a disk', () => {
  expect(load(fetch)).not.toHaveProperty('pull');
});
