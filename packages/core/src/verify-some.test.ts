import { createHash } from 'node:crypto';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { forge, testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { KnownDigest, Listing, Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { openSignature, type SignedManifest } from './open.ts';
import { type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';
import { verifySome } from './verify-some.ts';

const key = testKey();
const verifier = keyVerifier(key);
const files = { 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb', 'weights-old': 'old' };
const onUnix = it.skipIf(process.platform === 'win32'); // links need POSIX

async function signed(options: SignModelOptions = {}) {
  const root = modelDirectory(files);
  const { bundle, manifest } = await signModel(localModel(root), keySigner(key), options);
  return { root, bundle, manifest, opened: await openSignature(bundle, verifier) };
}

describe('verifySome', () => {
  it('verifySome checks the named files alone, and its verdict is partial', async () => {
    const { root, manifest, opened } = await signed();
    writeFileSync(path.join(root, 'weights/b.bin'), 'changed');
    addFiles(root, { 'evil.py': '' });
    const verification = await verifySome(opened, localModel(root), ['weights/a.bin', 'config.json', 'weights/a.bin']);
    expect(verification).toEqual({
      verdict: 'partial',
      listing: 'not-compared',
      hashedBy: 'self',
      advertised: [],
      unchecked: 2,
      signer: opened.signer,
      subjectName: 'model',
      rootDigest: manifest.rootDigest,
      serialization: manifest.serialization,
      resources: manifest.resources.filter(({ path: name }) => ['config.json', 'weights/a.bin'].includes(name)),
      ignored: [],
      unsigned: [],
      externalLinks: [],
      hubLinks: [],
      evidence: 'bytes',
      warnings: [],
    });
  });

  it('verifySome takes a directory for all signed files below it, and for no others', async () => {
    const { root, opened } = await signed();
    addFiles(root, { 'weights/unsigned': '' });
    const { resources, unchecked } = await verifySome(opened, localModel(root), ['weights']);
    expect(resources.map(({ path: name }) => name)).toEqual(['weights/a.bin', 'weights/b.bin']);
    expect(unchecked).toBe(2);
    rmSync(path.join(root, 'weights/b.bin'));
    const error = await refusal('model/mismatch', () => verifySome(opened, localModel(root), ['weights']));
    expect(error.differences).toEqual([{ kind: 'missing', path: 'weights/b.bin' }]);
  });

  it('verifySome is partial even if every signed file was named, since others were not looked for', async () => {
    const { root, opened } = await signed();
    const all = Object.keys(files);
    expect(await verifySome(opened, localModel(root), all)).toMatchObject({ verdict: 'partial', unchecked: 0 });
  });

  it.each<SignModelOptions>([{}, { hashAlgorithm: 'blake3' }, { shardSize: 3 }])(
    'verifySome refuses a named file with other content, or without any, with every difference: %j',
    async (options) => {
      const { root, opened } = await signed(options);
      writeFileSync(path.join(root, 'weights/a.bin'), 'aaaA');
      rmSync(path.join(root, 'config.json'));
      const names = ['config.json', 'weights'];
      const error = await refusal('model/mismatch', () => verifySome(opened, localModel(root), names));
      expect(error.differences).toMatchObject([
        { kind: 'missing', path: 'config.json' },
        { kind: 'modified', path: 'weights/a.bin' },
      ]);
    },
  );

  it.each([
    'absent',
    'weights/',
    './config.json',
    '/config.json',
    '../model/config.json',
    'weight',
    '',
    'weights/a',
    'a\0',
  ])('verifySome refuses the name %j, which is not signed, before the model is listed', async (name) => {
    const { opened } = await signed();
    const unread: Model = { name: 'm', list: () => Promise.reject(new Error('the model was listed')) };
    await refusal('model/not-signed', () => verifySome(opened, unread, ['config.json', name]));
  });

  it.each<[string, unknown]>([
    ['an empty list', []],
    ['no list', 'config.json'],
    ['a number', [5]],
    ['nothing', undefined],
  ])('verifySome refuses %s in place of names as an ordinary error', async (_, names) => {
    const { root, opened } = await signed();
    await expect(verifySome(opened, localModel(root), names as string[])).rejects.toThrow(TypeError);
  });

  it('verifySome takes only what openSignature returned, and what was checked then', async () => {
    const { root, opened } = await signed();
    const copies = [{ ...opened }, structuredClone(opened), Object.create(opened), null, undefined, 5, {}];
    for (const copy of copies) {
      const verifying = verifySome(copy as SignedManifest, localModel(root), ['config.json']);
      await expect(verifying).rejects.toThrow('must be what openSignature returned');
    }
    const digest = createHash('sha256').update('evil').digest('hex');
    Object.assign(opened, { manifest: { ...opened.manifest, resources: [{ path: 'config.json', digest }] } });
    writeFileSync(path.join(root, 'config.json'), 'evil');
    await refusal('model/mismatch', () => verifySome(opened, localModel(root), ['config.json']));
  });

  it('verifySome checks a model that always lists all of its files', async () => {
    const { opened } = await signed();
    const more = memoryModel({ ...files, 'weights/b.bin': 'changed', extra: '' });
    expect(await verifySome(opened, more, ['weights/a.bin'])).toMatchObject({ verdict: 'partial', unchecked: 3 });
    await refusal('model/mismatch', () => verifySome(opened, more, ['weights']));
  });

  it('verifySome with advertised digests is advertised, which is weaker than partial', async () => {
    const { opened } = await signed();
    const known = (name: string): KnownDigest | undefined =>
      name === 'config.json'
        ? { algorithm: 'sha256', digest: createHash('sha256').update('{}').digest('hex') }
        : undefined;
    const options = { evidence: 'advertised' } as const;
    const some = await verifySome(opened, memoryModel(files, known), ['config.json', 'weights'], options);
    expect(some).toMatchObject({
      verdict: 'advertised',
      evidence: 'advertised',
      advertised: ['config.json'],
      unchecked: 1,
    });
    const other = await verifySome(opened, memoryModel(files, known), ['weights'], options);
    expect(other).toMatchObject({ verdict: 'partial', evidence: 'bytes', advertised: [] });
  });

  it('verifySome repeats the warnings of the signature, and refuses them in strict mode', async () => {
    const { root, bundle } = await signed();
    const rawBytes = Buffer.from(key.publicKey).toString('base64');
    const historical = forge(bundle, key, { bundle: (b) => (b.verificationMaterial.publicKey = { rawBytes }) });
    const opened = await openSignature(historical, verifier);
    const { warnings } = await verifySome(opened, localModel(root), ['config.json']);
    expect(warnings).toEqual(opened.warnings);
    expect(warnings).toHaveLength(1);
    const strict = () => verifySome(opened, localModel(root), ['config.json'], { strict: true });
    await refusal('signer/historical-key', strict);
  });

  it('verifySome checks a model that is one file by its name', async () => {
    const root = path.join(modelDirectory(files), 'config.json');
    const { bundle } = await signModel(localModel(root), keySigner(key));
    const opened = await openSignature(bundle, verifier);
    expect(await verifySome(opened, localModel(root), ['config.json'])).toMatchObject({ verdict: 'partial' });
    writeFileSync(root, '[]');
    await refusal('model/mismatch', () => verifySome(opened, localModel(root), ['config.json']));
  });

  onUnix('verifySome follows no link in the place of a named file or above it', async () => {
    const { root, opened } = await signed();
    rmSync(path.join(root, 'config.json'));
    symlinkSync('/dev/null', path.join(root, 'config.json'));
    rmSync(path.join(root, 'weights'), { recursive: true });
    symlinkSync(modelDirectory({ 'a.bin': 'aaaa' }), path.join(root, 'weights'));
    for (const name of ['config.json', 'weights', 'weights/a.bin']) {
      const error = await refusal('model/symlink', () => verifySome(opened, localModel(root), [name]));
      expect(error.required).toBe(true);
    }
    await verifySome(opened, localModel(root), ['weights-old']);
  });

  it('verifySome ends with the reason of an abort', async () => {
    const { opened } = await signed();
    const controller = new AbortController();
    const model: Model = {
      name: 'm',
      list: () => {
        controller.abort(new Error('enough'));
        return new Promise<never>(() => {});
      },
    };
    const verifying = verifySome(opened, model, ['config.json'], { signal: controller.signal });
    await expect(verifying).rejects.toThrow('enough');
  });
});

describe('a listing that may lack files', () => {
  const incomplete = (model: Model): Model => ({
    ...model,
    list: async (options): Promise<Listing> => ({ ...(await model.list(options)), complete: false }),
  });

  it('a model whose listing may lack files is verified in part', async () => {
    const { bundle } = await signed();
    const verification = await verifyModel(incomplete(memoryModel(files)), bundle, verifier);
    expect(verification).toMatchObject({ verdict: 'partial', listing: 'incomplete', unchecked: 0, evidence: 'bytes' });
  });
});

describe('pointers that stand for the content of files', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const pointer = (text: string) =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(text)}\nsize ${text.length}\n`;
  /** A model with pointers in place of these files. */
  const pointers = (contents: Readonly<Record<string, string>>, others: Readonly<Record<string, string>> = {}) =>
    memoryModel(
      {
        ...files,
        ...others,
        ...Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, pointer(text)])),
      },
      (name): KnownDigest | undefined => {
        const text = contents[name];
        if (text === undefined) return undefined;
        return { algorithm: 'sha256', digest: sha256(text), pointer: { kind: 'git-lfs', size: text.length } };
      },
    );
  const advertised = { evidence: 'advertised' } as const;

  it('a pointer to the signed content is advertised, and not warned of', async () => {
    const { bundle } = await signed();
    const model = pointers({ 'weights/a.bin': 'aaaa' });
    const verification = await verifyModel(model, bundle, verifier, advertised);
    expect(verification).toMatchObject({ verdict: 'advertised', advertised: ['weights/a.bin'], warnings: [] });
    await refusal('model/mismatch', () => verifyModel(model, bundle, verifier));
  });

  it('a pointer to other content is a mismatch', async () => {
    const { bundle } = await signed();
    const error = await refusal('model/mismatch', () =>
      verifyModel(pointers({ 'weights/a.bin': 'AAAA' }), bundle, verifier, advertised),
    );
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'weights/a.bin', pointer: 'git-lfs' }]);
  });

  it('a signed file that looks like a pointer is compared as the file that it is', async () => {
    const model = pointers({ 'weights/a.bin': 'aaaa' });
    const { bundle } = await signModel(model, keySigner(key), advertised);
    const verification = await verifyModel(model, bundle, verifier, advertised);
    expect(verification).toMatchObject({ verdict: 'verified', advertised: [] });
    expect(verification.warnings).toMatchObject([{ code: 'model/pointer-file' }]);
  });

  it('under shards, a pointer stands for a file of one shard, and its size counts', async () => {
    const { bundle } = await signed({ shardSize: 4 });
    const verification = await verifyModel(pointers({ 'weights/a.bin': 'aaaa' }), bundle, verifier, advertised);
    expect(verification).toMatchObject({ verdict: 'advertised', advertised: ['weights/a.bin'] });
    const { bundle: many } = await signed({ shardSize: 2 });
    const verifying = () => verifyModel(pointers({ 'weights/a.bin': 'aaaa' }), many, verifier, advertised);
    await refusal('model/mismatch', verifying);
  });
});
