import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  keySigner,
  keyVerifier,
  localModel,
  type Model,
  OmsError,
  openSignature,
  type SignModelOptions,
  signModel,
  verifyModel,
  verifySome,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { refusalOf } from '@model-signing/testing/refusal';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../testing/memory-source.ts';
import { withLfsPointers } from './lfs-pointers.ts';

const key = testKey();
const verifier = keyVerifier(key);
const refused = refusalOf(OmsError);
const advertised = { evidence: 'advertised' } as const;
const weights = 'w'.repeat(5000);

function pointerTo(content: string, version = 'https://git-lfs.github.com/spec/v1'): string {
  const digest = createHash('sha256').update(content).digest('hex');
  return `version ${version}\noid sha256:${digest}\nsize ${content.length}\n`;
}

const files = { 'model.bin': weights, 'config.json': '{}', 'not-lfs.txt': pointerTo('an example') };
const checkout = { ...files, 'model.bin': pointerTo(weights) };

async function signed(options: SignModelOptions = {}) {
  const { bundle } = await signModel(localModel(modelDirectory(files)), keySigner(key), options);
  return bundle;
}

describe('a checkout with pointers of Git LFS', () => {
  it.each<[string, () => Model, SignModelOptions]>([
    ['in a directory', () => localModel(modelDirectory(checkout)), {}],
    ['in a directory that was signed in shards', () => localModel(modelDirectory(checkout)), { shardSize: 1_000_000 }],
    ['in a model that is read through functions', () => memorySource(checkout, 7), {}],
  ])('pointers %s stand for the signed content, and the verdict is advertised', async (_, make, options) => {
    const bundle = await signed(options);
    await refused('model/mismatch', () => verifyModel(make(), bundle, verifier, advertised));
    const result = await verifyModel(withLfsPointers(make()), bundle, verifier, advertised);
    expect(result).toMatchObject({ verdict: 'advertised', listing: 'complete', advertised: ['model.bin'] });
  });

  it('a pointer whose size and digest cannot both be right stands for nothing', async () => {
    const bundle = await signed();
    const empty = pointerTo('').replace('size 0', 'size 5');
    for (const text of [pointerTo(weights).replace('size 5000', 'size 0'), empty]) {
      const model = withLfsPointers(localModel(modelDirectory({ ...checkout, 'model.bin': text })));
      await refused('model/mismatch', () => verifyModel(model, bundle, verifier, advertised));
    }
  });

  it('a signed file that looks like a pointer is compared as the file that it is', async () => {
    const model = withLfsPointers(localModel(modelDirectory(files)));
    expect(await verifyModel(model, await signed(), verifier, advertised)).toMatchObject({
      verdict: 'verified',
      advertised: [],
      evidence: 'bytes',
    });
  });

  it('a pointer stands for nothing unless the caller accepts what is advertised', async () => {
    const model = withLfsPointers(localModel(modelDirectory(checkout)));
    const bundle = await signed();
    const { differences } = await refused('model/mismatch', () => verifyModel(model, bundle, verifier));
    expect(differences).toMatchObject([{ kind: 'modified', path: 'model.bin', pointer: 'git-lfs' }]);
  });

  it('a model with pointers is signed by its own bytes, with a warning', async () => {
    const root = modelDirectory(checkout);
    const { bundle, warnings } = await signModel(withLfsPointers(localModel(root)), keySigner(key));
    expect(warnings).toMatchObject([{ code: 'model/pointer-file' }]);
    expect((await verifyModel(localModel(root), bundle, verifier)).verdict).toBe('verified');
  });

  it('some files of a checkout can be verified by their pointers', async () => {
    const opened = await openSignature(await signed(), verifier);
    const model = withLfsPointers(localModel(modelDirectory(checkout)));
    expect(await verifySome(opened, model, ['config.json'], advertised)).toMatchObject({ verdict: 'partial' });
    expect(await verifySome(opened, model, ['model.bin'], advertised)).toMatchObject({ verdict: 'advertised' });
  });

  const wrong: readonly [string, string, SignModelOptions][] = [
    ['that names other content', pointerTo('v'.repeat(5000)), {}],
    [
      'whose size is not the signed one',
      pointerTo(weights).replace('size 5000', 'size 5001'),
      { shardSize: 1_000_000 },
    ],
    ['to a file that was signed in several shards', pointerTo(weights), { shardSize: 1000 }],
    ['to a file that was signed with another hash', pointerTo(weights), { hashAlgorithm: 'blake3' }],
    ['of another version', pointerTo(weights, 'https://git-lfs.github.com/spec/v2'), {}],
    ['with a digest that is too short', pointerTo(weights).replace(/[0-9a-f]{64}/, (hex) => hex.slice(0, 63)), {}],
    ['with a digest in capital letters', pointerTo(weights).replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase()), {}],
    ['with a sign before its size', pointerTo(weights).replace('size 5000', 'size +5000'), {}],
    ['with a zero before its size', pointerTo(weights).replace('size 5000', 'size 05000'), {}],
    ['without its last line end', pointerTo(weights).trimEnd(), {}],
    ['with line ends of Windows', pointerTo(weights).replaceAll('\n', '\r\n'), {}],
    ['with text after it', `${pointerTo(weights)}x`, {}],
    ['with an extension', pointerTo(weights).replace('oid', `ext-0-zip sha256:${'0'.repeat(64)}\noid`), {}],
  ];
  it.each(wrong)('a pointer %s is a mismatch', async (_, text, options) => {
    const model = withLfsPointers(localModel(modelDirectory({ ...files, 'model.bin': text })));
    const bundle = await signed(options);
    await refused('model/mismatch', () => verifyModel(model, bundle, verifier, advertised));
  });

  it('a missing file and an unsigned pointer stay what they are', async () => {
    const root = modelDirectory(checkout);
    addFiles(root, { 'evil.bin': pointerTo('evil') });
    rmSync(path.join(root, 'config.json'));
    const bundle = await signed();
    const { differences } = await refused('model/mismatch', () =>
      verifyModel(withLfsPointers(localModel(root)), bundle, verifier, advertised),
    );
    expect(differences.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual([
      'missing config.json',
      'unsigned evil.bin',
    ]);
  });

  it('files that no pointer is as short or as long as are not read while the model is listed', async () => {
    const source = memorySource({
      short: 'x'.repeat(125),
      shortest: 'x'.repeat(126),
      longest: 'x'.repeat(141),
      long: 'x'.repeat(142),
    });
    const listing = withLfsPointers(source).list({ followSymlinks: false, excludes: () => false, sizes: false });
    expect((await listing).files).toHaveLength(4);
    expect(source.reads.map((read) => read.split(':')[0])).toEqual(['shortest', 'longest']);
    expect(pointerTo('').length).toBe(126);
  });

  it('a digest that the source of a file states comes before a pointer in its content', async () => {
    const source = memorySource({ 'a.bin': pointerTo('other') });
    const known = { algorithm: 'sha256', digest: '0'.repeat(64) } as const;
    source.faults.set('a.bin', { known });
    const listing = await withLfsPointers(source).list({ followSymlinks: false, excludes: () => false, sizes: true });
    expect(listing.files[0]?.content.known).toEqual(known);
  });

  it('a listing that is aborted ends with the reason', async () => {
    const model = withLfsPointers(localModel(modelDirectory(checkout)));
    const signal = AbortSignal.abort(new Error('enough'));
    const options = { followSymlinks: false, excludes: () => false, sizes: false, signal };
    await expect(model.list(options)).rejects.toThrow('enough');
  });
});
