import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashEngine } from './engine.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { defaultEngine } from './node/engine.ts';
import { localModel } from './node/local-model.ts';
import { hashModel, type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const pointerTo = (size: number) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize ${size}\n`;
const ANNEX = '/annex/objects/SHA256E-s123--0f1e.bin\n';

const files = { 'a.bin': pointerTo(5), 'b.bin': 'content', 'sub/c.bin': pointerTo(6), 'd.bin': ANNEX };

/** An engine that is not ours: it hashes, and looks at nothing. */
const foreign: HashEngine = { hash: (jobs, options) => defaultEngine.hash(jobs, options) };

const warningsOf = async (model: Model, options?: SignModelOptions) =>
  (await hashModel(model, options)).warnings.map(({ code, message }) => `${code}: ${message}`);

const expected = [
  'model/pointer-file: "a.bin", "sub/c.bin" (2 files) are only pointers of Git LFS, not the content that it keeps',
  'model/pointer-file: "d.bin" is only a pointer of git-annex, not the content that it keeps',
];

describe('files that are only pointers', () => {
  it.each<[string, () => Model, SignModelOptions?]>([
    ['in a directory', () => localModel(modelDirectory(files))],
    ['in a directory, on several threads', () => localModel(modelDirectory(withMany(files))), { threads: 3 }],
    ['in a directory, hashed in shards', () => localModel(modelDirectory(files)), { shardSize: 1_000_000 }],
    ['in a directory, hashed in shards that are smaller', () => localModel(modelDirectory(files)), { shardSize: 7 }],
    ['in a model that is read through functions', () => memoryModel(files)],
    ['in a directory, with another engine', () => localModel(modelDirectory(files)), { engine: foreign }],
    ['in a model of functions, with another engine', () => memoryModel(files), { engine: foreign }],
  ])('pointers are warned of by kind and name %s', async (_, make, options) => {
    expect(await warningsOf(make(), options)).toEqual(expected);
  });

  it('pointers are warned of when a model is signed, whether it is a directory or one file', async () => {
    const root = modelDirectory(files);
    const { warnings } = await signModel(localModel(root), keySigner(key));
    expect(warnings).toHaveLength(2);
    expect(await warningsOf(localModel(path.join(root, 'a.bin')))).toEqual([
      'model/pointer-file: "a.bin" is only a pointer of Git LFS, not the content that it keeps',
    ]);
  });

  it.each<[string, HashEngine | undefined]>([
    ['the engine', undefined],
    ['another engine', foreign],
  ])(
    'signed pointers are warned of when a model is verified with %s, and refused in strict mode',
    async (_, engine) => {
      const model = localModel(modelDirectory(files));
      const { bundle } = await signModel(model, keySigner(key));
      const verifier = keyVerifier(key);
      const { warnings } = await verifyModel(model, bundle, verifier, { engine });
      expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
      await refusal('model/pointer-file', () => verifyModel(model, bundle, verifier, { engine, strict: true }));
    },
  );

  it('pointers are refused in strict mode before the signer is asked', async () => {
    let isAsked = false;
    const signer = keySigner(key);
    const model = localModel(modelDirectory(files));
    const error = await refusal('model/pointer-file', () =>
      signModel(
        model,
        {
          sign(...args) {
            isAsked = true;
            return signer.sign(...args);
          },
        },
        { strict: true },
      ),
    );
    expect(error.message).toContain('"a.bin"');
    expect(isAsked).toBe(false);
    await refusal('model/pointer-file', () => hashModel(model, { strict: true }));
  });

  it.each<[string, SignModelOptions]>([
    ['by file', {}],
    ['by shard', { shardSize: 1_000_000 }],
    ['by shards that are smaller', { shardSize: 7 }],
  ])(
    'verifying warns of signed files that are only pointers, signed %s, and refuses them in strict mode',
    async (_, options) => {
      const root = modelDirectory(files);
      const model = localModel(root);
      const { bundle } = await signModel(model, keySigner(key), options);
      for (const engine of [undefined, foreign]) {
        const { warnings } = await verifyModel(model, bundle, keyVerifier(key), { engine });
        expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
        await refusal('model/pointer-file', () =>
          verifyModel(model, bundle, keyVerifier(key), { engine, strict: true }),
        );
      }
      addFiles(root, { 'b.bin': 'changed' });
      await refusal('model/mismatch', () => verifyModel(model, bundle, keyVerifier(key), { strict: true }));
    },
  );

  it('verifying does not warn of pointers among files that are not signed', async () => {
    const root = modelDirectory({ a: 'a' });
    const { bundle } = await signModel(localModel(root), keySigner(key));
    addFiles(root, files);
    const options = { ignoreUnsignedFiles: true };
    for (const engine of [undefined, foreign]) {
      const { warnings } = await verifyModel(localModel(root), bundle, keyVerifier(key), { ...options, engine });
      expect(warnings).toEqual([]);
    }
  });

  it('a warning of very many pointers names the first ten', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${10_000 + i}.bin`, pointerTo(i)]));
    const [warning] = await warningsOf(localModel(modelDirectory(many)));
    expect(warning).toContain('"10009.bin", … (2000 files) are only pointers of Git LFS');
    expect(warning).not.toContain('"10010.bin"');
  });
});

function withMany(tree: Record<string, string>): Record<string, string> {
  return { ...tree, ...Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`many/${i}`, `${i}`])) };
}

describe('a model whose content was not fetched', () => {
  it.each<[string, SignModelOptions]>([
    ['by file', {}],
    ['by shard', { shardSize: 4 }],
  ])('a file that differs because it is only a pointer is said to be one, signed %s', async (_, options) => {
    const content = { 'a.bin': 'weights', 'b.bin': 'content' };
    const root = modelDirectory(content);
    const { bundle } = await signModel(localModel(root), keySigner(key), options);
    addFiles(root, { 'a.bin': pointerTo(7), 'b.bin': 'changed' });
    for (const engine of [undefined, foreign]) {
      const error = await refusal('model/mismatch', () =>
        verifyModel(localModel(root), bundle, keyVerifier(key), { engine }),
      );
      expect(error.message).toContain('(1 of them only a pointer to content that is kept elsewhere)');
      expect(error.differences.map(({ path, pointer }) => [path, pointer])).toContainEqual(['a.bin', 'git-lfs']);
      expect(error.differences.filter(({ path }) => path === 'b.bin').every(({ pointer }) => !pointer)).toBe(true);
    }
  });
});
