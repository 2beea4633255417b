import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, OmsError, openSignature, signModel } from '@model-signing/core';
import { type Hub, type HubOptions, startHub } from '@model-signing/testing/hub';
import { refusalOf } from '@model-signing/testing/refusal';
import { digestOf } from '@model-signing/testing/registry-content';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findSignature } from '../discovery.ts';
import { type HuggingFaceModelOptions, huggingFaceModel } from '../huggingface/model.ts';
import { SourceError } from '../source-error.ts';
import { filesIn, key, verifier } from '../testing/pull-world.ts';
import * as registry from '../testing/registry.ts';
import { type PullOptions, pull } from './pull.ts';

const refused = refusalOf(OmsError);
const failed = refusalOf(SourceError);
const weights = randomBytes(3_000_000);
const files = { 'config.json': '{}', 'onnx/a#b?c %41 d.bin': weights };

/** A hub with a signed model, a file beside it that is not signed, and a place for the model. */
async function hubWorld(options: Partial<HubOptions> = {}, client: HuggingFaceModelOptions = {}) {
  const hub = await startHub({ repositories: { 'org/model': files }, ...options });
  onTestFinished(() => hub.stop());
  const open = () => huggingFaceModel('hf://org/model@main', { endpoint: hub.url, token: null, ...client });
  const { bundle } = await signModel(await open(), keySigner(key), { ignorePaths: ['model.sig'] });
  hub.commit('org/model', { ...files, 'model.sig': bundle, 'evil.py': 'import os', '.gitattributes': '' });
  const to = path.join(temporaryDirectory(), 'model');
  const pullFromHub = async (changes: Partial<PullOptions> = {}) => {
    hub.log.length = 0;
    const source = await open();
    const { name } = await findSignature(source);
    const found = await source.readSignature(name);
    return pull(source, await openSignature(found, verifier), { to, bundle: found, signatureName: name, ...changes });
  };
  return { hub, bundle, to, pullFromHub };
}

const sent = (hub: Hub, name: string) => hub.log.filter((request) => request.path.includes(name) && request.bytes > 0);

describe('a pull from a hub', () => {
  it('a pull from a hub takes the signed files and the signature, and reports the other ones', async () => {
    const { hub, bundle, to, pullFromHub } = await hubWorld();
    const result = await pullFromHub();
    expect(result).toMatchObject({ unsigned: ['evil.py'], downloadedBytes: 3_000_002 });
    expect(result.verification).toMatchObject({ verdict: 'verified', listing: 'complete', evidence: 'bytes' });
    expect(filesIn(to)).toEqual({ 'config.json': 2, 'model.sig': bundle.length, 'onnx/a#b?c %41 d.bin': 3_000_000 });
    expect(readFileSync(path.join(to, 'onnx/a#b?c %41 d.bin'))).toEqual(weights);
    expect(hub.log.some((request) => request.path.includes('evil.py'))).toBe(false);
  });

  it('a connection that is cut in between is taken up again within the same pull', async () => {
    const { hub, pullFromHub } = await hubWorld();
    hub.faults.set('onnx/a#b?c %41 d.bin', { cutAfter: 1_200_000, times: 1 });
    const { verification, downloadedBytes } = await pullFromHub();
    expect(verification.verdict).toBe('verified');
    expect(downloadedBytes).toBe(3_000_002);
    expect(sent(hub, 'onnx').map(({ range }) => range)).toContain('bytes=1200000-2999999');
  });

  it('a pull that failed is taken up again by the next one, which asks for the rest alone', async () => {
    let isDown = false;
    const fetching: typeof fetch = async (input, init) => {
      if (isDown && new Headers(init?.headers).has('range')) return new Response('', { status: 403 });
      return fetch(input, init);
    };
    const { hub, to, pullFromHub } = await hubWorld({}, { fetch: fetching });
    hub.faults.set('onnx/a#b?c %41 d.bin', { cutAfter: 1_200_000, times: 1 });
    isDown = true;
    await failed('source/unauthorized', () => pullFromHub());
    expect(existsSync(to)).toBe(false);
    isDown = false;
    const { resumedBytes, downloadedBytes } = await pullFromHub();
    expect([resumedBytes, downloadedBytes]).toEqual([1_200_002, 1_800_000]);
    expect(sent(hub, 'onnx').map(({ range, bytes }) => [range, bytes])).toEqual([['bytes=1200000-2999999', 1_800_000]]);
    expect(readdirSync(path.dirname(to))).toEqual(['model']);
  });

  it('a flipped byte is refused, nothing is in place, and the bytes are discarded', async () => {
    const { hub, to, pullFromHub } = await hubWorld();
    hub.faults.set('onnx/a#b?c %41 d.bin', { flip: 2_000_000, times: 1 });
    const { differences } = await refused('model/mismatch', () => pullFromHub());
    expect(differences).toMatchObject([{ kind: 'modified', path: 'onnx/a#b?c %41 d.bin' }]);
    expect(existsSync(to)).toBe(false);
    expect(Object.values(filesIn(`${to}.part`))).not.toContain(3_000_000);
    expect((await pullFromHub()).verification.verdict).toBe('verified');
  });

  it('a flipped byte in the rest of a file is fetched once more, because it could have been in what was there', async () => {
    let isDown = true;
    const fetching: typeof fetch = async (input, init) =>
      isDown && new Headers(init?.headers).has('range') ? new Response('', { status: 403 }) : fetch(input, init);
    const { hub, pullFromHub } = await hubWorld({}, { fetch: fetching });
    hub.faults.set('onnx/a#b?c %41 d.bin', { cutAfter: 1_200_000, times: 1 });
    await failed('source/unauthorized', () => pullFromHub());
    isDown = false;
    hub.faults.set('onnx/a#b?c %41 d.bin', { flip: 2_000_000, times: 1 });
    expect(await pullFromHub()).toMatchObject({ downloadedBytes: 4_800_000, verification: { verdict: 'verified' } });
  });

  it('a hub that gives the whole file for a range is refused', async () => {
    const { hub, to, pullFromHub } = await hubWorld();
    hub.faults.set('onnx/a#b?c %41 d.bin', { ignoreRange: true, cutAfter: 1_200_000, times: 2 });
    await failed('source/response-invalid', () => pullFromHub());
    expect(existsSync(to)).toBe(false);
  });

  it('a pull of some files asks for no others', async () => {
    const { hub, to, pullFromHub } = await hubWorld();
    const { verification } = await pullFromHub({ only: ['config.json'] });
    expect(verification).toMatchObject({ verdict: 'partial', unchecked: 1 });
    expect(Object.keys(filesIn(to))).toEqual(['config.json', 'model.sig']);
    expect(sent(hub, 'onnx')).toEqual([]);
  });
});

describe('a pull from a registry', () => {
  it('a pull from a registry takes the files of an artifact, and refuses a flipped byte', async () => {
    const server = await registry.registryWith();
    const source = await registry.open(server);
    const bundle = await registry.sign(source);
    const signed = await openSignature(bundle, registry.verifier);
    const to = path.join(temporaryDirectory(), 'model');
    const large = registry.files['weights/model-00001.safetensors'];
    server.faults.set(digestOf(large), { flip: 5, times: 1 });
    await refused('model/mismatch', () => pull(source, signed, { to, bundle }));
    expect(existsSync(to)).toBe(false);
    expect((await pull(source, signed, { to, bundle })).verification.verdict).toBe('verified');
    expect(readFileSync(path.join(to, 'weights/model-00001.safetensors'))).toEqual(large);
  });
});
