import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashEngine, HashJob } from './engine.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';
import { type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifySigned } from './verify.ts';
import { verifySeveral } from './verify-several.ts';

const key = testKey();
const files = { 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbbbbbb' };

async function signedBy(model: Model, ...each: readonly SignModelOptions[]) {
  const bundles = await Promise.all(each.map((options) => signModel(model, keySigner(key), options)));
  return Promise.all(bundles.map(({ bundle }) => openSignature(bundle, keyVerifier(key))));
}

/** An engine that records which byte ranges it hashes. */
function recordingEngine() {
  const hashed: string[] = [];
  const engine: HashEngine = {
    async hash(jobs: readonly HashJob[], { algorithm }) {
      const digests: string[] = [];
      for (const { file, start, end } of jobs) {
        if (!('read' in file.content)) throw new Error('this engine reads no paths');
        hashed.push(`${algorithm} ${file.name} ${start}-${end ?? file.size}`);
        const hasher = createHash(algorithm === 'sha256' ? 'sha256' : 'blake2b512');
        for await (const chunk of file.content.read(start, end ?? file.size ?? 0)) hasher.update(chunk);
        digests.push(hasher.digest('hex'));
      }
      return digests;
    },
  };
  return { engine, hashed };
}

describe('verifySeveral', () => {
  it('verifySeveral returns for each signature what verifySigned returns', async () => {
    const model = localModel(modelDirectory(files));
    const signed = await signedBy(model, {}, { method: 'shards', shardSize: 4 }, { hashAlgorithm: 'blake3' });
    const outcomes = await verifySeveral(signed, model);
    const alone = await Promise.all(signed.map((each) => verifySigned(each, model)));
    expect(outcomes).toEqual(alone.map((verification) => ({ verification, error: null })));
  });

  it('verifySeveral hashes each byte range once with each algorithm, whichever signatures list it', async () => {
    const model = memoryModel(files);
    const shards = { method: 'shards', shardSize: 4 } as const;
    const all: readonly SignModelOptions[] = [
      {},
      {},
      { ignorePaths: ['config.json'] },
      shards,
      { hashAlgorithm: 'blake2b' },
      shards,
    ];
    const signed = await signedBy(model, ...all);
    const { engine, hashed } = recordingEngine();
    const outcomes = await verifySeveral(signed, model, { engine });
    expect(outcomes.map(({ error }) => error)).toEqual(Array(6).fill(null));
    expect(hashed.toSorted()).toEqual([
      'blake2b config.json 0-2',
      'blake2b weights/a.bin 0-4',
      'blake2b weights/b.bin 0-8',
      'sha256 config.json 0-2',
      'sha256 weights/a.bin 0-4',
      'sha256 weights/b.bin 0-4',
      'sha256 weights/b.bin 0-8',
      'sha256 weights/b.bin 4-8',
    ]);
  });

  it('verifySeveral says which signatures the model differs from and how, and hashes nothing again for it', async () => {
    const before = memoryModel(files);
    const now = memoryModel({ ...files, 'weights/a.bin': 'aaab' });
    const signed = [...(await signedBy(before, {})), ...(await signedBy(now, {})), ...(await signedBy(before, {}))];
    const { engine, hashed } = recordingEngine();
    const [first, second, third] = await verifySeveral(signed, now, { engine });
    expect(first?.error).toMatchObject({
      code: 'model/mismatch',
      differences: [{ kind: 'modified', path: 'weights/a.bin' }],
    });
    expect(second).toMatchObject({ error: null, verification: { verdict: 'verified' } });
    expect(third?.error).toMatchObject({ code: 'model/mismatch' });
    expect(hashed).toHaveLength(3);
  });

  it('verifySeveral compares with each signature what its signer left out', async () => {
    const model = localModel(modelDirectory({ ...files, 'cache/x': 'x' }));
    const signed = await signedBy(model, { ignorePaths: ['cache'] }, {});
    const [first, second] = await verifySeveral(signed, model);
    expect(first?.verification).toMatchObject({ ignored: ['cache/'], resources: { length: 3 } });
    expect(second?.verification).toMatchObject({ ignored: [], resources: { length: 4 } });
  });

  it('verifySeveral accepts a file with the bytes of another of the signatures where ignored files are refused', async () => {
    const root = modelDirectory(files);
    const [a, b] = await Promise.all([1, 2].map(() => signModel(localModel(root), keySigner(key))));
    addFiles(root, { 'a.sig': a?.bundle ?? '', 'b.sig': b?.bundle ?? '' });
    const signed = await Promise.all(
      [a, b].map((each) => openSignature(each?.bundle ?? new Uint8Array(), keyVerifier(key))),
    );
    const model = localModel(root, { signaturePath: path.join(root, 'a.sig') });
    const options = { ignorePaths: ['b.sig'], ignoredFiles: 'refuse' } as const;
    expect((await verifySeveral(signed, model, options)).map(({ error }) => error)).toEqual([null, null]);
    const [first] = await verifySeveral(signed.slice(0, 1), model, options);
    expect(first?.error).toMatchObject({ code: 'model/ignored-files' });
  });

  it('verifySeveral warns of the pointer files of each signature, though they are hashed once', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
    const model = localModel(modelDirectory({ ...files, 'weights/lfs.bin': pointer }));
    const signed = await signedBy(model, { method: 'shards', shardSize: 8 }, {}, {});
    const outcomes = await verifySeveral(signed, model);
    const codes = outcomes.map(({ verification }) => verification?.warnings.map(({ code }) => code));
    expect(codes).toEqual(Array(3).fill(['model/pointer-file']));
  });

  it('verifySeveral refuses in strict mode only the signatures that there is something unusual about', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const signed = await signedBy(model, { ignorePaths: ['cache'] }, {});
    addFiles(root, { 'cache/x': 'x' });
    const [first, second] = await verifySeveral(signed, model, { strict: true });
    expect(first?.error).toMatchObject({ code: 'model/ignored-files' });
    expect(second?.error).toMatchObject({ code: 'model/mismatch' });
    rmSync(path.join(root, 'cache'), { recursive: true });
    expect((await verifySeveral(signed, model, { strict: true })).map(({ error }) => error)).toEqual([null, null]);
  });

  it('verifySeveral throws if the model changes while it is read, since there is no one model to agree about', async () => {
    const root = modelDirectory(files);
    const model = localModel(root);
    const signed = await signedBy(model, {}, {});
    const changing: Model = {
      name: model.name,
      async list(options) {
        const listing = await model.list(options);
        addFiles(root, { 'late.bin': 'x' });
        return listing;
      },
    };
    await refusal('model/changed', () => verifySeveral(signed, changing));
  });

  it('verifySeveral throws what is no verdict: an engine that fails, and no signatures', async () => {
    const model = memoryModel(files);
    const signed = await signedBy(model, {}, {});
    const hash = async () => Promise.reject(new Error('the network failed'));
    await expect(verifySeveral(signed, model, { engine: { hash } })).rejects.toThrow('the network failed');
    await expect(verifySeveral(signed, model, { engine: { hash: async () => [] } })).rejects.toThrow(TypeError);
    await expect(verifySeveral([], model)).rejects.toThrow('at least one signature');
    await expect(verifySeveral([...signed, { ...signed[0] } as never], model)).rejects.toThrow(TypeError);
  });

  it('verifySeveral ends with the reason of a signal', async () => {
    const model = memoryModel(files);
    const signed = await signedBy(model, {}, {});
    await expect(verifySeveral(signed, model, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
