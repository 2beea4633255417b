import { createHash, generateKeyPairSync } from 'node:crypto';
import { keySigner, keyVerifier, signModel, verifyModel } from '@model-signing/core';
import { type Hub, type HubFile, type HubOptions, startHub } from '@model-signing/testing/hub';
import { expect, it, onTestFinished } from 'vitest';
import { type HuggingFaceModelOptions, huggingFaceModel } from './model.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const verifier = keyVerifier({ publicKey });

const files = {
  'config.json': '{"a":1}',
  'README.md': 'hello',
  'onnx/model.onnx': Buffer.alloc(200_000, 7),
  'a#b?c %41/d e.bin': Buffer.alloc(2000, 8),
};

async function hubWith(options: Partial<HubOptions> = {}): Promise<Hub> {
  const hub = await startHub({ repositories: { 'org/model': files }, ...options });
  onTestFinished(() => hub.stop());
  return hub;
}

async function sign(hub: Hub, options: HuggingFaceModelOptions = {}): Promise<Uint8Array> {
  const model = await huggingFaceModel('hf://org/model', { endpoint: hub.url, ...options });
  const { bundle } = await signModel(model, keySigner({ privateKey }), { ignorePaths: ['model.sig'] });
  return bundle;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('a model on a hub is signed and verified by its bytes, whatever characters its names have', async () => {
  const hub = await hubWith();
  const bundle = await sign(hub);
  hub.commit('org/model', { ...files, 'model.sig': bundle });
  hub.log.length = 0;
  const model = await huggingFaceModel('hf://org/model@main', { endpoint: hub.url });
  const signature = await model.readSignature('model.sig');
  const { evidence, resources } = await verifyModel(model, signature, verifier);
  expect(evidence).toBe('bytes');
  expect(resources.map(({ path }) => path).sort()).toEqual(Object.keys(files).sort());
  const content = hub.log.filter(({ path }) => !path.startsWith('/api/models/') && path.includes('/'));
  expect(content.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
    Object.values(files).reduce((sum, { length }) => sum + length, 0) + signature.length,
  );
});

it('a branch is resolved once, and everything after is asked of that commit, even if the branch moves', async () => {
  const hub = await hubWith();
  const bundle = await sign(hub);
  const before = hub.head('org/model');
  const model = await huggingFaceModel('hf://org/model@main', { endpoint: hub.url });
  hub.commit('org/model', { 'evil.py': 'import os' });
  expect(model.location).toEqual({
    kind: 'huggingface',
    reference: 'hf://org/model@main',
    pinned: `hf://org/model@${before}`,
    revision: before,
    isPinned: false,
  });
  await verifyModel(model, bundle, verifier);
  expect(hub.log.filter(({ path }) => path.includes('/main')).length).toBe(1);
});

it('a model whose commit the name gives is pinned, and nothing else is where that is required', async () => {
  const hub = await hubWith();
  const options = { endpoint: hub.url, requirePinned: true };
  const { location } = await huggingFaceModel(`hf://org/model@${hub.head('org/model')}`, options);
  expect(location.isPinned).toBe(true);
  hub.log.length = 0;
  for (const name of ['hf://org/model', 'hf://org/model@main', `hf://org/model@${hub.head('org/model').slice(0, 7)}`]) {
    await expect(huggingFaceModel(name, options)).rejects.toMatchObject({ code: 'source/not-pinned' });
  }
  expect(hub.log).toEqual([]);
});

it('the digests that the hub advertises verify a model without reading any large file', async () => {
  const weights = Object.fromEntries(
    Array.from({ length: 163 }, (_, index): [string, HubFile] => [
      `model-${index}.safetensors`,
      { size: 3_070_000_000, sha256: sha256(Buffer.from(String(index))) },
    ]),
  );
  const all = { ...files, ...weights };
  const hub = await hubWith({ repositories: { 'org/model': all }, pageSize: 50 });
  const model = await huggingFaceModel('hf://org/model', { endpoint: hub.url });
  const { files: listed } = await model.list({ followSymlinks: false, excludes: () => false, sizes: false });
  expect(listed.length).toBe(Object.keys(all).length);
  const large = listed.filter(({ content }) => content.known !== undefined);
  expect(large.length).toBe(165);
  expect(hub.log.every(({ host }) => host === 'hub')).toBe(true);
});

it('a token goes to the hub and never to the origin that large files are redirected to', async () => {
  const hub = await hubWith({ token: 'hf_secret' });
  const bundle = await sign(hub, { token: 'hf_secret' });
  hub.log.length = 0;
  await verifyModel(
    await huggingFaceModel('hf://org/model', { endpoint: hub.url, token: 'hf_secret' }),
    bundle,
    verifier,
  );
  const authorizations = (host: string) =>
    new Set(hub.log.filter((one) => one.host === host).map(({ authorization }) => authorization));
  expect(authorizations('hub')).toEqual(new Set(['Bearer hf_secret']));
  expect(authorizations('bridge')).toEqual(new Set([null]));
});

it('a file that differs and one that was added are both reported', async () => {
  const hub = await hubWith();
  const bundle = await sign(hub);
  hub.commit('org/model', { ...files, 'evil.py': 'import os', 'README.md': 'hullo' });
  const model = await huggingFaceModel('hf://org/model', { endpoint: hub.url });
  await expect(verifyModel(model, bundle, verifier)).rejects.toMatchObject({
    code: 'model/mismatch',
    differences: [
      { kind: 'modified', path: 'README.md' },
      { kind: 'unsigned', path: 'evil.py' },
    ],
  });
});
