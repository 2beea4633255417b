import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  keySigner,
  keyVerifier,
  localModel,
  OmsError,
  openSignature,
  type SignModelOptions,
  signModel,
  verifyModel,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { refusalOf } from '@model-signing/testing/refusal';
import { addFiles, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { type PullOptions, pull as pullModel } from '../index.ts';
import { SourceError } from '../source-error.ts';
import { type Fault, type MemorySource, memorySource } from '../testing/memory-source.ts';

const key = testKey();
const verifier = keyVerifier(key);
const refused = refusalOf(OmsError);
const failed = refusalOf(SourceError);
const big = randomBytes(10_000);
const files = { 'config.json': '{}', 'weights/a.bin': big, 'weights/b.bin': 'bbbb', 'empty.txt': '' };
const onUnix = it.skipIf(process.platform === 'win32'); // links need POSIX

/** A signed model in a store, and the place where it is to be put. */
async function world(options: SignModelOptions = {}, more: Readonly<Record<string, string>> = {}) {
  const source = memorySource(files);
  const { bundle } = await signModel(source, keySigner(key), options);
  for (const [name, text] of Object.entries(more)) source.files.set(name, Buffer.from(text));
  const signed = await openSignature(bundle, verifier);
  const parent = temporaryDirectory();
  const to = path.join(parent, 'pulled');
  const pull = (changes: Partial<PullOptions> = {}) => pullModel(source, signed, { to, bundle, ...changes });
  return { source, bundle, signed, parent, to, pull };
}

function faulty(source: MemorySource, name: string, fault: Fault): void {
  source.faults.set(name, fault);
}

/** The files below a directory, in the order of their names. */
function treeOf(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => lstatSync(path.join(directory, name)).isFile())
    .map((name) => name.replaceAll(path.sep, '/'))
    .sort();
}

describe('a pull', () => {
  it('a pull puts the signed files and the signature in place, and the result verifies offline', async () => {
    const { to, bundle, parent, pull } = await world();
    const result = await pull();
    expect(result).toMatchObject({
      target: to,
      wasThere: false,
      downloadedBytes: 10_006,
      resumedBytes: 0,
      unsigned: [],
      verification: { verdict: 'verified', listing: 'complete', unchecked: 0, evidence: 'bytes', warnings: [] },
    });
    expect(treeOf(to)).toEqual(['config.json', 'empty.txt', 'model.sig', 'weights/a.bin', 'weights/b.bin']);
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
    expect(readdirSync(parent)).toEqual(['pulled']);
    const local = localModel(to, { signaturePath: path.join(to, 'model.sig') });
    expect(await verifyModel(local, bundle, verifier)).toMatchObject({ verdict: 'verified' });
  });

  it('a pull fetches each byte once, and at most as many files at a time as it may', async () => {
    const { source, pull } = await world();
    const seen: number[] = [];
    const before = source.reads.length;
    await pull({ concurrency: 1, onProgress: ({ bytes, totalBytes }) => void seen.push(bytes, totalBytes ?? 0) });
    expect(source.reads.slice(before)).toEqual(['config.json:0:2', 'weights/a.bin:0:10000', 'weights/b.bin:0:4']);
    expect(seen.slice(-2)).toEqual([10_006, 10_006]);
  });

  it.each<[string, SignModelOptions]>([
    ['in shards', { shardSize: 3000 }],
    ['with BLAKE3', { hashAlgorithm: 'blake3' }],
    ['with BLAKE2b in shards', { hashAlgorithm: 'blake2b', shardSize: 1000 }],
  ])('a pull takes a model that was signed %s', async (_, options) => {
    const { to, pull } = await world(options);
    expect((await pull()).verification.verdict).toBe('verified');
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  it('a pull reports files that are not signed, and fetches none of them', async () => {
    const more = { 'evil.py': 'x', '.gitattributes': 'x', 'cache/x': 'x' };
    const { source, to, pull } = await world({ ignorePaths: ['cache'] }, more);
    const { unsigned, verification } = await pull();
    expect(unsigned).toEqual(['evil.py']);
    expect(verification).toMatchObject({ verdict: 'verified', unsigned: [] });
    expect(treeOf(to)).not.toContain('evil.py');
    expect(source.reads.some((read) => read.startsWith('evil'))).toBe(false);
  });

  it('a strict pull refuses a model with files that are not signed, before it fetches anything', async () => {
    const { source, parent, pull } = await world({}, { 'evil.py': 'x' });
    const before = source.reads.length;
    const { differences } = await refused('model/mismatch', () => pull({ verifyOptions: { strict: true } }));
    expect(differences).toEqual([{ kind: 'unsigned', path: 'evil.py' }]);
    expect(source.reads.length).toBe(before);
    expect(readdirSync(parent)).toEqual([]);
    source.files.delete('evil.py');
    expect((await pull({ verifyOptions: { strict: true } })).verification.verdict).toBe('verified');
  });

  it('a pull of some files fetches those alone, and its verdict is partial', async () => {
    const { source, to, pull } = await world({}, { 'evil.py': 'x' });
    source.files.delete('config.json');
    const { verification, unsigned } = await pull({ only: ['weights'] });
    expect(verification).toMatchObject({ verdict: 'partial', listing: 'not-compared', unchecked: 2 });
    expect(unsigned).toEqual([]);
    expect(treeOf(to)).toEqual(['model.sig', 'weights/a.bin', 'weights/b.bin']);
    expect(await pull({ only: ['weights/a.bin'] })).toMatchObject({ wasThere: true, downloadedBytes: 0 });
  });

  it('a pull refuses a name that is not signed, and no names at all', async () => {
    const { pull, parent } = await world({}, { 'evil.py': 'x' });
    await refused('model/not-signed', () => pull({ only: ['evil.py'] }));
    await refused('model/not-signed', () => pull({ only: ['../config.json'] }));
    await expect(pull({ only: [] })).rejects.toThrow(TypeError);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('a pull writes no signature over a signed file', async () => {
    const { bundle: _, ...rest } = await world();
    rest.source.files.set('model.sig', Buffer.from('content'));
    const { bundle } = await signModel(rest.source, keySigner(key));
    const signed = await openSignature(bundle, verifier);
    await pullModel(rest.source, signed, { to: rest.to, bundle });
    expect(readFileSync(path.join(rest.to, 'model.sig'), 'utf8')).toBe('content');
  });

  it('a pull refuses a signed manifest that openSignature did not return', async () => {
    const { source, signed, bundle, to, parent } = await world();
    const forged = structuredClone({ ...signed });
    (forged.manifest.resources as unknown[]).push({ ...forged.manifest.resources[0], path: '../x' });
    await expect(pullModel(source, forged, { to, bundle })).rejects.toThrow(TypeError);
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('wrong content', () => {
  it.each<[string, SignModelOptions, readonly [number, number] | undefined]>([
    ['a file', {}, undefined],
    ['a shard', { shardSize: 3000 }, [3000, 6000]],
  ])('a flipped byte of %s is refused, nothing is in place, and the bytes are discarded', async (_, options, range) => {
    const { source, to, pull } = await world(options);
    faulty(source, 'weights/a.bin', { flip: 5000 });
    const error = await refused('model/mismatch', () => pull());
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'weights/a.bin', ...(range && { range }) }]);
    expect(existsSync(to)).toBe(false);
    const parts = treeOf(`${to}.part`).map((name) => lstatSync(path.join(`${to}.part`, name)).size);
    expect(Math.max(...parts)).toBe(range ? 3000 : 4);
    source.faults.clear();
    const { verification, downloadedBytes } = await pull();
    expect(verification.verdict).toBe('verified');
    expect(downloadedBytes).toBe(range ? 7000 : 10_000);
  });

  it('all missing files are named before anything is fetched', async () => {
    const { source, parent, pull } = await world();
    source.files.delete('config.json');
    source.files.delete('weights/b.bin');
    const before = source.reads.length;
    const { differences } = await refused('model/mismatch', () => pull());
    expect(differences.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual([
      'missing config.json',
      'missing weights/b.bin',
    ]);
    expect(source.reads.length).toBe(before);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('a size that the signed shards contradict is refused before anything is fetched', async () => {
    const { source, pull } = await world({ shardSize: 3000 });
    faulty(source, 'weights/a.bin', { size: 10_001 });
    const before = source.reads.length;
    const { differences } = await refused('model/mismatch', () => pull());
    expect(differences).toMatchObject([{ expected: '10000 bytes', actual: '10001 bytes' }]);
    expect(source.reads.length).toBe(before);
  });

  it.each<[string, Fault]>([
    ['more bytes than were asked for', { extra: 10 }],
    ['fewer bytes than it listed', { size: 20_000 }],
    ['more bytes than it listed', { size: 100, extra: 10_000 }],
  ])('a store that gives %s is refused, and nothing is in place', async (_, fault) => {
    const { source, to, pull } = await world();
    faulty(source, 'weights/a.bin', fault);
    await expect(pull()).rejects.toMatchObject({ code: 'model/changed' });
    expect(existsSync(to)).toBe(false);
  });

  it('a file that is advertised with another digest is fetched first, and its bytes decide', async () => {
    const { source, pull } = await world();
    faulty(source, 'weights/b.bin', { known: { algorithm: 'sha256', digest: '0'.repeat(64) } });
    const before = source.reads.length;
    expect((await pull({ concurrency: 1 })).verification).toMatchObject({ verdict: 'verified', advertised: [] });
    expect(source.reads[before]).toBe('weights/b.bin:0:4');
  });
});

describe('a place', () => {
  it('a directory that is there is verified and left as it is', async () => {
    const { source, to, pull } = await world();
    await pull();
    const before = source.reads.length;
    const again = await pull();
    expect(again).toMatchObject({ wasThere: true, downloadedBytes: 0, verification: { verdict: 'verified' } });
    expect(source.reads.length).toBe(before);
    addFiles(to, { 'weights/b.bin': 'changed' });
    const error = await refused('model/mismatch', () => pull());
    expect(error.message).toContain('is there already and was left as it is');
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'weights/b.bin' }]);
    expect(readFileSync(path.join(to, 'weights/b.bin'), 'utf8')).toBe('changed');
  });

  it('an empty directory is taken, and directories above are made', async () => {
    const { to, pull } = await world();
    mkdirSync(to);
    expect((await pull()).wasThere).toBe(false);
    const deep = path.join(to, '../x/y/z');
    expect(await pull({ to: deep })).toMatchObject({ wasThere: false, target: path.resolve(deep) });
  });

  onUnix('a link to a directory is followed, and a link to nothing is refused', async () => {
    const { to, parent, pull } = await world();
    mkdirSync(path.join(parent, 'real'));
    symlinkSync('real', path.join(parent, 'link'));
    expect(await pull({ to: path.join(parent, 'link') })).toMatchObject({ target: path.join(parent, 'real') });
    symlinkSync('nothing', to);
    const error = await failed('source/target-unusable', () => pull());
    expect(error.message).toContain('it is a link to nothing');
  });

  it('a file in the place is refused, and so is the root of the file system', async () => {
    const { to, pull } = await world();
    writeFileSync(to, 'text');
    const error = await failed('source/target-unusable', () => pull());
    expect(error.message).toContain('there is a file, not a folder');
    expect(readFileSync(to, 'utf8')).toBe('text');
    await failed('source/target-unusable', () => pull({ to: path.parse(to).root }));
  });

  it('wrong options are named before anything happens', async () => {
    const { pull, parent } = await world();
    await expect(pull({ to: '' })).rejects.toThrow('the option to must be');
    await expect(pull({ concurrency: 0 })).rejects.toThrow('the option concurrency must be');
    await expect(pull({ signatureName: '../model.sig' })).rejects.toThrow('the option signatureName must be');
    await expect(pull({ bundle: 'x' as never })).rejects.toThrow('the option bundle must be');
    expect(readdirSync(parent)).toEqual([]);
  });
});
