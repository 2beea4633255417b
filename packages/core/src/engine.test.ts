import { createHash } from 'node:crypto';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashEngine, HashJob, HashOptions } from './engine.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { KnownDigest, Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { type HashModelOptions, hashModel, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey('P-256');
const files = { 'config.json': '{}', 'weights/a.bin': 'aaaaaaaaaa', 'weights/b.bin': 'bbbbb' };
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

const sign = (model: Model, options?: HashModelOptions) => signModel(model, keySigner(key), options);

/** An engine that reads files through their function and hashes them one after another, and records its calls. */
class SerialEngine implements HashEngine {
  readonly calls: { readonly jobs: readonly HashJob[]; readonly options: HashOptions }[] = [];

  async hash(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
    this.calls.push({ jobs, options });
    const digests: string[] = [];
    for (const { file, start, end } of jobs) {
      if (!('read' in file.content)) throw new Error('this engine reads no paths');
      const hasher = createHash(options.algorithm);
      for await (const chunk of file.content.read(start, end ?? file.size ?? 0)) hasher.update(chunk);
      digests.push(hasher.digest('hex'));
    }
    return digests;
  }
}

/** An engine with a slow start, which records when it is prepared, used and disposed of. */
class PreparedEngine extends SerialEngine {
  readonly log: string[] = [];

  async prepare(count: number, { threads }: { readonly threads?: number | undefined }) {
    this.log.push(`prepare ${count} ${threads}`);
    return {
      hash: (jobs: readonly HashJob[], options: HashOptions) => {
        this.log.push(`hash ${jobs.length}`);
        return this.hash(jobs, options);
      },
      [Symbol.asyncDispose]: async () => void this.log.push('dispose'),
    };
  }
}

describe("the caller's engine", () => {
  it.each<HashModelOptions>([{}, { method: 'shards', shardSize: 4 }])(
    "the caller's engine hashes all files in signing, hashing and verifying, with the same result as the default one: %j",
    async (options) => {
      const engine = new SerialEngine();
      const { bundle, manifest } = await sign(memoryModel(files), { ...options, engine });
      const ours = await hashModel(localModel(modelDirectory(files)), options);
      expect(manifest).toEqual(ours.manifest);
      expect((await hashModel(memoryModel(files), { ...options, engine })).manifest).toEqual(manifest);
      await verifyModel(memoryModel(files), bundle, keyVerifier(key), { engine });
      expect(engine.calls.map(({ jobs }) => jobs.length)).toEqual(Array(3).fill(manifest.resources.length));
      await verifyModel(localModel(modelDirectory(files)), bundle, keyVerifier(key));
    },
  );

  it("the caller's engine is given the algorithm and the options of the caller", async () => {
    const engine = new SerialEngine();
    const { signal } = new AbortController();
    const onProgress = () => {};
    await hashModel(memoryModel(files), { engine, threads: 3, concurrency: 2, signal, onProgress });
    expect(engine.calls[0]?.options).toEqual({ algorithm: 'sha256', threads: 3, concurrency: 2, signal, onProgress });
  });

  it("the caller's engine decides what is verified: other digests are a mismatch", async () => {
    const { bundle } = await sign(memoryModel(files));
    const engine: HashEngine = { hash: async (jobs) => jobs.map(() => sha256('something else')) };
    const verifying = () => verifyModel(memoryModel(files), bundle, keyVerifier(key), { engine });
    expect((await refusal('model/mismatch', verifying)).differences).toHaveLength(3);
  });

  it('the one file of thousands whose digest is malformed is named', async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`part-${1000 + i}`, 'x']));
    const digests: string[] = Array(3000).fill(sha256(''));
    digests[2500] = `g${sha256('').slice(1)}`;
    const hashing = hashModel(memoryModel(many), { engine: { hash: async () => digests } });
    await expect(hashing).rejects.toThrow('the engine returned for "part-3500" no sha256 digest');
  });

  it.each<[string, unknown, string]>([
    ['too few digests', [sha256('')], 'one digest for each job'],
    ['nothing', undefined, 'no array'],
    ['an object like an array', { length: 3, 0: sha256(''), 1: sha256(''), 2: sha256('') }, 'no array'],
    ['an empty array of the right length', Array(3), 'for "config.json" no sha256 digest'],
    ['short digests', ['ab', 'ab', 'ab'], 'for "config.json" no sha256 digest'],
    ['numbers', [5, 5, 5], 'for "config.json" no sha256 digest'],
    ['text that is not hexadecimal', Array(3).fill('zz'.repeat(32)), 'for "config.json" no sha256 digest'],
    ['uppercase', Array(3).fill(sha256('').toUpperCase()), 'for "config.json" no sha256 digest'],
    ['a line break', Array(3).fill(`${'a'.repeat(63)}\n`), 'for "config.json" no sha256 digest'],
    ['objects', Array(3).fill(Object(sha256(''))), 'for "config.json" no sha256 digest'],
    ['bytes', [sha256(''), sha256(''), new Uint8Array(64)], 'for "weights/b.bin" no sha256 digest'],
  ])(
    'an engine that returns %s causes an ordinary error in signing, hashing and verifying',
    async (_, result, message) => {
      const { bundle } = await sign(memoryModel(files));
      const options = { engine: { hash: async () => result } as HashEngine };
      for (const attempt of [
        () => sign(memoryModel(files), options),
        () => hashModel(memoryModel(files), options),
        () => verifyModel(memoryModel(files), bundle, keyVerifier(key), options),
      ]) {
        const error = await attempt().catch((error: unknown) => error);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(/^the engine returned /);
        expect((error as Error).message).toContain(message);
      }
    },
  );

  it('an engine is given only the range of each job, and not the digest that a verifier expects', async () => {
    const { bundle } = await sign(memoryModel(files));
    const engine = new SerialEngine();
    await verifyModel(memoryModel(files), bundle, keyVerifier(key), { engine });
    await hashModel(memoryModel(files), { engine });
    const jobs = engine.calls.flatMap(({ jobs }) => jobs);
    expect(jobs.map((job) => Object.keys(job))).toEqual(Array(6).fill(['file', 'start', 'end']));
  });

  it('an engine is prepared for the number of files and disposed of at the end of each verb', async () => {
    const engine = new PreparedEngine();
    const { bundle } = await sign(memoryModel(files), { engine, threads: 5 });
    expect(engine.log).toEqual(['prepare 3 5', 'hash 3', 'dispose']);
    engine.log.length = 0;
    await verifyModel(memoryModel(files), bundle, keyVerifier(key), { engine });
    expect(engine.log).toEqual(['prepare 3 undefined', 'hash 3', 'dispose']);
  });

  it('an engine is disposed of if the model does not verify or signing fails', async () => {
    const engine = new PreparedEngine();
    const { bundle } = await sign(memoryModel(files));
    const other = memoryModel({ ...files, 'config.json': '[]' });
    await refusal('model/mismatch', () => verifyModel(other, bundle, keyVerifier(key), { engine }));
    expect(engine.log.at(-1)).toBe('dispose');
    engine.log.length = 0;
    const signer = { sign: () => Promise.reject(new Error('the key is gone')) };
    await expect(signModel(memoryModel(files), signer, { engine })).rejects.toThrow('the key is gone');
    expect(engine.log).toEqual(['prepare 3 undefined', 'hash 3', 'dispose']);
  });
});

describe('an engine that cannot be disposed of', () => {
  const { hash } = new SerialEngine();
  const undisposable: HashEngine = {
    hash,
    prepare: async () => ({
      hash: (jobs, options) => new SerialEngine().hash(jobs, options),
      [Symbol.asyncDispose]: () => Promise.reject(new Error('the cluster is gone')),
    }),
  };
  const options = { engine: undisposable };

  it('an engine that cannot be disposed of does not hide the verdict of a verifier', async () => {
    const { bundle } = await sign(memoryModel(files));
    const other = memoryModel({ ...files, 'config.json': '[]' });
    const error = await refusal('model/mismatch', () => verifyModel(other, bundle, keyVerifier(key), options));
    expect(error.differences).toHaveLength(1);
  });

  it('an engine that cannot be disposed of does not hide why signing failed', async () => {
    const failure = new Error('the key is gone');
    const signer = { sign: () => Promise.reject(failure) };
    await expect(signModel(memoryModel(files), signer, options)).rejects.toBe(failure);
  });

  it('an engine that cannot be disposed of does not undo what was verified, signed or hashed', async () => {
    const { bundle, manifest } = await sign(memoryModel(files), options);
    const verified = await verifyModel(memoryModel(files), bundle, keyVerifier(key), options);
    expect(verified.rootDigest).toBe(manifest.rootDigest);
    expect((await hashModel(memoryModel(files), options)).manifest.rootDigest).toBe(manifest.rootDigest);
  });

  it('an engine that was prepared without a way to dispose of it is an ordinary error before it hashes', async () => {
    const engine = { hash, prepare: async () => ({ hash: () => expect.unreachable() }) } as unknown as HashEngine;
    await expect(hashModel(memoryModel(files), { engine })).rejects.toThrow(TypeError);
  });
});

describe('digests that the source of a model advertises', () => {
  const known = (name: string): KnownDigest => ({
    algorithm: 'sha256',
    digest: sha256(files[name as keyof typeof files]),
  });
  const knownIn = (...names: string[]) =>
    memoryModel(files, (name) => (names.includes(name) ? known(name) : undefined));
  const all = Object.keys(files);

  it('advertised digests are not used unless the caller accepts them: all bytes are hashed', async () => {
    const engine = new SerialEngine();
    const { bundle, evidence } = await sign(knownIn(...all), { engine });
    expect(evidence).toBe('bytes');
    const verification = await verifyModel(knownIn(...all), bundle, keyVerifier(key), { engine });
    expect(verification.evidence).toBe('bytes');
    expect(engine.calls.map(({ jobs }) => jobs.length)).toEqual([3, 3]);
  });

  it('advertised digests replace the bytes if the caller accepts them, and the verification says so', async () => {
    const { bundle } = await sign(memoryModel(files));
    const engine = new SerialEngine();
    const options = { engine, evidence: 'advertised' } as const;
    const verification = await verifyModel(knownIn(...all), bundle, keyVerifier(key), options);
    expect(verification).toMatchObject({ verdict: 'advertised', evidence: 'advertised', listing: 'complete' });
    expect(verification.advertised).toEqual(all.toSorted());
    expect(engine.calls.flatMap(({ jobs }) => jobs)).toEqual([]);
  });

  it('the advertised digest of one file makes the whole verification advertised, while the other files are hashed', async () => {
    const { bundle } = await sign(memoryModel(files));
    const engine = new SerialEngine();
    const options = { engine, evidence: 'advertised' } as const;
    const verification = await verifyModel(knownIn('weights/a.bin'), bundle, keyVerifier(key), options);
    expect(verification).toMatchObject({ verdict: 'advertised', advertised: ['weights/a.bin'], unchecked: 0 });
    expect(engine.calls[0]?.jobs.map(({ file }) => file.name)).toEqual(['config.json', 'weights/b.bin']);
  });

  it('a verification that accepts advertised digests and finds none is based on bytes', async () => {
    const { bundle } = await sign(memoryModel(files));
    const options = { evidence: 'advertised' } as const;
    const verification = await verifyModel(memoryModel(files), bundle, keyVerifier(key), options);
    expect(verification).toMatchObject({ verdict: 'verified', evidence: 'bytes', advertised: [] });
  });

  it('an advertised digest that differs from the signed one is a mismatch of that file', async () => {
    const { bundle } = await sign(memoryModel(files));
    const model = memoryModel(files, () => known('config.json'));
    const verifying = () => verifyModel(model, bundle, keyVerifier(key), { evidence: 'advertised' });
    const { differences } = await refusal('model/mismatch', verifying);
    expect(differences.map(({ path }) => path)).toEqual(['weights/a.bin', 'weights/b.bin']);
  });

  it('advertised digests by another algorithm than the signed one are not used', async () => {
    const { bundle } = await sign(memoryModel(files), { hashAlgorithm: 'blake3' });
    const options = { evidence: 'advertised' } as const;
    expect((await verifyModel(knownIn(...all), bundle, keyVerifier(key), options)).evidence).toBe('bytes');
  });

  it('advertised digests are used under shards only for files that are one shard', async () => {
    const { bundle } = await sign(memoryModel(files), { method: 'shards', shardSize: 5 });
    const advertised = { evidence: 'advertised' } as const;
    const engine = new SerialEngine();
    const verification = await verifyModel(knownIn(...all), bundle, keyVerifier(key), { ...advertised, engine });
    expect(verification.evidence).toBe('advertised');
    expect(engine.calls[0]?.jobs.map(({ file }) => file.name)).toEqual(['weights/a.bin', 'weights/a.bin']);
    const onlyLarge = await verifyModel(knownIn('weights/a.bin'), bundle, keyVerifier(key), advertised);
    expect(onlyLarge.evidence).toBe('bytes');
  });

  it('hashModel and signModel use advertised digests only if the caller accepts them, and then read nothing', async () => {
    const engine = new SerialEngine();
    const { manifest } = await hashModel(memoryModel(files));
    const hashed = await hashModel(knownIn(...all), { engine, evidence: 'advertised' });
    expect(hashed).toMatchObject({ evidence: 'advertised', advertised: all.toSorted(), manifest });
    const signed = await sign(knownIn(...all), { engine, evidence: 'advertised' });
    expect(signed).toMatchObject({ evidence: 'advertised', advertised: all.toSorted(), manifest });
    expect(engine.calls.flatMap(({ jobs }) => jobs)).toEqual([]);
    expect(await sign(knownIn(...all))).toMatchObject({ evidence: 'bytes', advertised: [], manifest });
  });

  it('signModel hashes the bytes even if its options change while it runs', async () => {
    let reads = 0;
    const options = {
      get evidence() {
        return reads++ === 0 ? ('bytes' as const) : ('advertised' as const);
      },
    };
    const lying = memoryModel(files, () => ({ algorithm: 'sha256', digest: sha256('a lie') }));
    const { evidence, manifest } = await sign(lying, options);
    expect(evidence).toBe('bytes');
    expect(manifest).toEqual((await hashModel(memoryModel(files))).manifest);
  });

  it('an advertised digest is the one that was checked, even if its source gives another one each time', async () => {
    const values = [sha256('{}'), 'x'].values();
    const known = {
      algorithm: 'sha256' as const,
      get digest() {
        return values.next().value as string;
      },
    };
    const { manifest } = await hashModel(
      memoryModel({ 'config.json': '{}' }, () => known),
      { evidence: 'advertised' },
    );
    expect(manifest.resources[0]?.digest).toBe(sha256('{}'));
  });

  it.each(['', 'abc', sha256('').toUpperCase(), `${sha256('')}00`])(
    'the advertised digest %j is an ordinary error, and only if it would be used',
    async (digest) => {
      const model = memoryModel(files, () => ({ algorithm: 'sha256', digest }));
      const hashing = hashModel(model, { evidence: 'advertised' });
      await expect(hashing).rejects.toThrow('the known digest of "config.json" is not sha256 in lowercase hexadecimal');
      await hashModel(model);
    },
  );

  it('any other evidence than "bytes" and "advertised" is an ordinary error', async () => {
    const evidence = 'Advertised' as 'advertised';
    await expect(hashModel(knownIn(...all), { evidence })).rejects.toThrow(TypeError);
  });
});
