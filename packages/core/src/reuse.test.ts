import { createHash } from 'node:crypto';
import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashEngine, HashJob } from './engine.ts';
import type { ReuseEvidence } from './hashing/reuse-evidence.ts';
import { keySigner, keyVerifierOf } from './methods/key.ts';
import { defaultEngine } from './node/engine.ts';
import { stateOf } from './node/file-identity.ts';
import { localModel } from './node/local-model.ts';
import { fileSystems, LocalRecord } from './node/local-record.ts';
import { encodeRecord } from './node/reuse-record.ts';
import { openSignature } from './open.ts';
import { type ReuseOptions, reuseDigests } from './reuse.ts';
import { hashModel, type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');
const files = { 'a.bin': 'aaaaaaaaaa', 'b.bin': 'bbbbb', 'c/d.bin': 'ddd' };

/** Evidence that says of the named files that they are unchanged. */
function saying(bundle: string, unchanged: readonly string[], still = unchanged): ReuseEvidence {
  return {
    bundle,
    look: async ({ name, size }) => ({ size: size ?? 0, isUnchanged: unchanged.includes(name) }),
    isStill: async ({ name }) => still.includes(name),
  };
}

/** An engine that says which files it was given. */
class Watching implements HashEngine {
  readonly names: string[] = [];

  async hash(...[jobs, options]: Parameters<HashEngine['hash']>): Promise<string[]> {
    this.names.push(...jobs.map(({ file }) => file.name));
    expect(options).not.toHaveProperty('signing');
    return defaultEngine.hash(jobs, options);
  }
}

async function signedBefore(content: Readonly<Record<string, string>> = files, options: SignModelOptions = {}) {
  const { bundle } = await signModel(memoryModel(content), keySigner(key), options);
  return { bundle, digest: sha256(bundle), previous: await openSignature(bundle, keyVerifierOf(key)) };
}

async function signAgain(
  content: Readonly<Record<string, string>>,
  reuse: Omit<ReuseOptions, 'engine'>,
  options: SignModelOptions = {},
) {
  const inner = new Watching();
  const reusing = reuseDigests({ audit: 'none', ...reuse, engine: inner });
  const signed = await signModel(memoryModel(content), keySigner(key), { ...options, engine: reusing.engine });
  return { signed, hashed: inner.names, report: reusing.report() };
}

describe('reuseDigests', () => {
  it.each<SignModelOptions>([{}, { shardSize: 4 }])(
    'unchanged files keep their signed digests, and others are hashed: %j',
    async (options) => {
      const { digest, previous } = await signedBefore(files, options);
      const content = { ...files, 'b.bin': 'BBBBB', 'new.bin': 'new' };
      const evidence = saying(digest, ['a.bin', 'c/d.bin', 'new.bin']);
      const { signed, hashed, report } = await signAgain(content, { previous, evidence }, options);
      expect([...new Set(hashed)].toSorted()).toEqual(['b.bin', 'new.bin']);
      expect(signed.manifest).toEqual((await hashModel(memoryModel(content), options)).manifest);
      expect(report).toMatchObject({ reused: { files: 2, bytes: 13 }, audited: { resources: 0 }, refused: null });
    },
  );

  it.each<[string, SignModelOptions, SignModelOptions, RegExp]>([
    ['another algorithm', {}, { hashAlgorithm: 'blake3' }, /sha256, not blake3/],
    ['another method', {}, { shardSize: 4 }, /digests of files, not of shards/],
    ['another shard size', { shardSize: 4 }, { shardSize: 5 }, /shard size/],
    ['another rule for links', {}, { allowSymlinks: true }, /links/],
    ['other ignore paths', {}, { ignorePaths: ['x'] }, /ignore paths/],
    ['fewer ignore paths', { ignorePaths: ['x'] }, {}, /ignore paths/],
  ])('everything is hashed, which is said, if the previous signature has %s', async (_, before, now, reason) => {
    const { digest, previous } = await signedBefore(files, before);
    const evidence = saying(digest, Object.keys(files));
    const { hashed, report } = await signAgain(files, { previous, evidence }, now);
    expect(new Set(hashed)).toEqual(new Set(Object.keys(files)));
    expect(report).toMatchObject({ reused: { files: 0, bytes: 0 }, refused: expect.stringMatching(reason) });
  });

  it('everything is hashed if the evidence is for another signature', async () => {
    const { previous } = await signedBefore();
    const { hashed, report } = await signAgain(files, {
      previous,
      evidence: saying('0'.repeat(64), Object.keys(files)),
    });
    expect([hashed.length, report?.refused]).toEqual([3, expect.stringContaining('no record')]);
  });

  it('everything is hashed if no previous signature is given', async () => {
    const { hashed, report } = await signAgain(files, { evidence: saying('0'.repeat(64), Object.keys(files)) });
    expect([hashed.length, report?.refused]).toEqual([3, null]);
  });

  it('files that are named are hashed in any case, with what is below them', async () => {
    const { digest, previous } = await signedBefore();
    const evidence = saying(digest, Object.keys(files));
    const { hashed } = await signAgain(files, { previous, evidence, rehash: ['c', 'b.bin'] });
    expect(hashed).toEqual(['b.bin', 'c/d.bin']);
    const mistyped = () => signAgain(files, { previous, evidence, rehash: ['b.bim'] });
    await refusal('model/not-found', mistyped);
  });

  it('the audit hashes unchanged files too, and ends the signing if one of them has other bytes', async () => {
    const { digest, previous } = await signedBefore();
    const evidence = saying(digest, Object.keys(files));
    const all = await signAgain(files, { previous, evidence, audit: { share: 1 } });
    expect(all.report).toMatchObject({
      reused: { files: 0 },
      audited: { resources: 3, bytes: 18 },
      hashed: { resources: 0 },
    });
    const some = await signAgain(files, { previous, evidence, audit: { bytes: 3 } });
    expect([some.hashed, some.report?.audited]).toEqual([['c/d.bin'], { resources: 1, bytes: 3 }]);
    const evil = { ...files, 'b.bin': 'EVIL!' };
    const contradicted = () => signAgain(evil, { previous, evidence, audit: { share: 1 } });
    await refusal('model/reuse-contradicted', contradicted);
  });

  it('a file whose digest is taken over must be the same at the end', async () => {
    const { digest, previous } = await signedBefore();
    const evidence = saying(digest, ['a.bin', 'b.bin'], ['a.bin']);
    await refusal('model/changed', () => signAgain(files, { previous, evidence }));
  });

  it('a digest that was taken over verifies nothing: other verbs hash everything', async () => {
    const { bundle, digest, previous } = await signedBefore();
    const evil = memoryModel({ ...files, 'a.bin': 'EVILEVIL!!' });
    const evidence = saying(digest, Object.keys(files));
    const { engine } = reuseDigests({ previous, evidence, engine: defaultEngine, audit: 'none' });
    await refusal('model/mismatch', () => verifyModel(evil, bundle, keyVerifierOf(key), { engine }));
    const plain = await hashModel(evil);
    expect((await hashModel(evil, { engine })).manifest).toEqual(plain.manifest);
  });

  it('only what openSignature returned can be the previous signature', async () => {
    const { digest, previous } = await signedBefore();
    const evidence = saying(digest, []);
    const copied = { ...previous } as unknown as typeof previous;
    expect(() => reuseDigests({ previous: copied, evidence, engine: defaultEngine })).toThrow(TypeError);
  });

  it('what the other engine returns is checked before it is put among digests that were taken over', async () => {
    const { digest, previous } = await signedBefore();
    const engine = { hash: async (jobs: readonly HashJob[]) => jobs.map(() => 'no digest') };
    const reuse = reuseDigests({ previous, evidence: saying(digest, ['a.bin']), engine, audit: 'none' });
    const signing = signModel(memoryModel(files), keySigner(key), { engine: reuse.engine });
    await expect(signing).rejects.toThrow(/no sha256 digest/);
  });
});

const SIZE = 70_000;
const large = (letter: string) => letter.repeat(SIZE);
const content = { 'a.bin': large('a'), 'b.bin': large('b'), 'small.txt': 'small' };
const stateAt = (root: string, name: string) => stateOf(lstatSync(path.join(root, name), { bigint: true }));

/** A signed model in a folder, and what signs it again by a record that the test makes up. */
async function signedFolder() {
  const root = modelDirectory(content);
  const { bundle, manifest } = await signModel(localModel(root), keySigner(key));
  const previous = await openSignature(bundle, keyVerifierOf(key));
  const again = async (
    states: Readonly<Record<string, string>>,
    more: Partial<ReuseOptions> = {},
    of = sha256(bundle),
  ) => {
    const text = encodeRecord({ bundle: of, files: new Map(Object.entries(states)) }) ?? '';
    const evidence = new LocalRecord({ record: Buffer.from(text), fileSystems });
    const reuse = reuseDigests({ previous, evidence, engine: defaultEngine, audit: 'none', ...more });
    const signed = await signModel(localModel(root), keySigner(key), { engine: reuse.engine });
    return { signed, report: reuse.report(), evidence };
  };
  const verify = (made: Uint8Array) => verifyModel(localModel(root), made, keyVerifierOf(key));
  return { root, manifest, again, verify };
}

/** Other bytes of the same size, under the same name. */
const tamper = (root: string, name = 'a.bin') => writeFileSync(path.join(root, name), large('E'));

describe('with a record of files', () => {
  it('a record that is right saves reading, and the signature verifies', async () => {
    const { root, again, verify, manifest } = await signedFolder();
    const { signed, report } = await again({ 'a.bin': stateAt(root, 'a.bin'), 'b.bin': stateAt(root, 'b.bin') });
    expect(report).toMatchObject({ reused: { files: 2, bytes: 2 * SIZE }, hashed: { resources: 1 } });
    expect(signed.manifest).toEqual(manifest);
    await verify(signed.bundle);
  });

  it('a record that was made up for a changed file gives a signature of the old bytes, which does not verify', async () => {
    const { root, again, verify, manifest } = await signedFolder();
    tamper(root);
    const { signed, report } = await again({ 'a.bin': stateAt(root, 'a.bin') });
    expect(report?.reused.files).toBe(1);
    expect(signed.manifest).toEqual(manifest);
    const { differences } = await refusal('model/mismatch', () => verify(signed.bundle));
    expect(differences.map((one) => one.path)).toEqual(['a.bin']);
  });

  it('the same is refused if the audit finds it', async () => {
    const { root, again } = await signedFolder();
    tamper(root);
    const signing = () => again({ 'a.bin': stateAt(root, 'a.bin') }, { audit: { share: 1 } });
    await refusal('model/reuse-contradicted', signing);
  });

  it('a record that was made up for two files that changed places gives a signature that does not verify', async () => {
    const { root, again, verify, manifest } = await signedFolder();
    for (const [from, to] of [
      ['a.bin', 'x'],
      ['b.bin', 'a.bin'],
      ['x', 'b.bin'],
    ] as const) {
      renameSync(path.join(root, from), path.join(root, to));
    }
    const { signed } = await again({ 'a.bin': stateAt(root, 'a.bin'), 'b.bin': stateAt(root, 'b.bin') });
    expect(signed.manifest).toEqual(manifest);
    await refusal('model/mismatch', () => verify(signed.bundle));
  });

  it('a record cannot give a digest to a name that the previous signature does not list', async () => {
    const { root, again, verify } = await signedFolder();
    writeFileSync(path.join(root, 'new.bin'), large('n'));
    const { signed, report } = await again({ 'new.bin': stateAt(root, 'new.bin') });
    expect(report?.reused.files).toBe(0);
    await verify(signed.bundle);
  });

  it('a stale record has the changed file hashed, also if its size and its times are put back', async () => {
    const { root, again, verify } = await signedFolder();
    const before = stateAt(root, 'a.bin');
    tamper(root);
    const { signed, report } = await again({ 'a.bin': before, 'b.bin': stateAt(root, 'b.bin') });
    expect(report?.reused.files).toBe(1);
    await verify(signed.bundle);
  });

  it('a record of another signature has everything hashed', async () => {
    const { root, again, verify } = await signedFolder();
    tamper(root);
    const { signed, report } = await again({ 'a.bin': stateAt(root, 'a.bin') }, {}, '0'.repeat(64));
    expect(report?.refused).toContain('no record');
    await verify(signed.bundle);
  });

  it('small files are hashed whatever the record says', async () => {
    const { root, again, verify } = await signedFolder();
    writeFileSync(path.join(root, 'small.txt'), 'SMALL');
    const { signed, report } = await again({ 'small.txt': stateAt(root, 'small.txt') });
    expect(report?.reused.files).toBe(0);
    await verify(signed.bundle);
  });

  it.each(['dev', 'ino', 'size', 'mtime', 'ctime'].map((name, index) => [name, index] as const))(
    'a file is hashed if its %s is another one',
    async (_, index) => {
      const { root, again } = await signedFolder();
      const parts = stateAt(root, 'a.bin').split(':');
      const other = parts.with(index, `${BigInt(parts[index] as string) + 1n}`).join(':');
      const { report } = await again({ 'a.bin': other, 'b.bin': stateAt(root, 'b.bin') });
      expect(report?.reused).toEqual({ files: 1, bytes: SIZE });
    },
  );

  it('files of a file system that is not trusted are hashed, and not recorded', async () => {
    const { root, again } = await signedFolder();
    const text = encodeRecord({ bundle: '0'.repeat(64), files: new Map([['a.bin', stateAt(root, 'a.bin')]]) }) ?? '';
    const evidence = new LocalRecord({ record: Buffer.from(text), fileSystems: [] });
    const file = { name: 'a.bin', size: null, content: { path: path.join(root, 'a.bin') } };
    expect([await evidence.look(file), evidence.elsewhere, evidence.encode('0'.repeat(64))]).toEqual([null, 1, null]);
    const trusted = await again({ 'a.bin': stateAt(root, 'a.bin') });
    expect(trusted.report?.reused.files).toBe(1);
  });

  it('files that changed just now are counted and not recorded', async () => {
    const { root, again } = await signedFolder();
    const { evidence } = await again({ 'a.bin': stateAt(root, 'a.bin') });
    expect([evidence.racy, evidence.encode('0'.repeat(64))]).toEqual([2, null]);
  });
});
