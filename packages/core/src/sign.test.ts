import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { validateProducedBundle, validateProducedStatement } from '@model-signing/spec';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory, type Tree } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { inspectBundle } from './inspect.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { type HashModelOptions, hashModel, signModel } from './sign.ts';
import type { Signer } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey('P-384');
const sign = (tree: Tree, options?: HashModelOptions) =>
  signModel(localModel(modelDirectory(tree)), keySigner(key), options);

describe('a bundle that we make', () => {
  it('a bundle that we make is what producers write, in one line of JSON', async () => {
    const { bundle } = await sign({ b: '2', a: '1' }, { ignorePaths: ['z', 'cache/'] });
    const text = Buffer.from(bundle).toString();
    expect(text).toMatch(/^\{.*\}$/);
    const document = JSON.parse(text);
    expect(validateProducedBundle(document)).toMatchObject({ ok: true });
    expect(document).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: expect.stringMatching(/^[0-9a-f]{64}$/) }, tlogEntries: [] },
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: '' }] },
    });
    const statement = JSON.parse(Buffer.from(document.dsseEnvelope.payload, 'base64').toString());
    expect(validateProducedStatement(statement)).toMatchObject({ ok: true });
    expect(statement.predicate.serialization).toEqual({
      method: 'files',
      hash_type: 'sha256',
      allow_symlinks: false,
      ignore_paths: ['.git', '.gitattributes', '.github', '.gitignore', 'cache', 'z'],
    });
    expect(statement.predicate.resources.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
  });

  it('a bundle can be inspected without being verified', async () => {
    const { bundle, manifest } = await sign({ a: '1' });
    expect(await inspectBundle(bundle)).toMatchObject({ method: 'key', subjectName: 'model', manifest, warnings: [] });
  });
});

describe('a model is not signed', () => {
  it('a model without a file is not signed', async () => {
    await refusal('model/empty', () => sign({}));
    await refusal('model/empty', () => sign({ '.git/x': '' }));
    const root = modelDirectory({});
    mkdirSync(path.join(root, 'empty'));
    await refusal('model/empty', () => hashModel(localModel(root)));
  });

  it('a model of empty files is not signed in shards', async () => {
    const error = await refusal('model/empty', () => sign({ a: '' }, { method: 'shards' }));
    expect(error.message).toContain('shards cannot list empty files');
    await sign({ a: '' });
  });

  it.skipIf(process.platform === 'win32')(
    'a model with a link or a FIFO is not signed unless it is excluded',
    async () => {
      const root = modelDirectory({ a: '' });
      symlinkSync('a', path.join(root, 'link'));
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
      await refusal('model/symlink', () => hashModel(localModel(root), { ignorePaths: ['pipe'] }));
      await refusal('model/unsupported-file', () => hashModel(localModel(root), { ignorePaths: ['link'] }));
      await hashModel(localModel(root), { ignorePaths: ['link', 'pipe'] });
    },
  );

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('a model is not signed in shards of %d bytes', async (shardSize) => {
    await refusal('manifest/shard-size-invalid', () => sign({ a: '1' }, { method: 'shards', shardSize }));
  });

  it('a model is not signed with options of the wrong type', async () => {
    await expect(sign({ a: '1' }, { method: 'shard' as 'shards' })).rejects.toThrow(TypeError);
    await expect(sign({ a: '1' }, { allowSymlinks: 'yes' as unknown as boolean })).rejects.toThrow(TypeError);
  });

  it('a model is not signed by an algorithm that the format does not have', async () => {
    await refusal('manifest/algorithm-unsupported', () => sign({ a: '1' }, { hashAlgorithm: 'md5' as 'sha256' }));
  });

  it('a model is not signed with an ignore path outside of it', async () => {
    await refusal('model/ignore-path-outside', () => sign({ a: '1' }, { ignorePaths: ['../b'] }));
  });
});

describe('warnings when signing', () => {
  const warningModel: Model = {
    name: 'm',
    async list(options) {
      const listing = await localModel(modelDirectory({ a: 'a' })).list(options);
      options.warn?.('model/empty-file-unsigned', 'from the listing');
      const confirm = async () => options.warn?.('model/changed', 'from the end of the reading');
      return { ...listing, confirm };
    },
  };
  const warningSigner: Signer = {
    async sign(content, warn) {
      warn('signer/timestamp-ignored', 'from the signer');
      return keySigner(key).sign(content, warn);
    },
  };

  it('what a model and a signer warn about is in the result, in order', async () => {
    const { warnings } = await signModel(warningModel, warningSigner);
    expect(warnings.map(({ message }) => message)).toEqual([
      'from the listing',
      'from the end of the reading',
      'from the signer',
    ]);
    expect((await hashModel(warningModel)).warnings).toMatchObject(warnings.slice(0, 2));
    const verified = await verifyModel(warningModel, (await sign({ a: 'a' })).bundle, keyVerifier(key));
    expect(verified.warnings).toEqual(warnings.slice(0, 2));
  });

  it('in strict mode, a warning of a model or a signer is thrown', async () => {
    const model = localModel(modelDirectory({ a: 'a' }));
    const { bundle } = await signModel(model, keySigner(key), { strict: true });
    await refusal('model/empty-file-unsigned', () => signModel(warningModel, keySigner(key), { strict: true }));
    await refusal('model/empty-file-unsigned', () => hashModel(warningModel, { strict: true }));
    await refusal('model/empty-file-unsigned', () =>
      verifyModel(warningModel, bundle, keyVerifier(key), { strict: true }),
    );
    await refusal('signer/timestamp-ignored', () => signModel(model, warningSigner, { strict: true }));
  });

  it('a model without anything unusual has no warnings', async () => {
    expect((await sign({ a: '1' })).warnings).toEqual([]);
  });
});

it('a model that is not on a disk is signed and verified', async () => {
  const content: Record<string, string> = { 'a.bin': 'first', 'b.bin': 'second' };
  const model: Model = {
    name: 'remote',
    list: async ({ excludes }) => ({
      singleFile: false,
      files: Object.entries(content)
        .filter(([name]) => !excludes(name))
        .map(([name, text]) => ({
          name,
          size: text.length,
          content: {
            async *read(start: number, end: number) {
              yield Buffer.from(text.slice(start, end));
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
  const { bundle } = await signModel(model, keySigner(key), { method: 'shards', shardSize: 4 });
  await verifyModel(model, bundle, keyVerifier(key));
  content['b.bin'] = 'sEcond';
  const error = await refusal('model/mismatch', () => verifyModel(model, bundle, keyVerifier(key)));
  expect(error.differences).toMatchObject([{ path: 'b.bin', range: [0, 4] }]);
});
