import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { keySigner, localModel, OmsError, openSignature, type SignModelOptions, signModel } from '@model-signing/core';
import { refusalOf } from '@model-signing/testing/refusal';
import { addFiles, modelDirectory, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../testing/memory-source.ts';
import { filesIn, key, verifier } from '../../testing/pull-world.ts';
import { type CopyModelOptions, copyModel } from './copy-model.ts';

const refused = refusalOf(OmsError);
const onUnix = it.skipIf(process.platform === 'win32'); // links need POSIX
const files = { 'config.json': '{}', 'weights/a.bin': 'a'.repeat(2_000_000), '.gitattributes': 'not signed' };

async function world(options: SignModelOptions = {}) {
  const root = modelDirectory(files);
  const { bundle } = await signModel(localModel(root), keySigner(key), options);
  const signed = await openSignature(bundle, verifier);
  const target = path.join(temporaryDirectory(), 'copy');
  const copy = (changes: Partial<CopyModelOptions> = {}) =>
    copyModel(localModel(root), signed, { target, unsignedFiles: 'refuse', ...changes });
  return { root, target, copy };
}

describe('a copy of a local model', () => {
  it.each<[string, SignModelOptions]>([
    ['by file', {}],
    ['by shard', { shardSize: 300_000 }],
  ])('a copy of a model that was signed %s holds exactly the signed files', async (_, options) => {
    const { root, target, copy } = await world(options);
    const { verification, unsigned } = await copy();
    expect(verification).toMatchObject({ verdict: 'verified', ignored: [] });
    expect(unsigned).toEqual([]);
    expect(filesIn(target)).toEqual({ 'config.json': 2, 'weights/a.bin': 2_000_000 });
    expect(readFileSync(path.join(target, 'weights/a.bin'))).toEqual(readFileSync(path.join(root, 'weights/a.bin')));
  });

  it('a model that differs is not copied, whether a file is changed, missing or too many', async () => {
    const { root, target, copy } = await world();
    addFiles(root, { 'evil.py': '' });
    await refused('model/mismatch', () => copy());
    expect(await copy({ unsignedFiles: 'report', target: `${target}-2` })).toMatchObject({ unsigned: ['evil.py'] });
    rmSync(path.join(root, 'evil.py'));
    addFiles(root, { 'weights/a.bin': 'b'.repeat(2_000_000) });
    await refused('model/mismatch', () => copy());
    rmSync(path.join(root, 'config.json'));
    await refused('model/mismatch', () => copy());
    expect(existsSync(target)).toBe(false);
  });

  it('a model with names that would be one file on a common file system is refused before anything is written', async () => {
    const model = memorySource({ 'A.bin': 'one', 'a.BIN': 'two' });
    const { bundle } = await signModel(model, keySigner(key));
    const target = path.join(temporaryDirectory(), 'copy');
    const signed = await openSignature(bundle, verifier);
    const before = model.reads.length;
    const copying = copyModel(model, signed, { target, unsignedFiles: 'refuse' });
    await expect(copying).rejects.toMatchObject({ code: 'source/names-collide' });
    expect(model.reads.length).toBe(before);
    expect(readdirSync(path.dirname(target))).toEqual([]);
  });

  onUnix('a link in the place of a signed file is refused, and one that is not signed is reported', async () => {
    const { root, target, copy } = await world();
    symlinkSync('config.json', path.join(root, 'link'));
    expect(await copy({ unsignedFiles: 'report' })).toMatchObject({ unsigned: ['link'] });
    rmSync(path.join(root, 'config.json'));
    symlinkSync('weights/a.bin', path.join(root, 'config.json'));
    await refused('model/symlink', () => copy({ target: `${target}-2` }));
    expect(existsSync(`${target}-2`)).toBe(false);
  });
});
