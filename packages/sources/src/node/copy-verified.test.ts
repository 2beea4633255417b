import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs, {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import {
  type HashEngine,
  keySigner,
  keyVerifier,
  localModel,
  type Model,
  openSignature,
  type SignModelOptions,
  signModel,
  type Verification,
  verifyModel,
  verifySeveral,
  verifySome,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { refusalOf } from '@model-signing/testing/refusal';
import { temporaryDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SourceError } from '../source-error.ts';
import { memorySource } from '../testing/memory-source.ts';
import { type CopyVerifiedOptions, copyVerified } from './copy-verified.ts';

const key = testKey();
const verifier = keyVerifier(key);
const refused = refusalOf(SourceError);
const onPosix = it.skipIf(process.platform === 'win32');

/** The engine's errors may be those of the core that is not built. */
async function rejected(code: string, attempt: () => Promise<unknown>): Promise<void> {
  await expect(attempt()).rejects.toMatchObject({ name: 'OmsError', code });
}

type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Longer than what a thread reads and writes at once. */
const large = randomBytes(5_000_001);
const tree: Tree = { 'config.json': '{}', 'weights/a.bin': large, 'weights/b.bin': 'bbbb', empty: '' };

function write(folder: string, files: Tree): void {
  for (const [name, content] of Object.entries(files)) {
    const at = path.join(folder, name);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, content);
  }
}

/** What the files below a folder hold, by their names. */
function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => {
      if (!lstatSync(file).isFile()) throw new Error(`${file} is not a plain file`);
      return [path.relative(folder, file).replaceAll(path.sep, '/'), readFileSync(file, 'base64')];
    }),
  );
}

const inBase64 = (files: Tree) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]));

/** A signed model in a folder, and the place beside it for a copy. */
async function world(options: SignModelOptions = {}, files: Tree = tree) {
  const parent = temporaryDirectory();
  const folder = path.join(parent, 'model');
  const to = path.join(parent, 'copy');
  write(folder, files);
  const { bundle } = await signModel(localModel(folder), keySigner(key), options);
  const left = () => readdirSync(parent).filter((name) => name !== 'model');
  const verify = (engine: HashEngine) => verifyModel(localModel(folder), bundle, verifier, { engine });
  const copy = (more: Partial<CopyVerifiedOptions> = {}, how: typeof verify = verify) =>
    copyVerified(how, { to, model: folder, ...more });
  return { parent, folder, to, bundle, left, copy, verify };
}

describe('what a verified copy holds', () => {
  it.each<[string, SignModelOptions]>([
    ['whole files', {}],
    ['shards', { method: 'shards', shardSize: 1_000_000 }],
    ['BLAKE3', { hashAlgorithm: 'blake3' }],
  ])('a copy of a model that was signed as %s holds the signed files', async (_, options) => {
    const { to, left, copy } = await world(options);
    const { verification, target, files, bytes } = await copy();
    const { empty: _empty, ...others } = tree;
    const expected = options.method === 'shards' ? others : tree;
    expect({ verdict: verification.verdict, target, files, bytes }).toEqual({
      ...{ verdict: 'verified', target: to, files: Object.keys(expected).length, bytes: large.length + 6 },
    });
    expect(contentOf(to)).toEqual(inBase64(expected));
    expect(left()).toEqual(['copy']);
  });

  it('a copy holds neither what is left out nor what is not signed', async () => {
    const { folder, bundle, to, copy } = await world();
    write(folder, { '.git/config': 'x', 'run.py': 'x' });
    const accept = (engine: HashEngine) =>
      verifyModel(localModel(folder), bundle, verifier, { engine, ignoreUnsignedFiles: true });
    expect((await copy({}, accept)).verification).toMatchObject({ ignored: ['.git/'], unsigned: ['run.py'] });
    expect(contentOf(to)).toEqual(inBase64(tree));
  });

  it('a copy of some files holds these alone', async () => {
    const { folder, bundle, to, copy } = await world();
    const signed = await openSignature(bundle, verifier);
    const some = (engine: HashEngine) => verifySome(signed, localModel(folder), ['weights'], { engine });
    expect((await copy({}, some)).verification).toMatchObject({ verdict: 'partial', unchecked: 2 });
    expect(Object.keys(contentOf(to)).sort()).toEqual(['weights/a.bin', 'weights/b.bin']);
  });

  it('a model that is one file is copied into a directory', async () => {
    const { parent, to, copy } = await world();
    const file = path.join(parent, 'model/weights/a.bin');
    const { bundle } = await signModel(localModel(file), keySigner(key));
    await copy({ model: file }, (engine) => verifyModel(localModel(file), bundle, verifier, { engine }));
    expect(contentOf(to)).toEqual(inBase64({ 'a.bin': large }));
  });

  it.each<[string, SignModelOptions]>([
    ['whole files', {}],
    ['shards', { method: 'shards', shardSize: 1_000_000 }],
  ])('a model that is read through functions is copied as well, signed as %s', async (_, options) => {
    const { to, left } = await world();
    const { empty: _empty, ...files } = tree;
    const source = memorySource(files);
    const { bundle } = await signModel(source, keySigner(key), options);
    source.reads.length = 0;
    const { bytes } = await copyVerified((engine) => verifyModel(source, bundle, verifier, { engine }), { to });
    expect(bytes).toBe(large.length + 6);
    expect(contentOf(to)).toEqual(inBase64(files));
    expect(left()).toEqual(['copy']);
  });

  it('with several signatures, each byte of the source is read once', async () => {
    const { to } = await world();
    const source = memorySource(tree);
    const all: SignModelOptions[] = [{}, { hashAlgorithm: 'blake2b' }, { method: 'shards', shardSize: 999_999 }];
    const bundles = await Promise.all(all.map((each) => signModel(source, keySigner(key), each)));
    const signed = await Promise.all(bundles.map(({ bundle }) => openSignature(bundle, verifier)));
    source.reads.length = 0;
    await copyVerified(
      async (engine) => {
        const outcomes = await verifySeveral(signed, source, { engine });
        expect(outcomes.map(({ error }) => error)).toEqual([null, null, null]);
        return outcomes[1]?.verification as Verification;
      },
      { to },
    );
    expect(source.reads.length).toBe(Object.keys(tree).length);
    expect(contentOf(to)).toEqual(inBase64(tree));
  });

  onPosix('files have the permissions of new ones, and links that were followed are files', async () => {
    const { folder, to, copy } = await world();
    symlinkSync('config.json', path.join(folder, 'link.json'));
    chmodSync(path.join(folder, 'config.json'), 0o777);
    const { bundle } = await signModel(localModel(folder), keySigner(key), { allowSymlinks: true });
    await copy({}, (engine) => verifyModel(localModel(folder), bundle, verifier, { engine, allowSymlinks: true }));
    const fresh = path.join(folder, 'fresh');
    writeFileSync(fresh, '');
    const { mode } = lstatSync(fresh);
    for (const name of ['config.json', 'link.json']) expect(lstatSync(path.join(to, name)).mode).toBe(mode);
    expect(lstatSync(to).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  it('whatever is signed, the copy equals it byte for byte', { timeout: 240_000 }, async () => {
    const name = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3}){0,2}$/);
    const files = fc.dictionary(name, fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minKeys: 1, maxKeys: 8 });
    const isTree = (found: Tree) =>
      Object.keys(found).every((a) => Object.keys(found).every((b) => !b.startsWith(`${a}/`)));
    const shardSize = fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined });
    const property = fc.asyncProperty(files.filter(isTree), shardSize, async (content, size) => {
      const { to, left, copy } = await world(size === undefined ? {} : { method: 'shards', shardSize: size }, content);
      await copy();
      expect(contentOf(to)).toEqual(inBase64(content));
      expect(left()).toEqual(['copy']);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});

function linkInstead(file: string): void {
  renameSync(file, `${file}.real`);
  symlinkSync(`${file}.real`, file);
}

function pipeInstead(file: string): void {
  rmSync(file);
  execFileSync('mkfifo', [file]);
}

describe('what a crash of the machine leaves', () => {
  it.each([
    [true, 4],
    [false, 0],
  ])('with sync %j, %i of 4 files are written back before the directory appears', async (sync, expected) => {
    const { to, copy } = await world();
    const appeared: boolean[] = [];
    const writeBack = fs.fdatasync;
    const spy = vi.spyOn(fs, 'fdatasync').mockImplementation((descriptor, done) => {
      appeared.push(fs.existsSync(to));
      writeBack(descriptor, done);
    });
    syncBuiltinESMExports();
    try {
      expect(await copy(sync ? {} : { sync })).toMatchObject({ files: 4 });
    } finally {
      spy.mockRestore();
      syncBuiltinESMExports();
    }
    expect(appeared).toEqual(Array.from({ length: expected }, () => false));
    expect(contentOf(to)).toEqual(inBase64(tree));
  });
});

describe('what makes no copy', () => {
  it.each<[string, (folder: string) => void, string]>([
    ['changed', (folder) => write(folder, { 'weights/b.bin': 'bbbc' }), 'model/mismatch'],
    ['removed', (folder) => rmSync(path.join(folder, 'config.json')), 'model/mismatch'],
    ['added', (folder) => write(folder, { 'run.py': 'x' }), 'model/mismatch'],
  ])('of a model in which a file was %s, nothing is left', async (_, change, code) => {
    const { folder, left, copy } = await world();
    change(folder);
    await rejected(code, () => copy());
    expect(left()).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('folders that were made above the target are removed again', async () => {
    const { parent, folder, left, copy } = await world();
    write(folder, { 'config.json': '{ }' });
    await rejected('model/mismatch', () => copy({ to: path.join(parent, 'x/y/copy') }));
    expect(left()).toEqual([]);
  });

  it.each<[string, (to: string) => void]>([
    ['a file', (to) => writeFileSync(to, '')],
    ['an empty directory', (to) => mkdirSync(to)],
    ['a directory with files', (to) => write(to, tree)],
    ['a link to nothing', (to) => symlinkSync('nothing', to)],
  ])('%s at the target is refused, and stays', async (_, make) => {
    const { to, left, copy } = await world();
    make(to);
    const { message } = await refused('source/target-unusable', () => copy());
    expect(message).toContain('something is there already');
    expect(left()).toEqual(['copy']);
  });

  it('a target in the model, at it or through a link into it is refused, and nothing is made', async () => {
    const { parent, folder, copy } = await world();
    symlinkSync('model', path.join(parent, 'link'));
    const before = readdirSync(folder);
    for (const to of [path.join(folder, 'copy'), path.join(folder, 'a/b'), path.join(parent, 'link/copy')]) {
      const { message } = await refused('source/target-unusable', () => copy({ to }));
      expect(message).toContain('it is in the model');
    }
    await refused('source/target-unusable', () => copy({ to: folder }));
    await refused('source/target-unusable', () => copy({ to: parent }));
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each<[string, (file: string) => void]>([
    ['grows', (file) => appendFileSync(file, 'x')],
    ['is replaced by a link', linkInstead],
    ['is replaced by a pipe', pipeInstead],
    ['is removed', (file) => rmSync(file)],
  ])('a file that %s after it was listed is refused as the engine refuses it', async (_, change) => {
    for (const reflink of [false, true]) {
      const { folder, bundle, left, copy } = await world();
      const inner = localModel(folder);
      const model: Model = {
        name: inner.name,
        async list(options) {
          const listing = await inner.list({ ...options, sizes: true });
          change(path.join(folder, 'weights/a.bin'));
          return listing;
        },
      };
      if (reflink && !(await canClone())) continue;
      await rejected('model/changed', () =>
        copy({ reflink }, (engine) => verifyModel(model, bundle, verifier, { engine })),
      );
      expect(left()).toEqual([]);
    }
  });

  it('a file that changes while it is copied is refused', async () => {
    const { folder, bundle, left, copy } = await world({}, { a: randomBytes(30_000_000) });
    let changed = false;
    const onProgress = () => {
      if (!changed) appendFileSync(path.join(folder, 'a'), 'x');
      changed = true;
    };
    await rejected('model/changed', () =>
      copy({}, (engine) => verifyModel(localModel(folder), bundle, verifier, { engine, onProgress })),
    );
    expect(left()).toEqual([]);
  });

  it('an abort leaves nothing, even if a source never gives what it was asked for', async () => {
    const { to, left } = await world();
    const source = memorySource(tree);
    const { bundle } = await signModel(source, keySigner(key));
    const listed = await source.list({ followSymlinks: false, excludes: () => false, sizes: true });
    const controller = new AbortController();
    const stuck = {
      async *read() {
        yield new Uint8Array(10);
        controller.abort(new Error('enough'));
        await new Promise(() => {});
      },
    };
    const files = listed.files.map((file) => (file.name === 'weights/a.bin' ? { ...file, content: stuck } : file));
    const model: Model = { name: 'stuck', list: async () => ({ ...listed, files }) };
    const { signal } = controller;
    const copying = copyVerified((engine) => verifyModel(model, bundle, verifier, { engine, signal }), { to, signal });
    await expect(copying).rejects.toThrow('enough');
    expect(left()).toEqual([]);
  });

  it.each(['../evil', '/evil', 'a/../../evil', 'a\\..\\evil\0'])(
    'the listed name %j is never made a path',
    async (name) => {
      const { parent, to, left } = await world();
      const content = { read: async function* () {} };
      const copying = () =>
        copyVerified(
          async (engine) => {
            await engine.hash([{ file: { name, size: 0, content }, start: 0, end: null }], { algorithm: 'sha256' });
            throw new Error('it was hashed');
          },
          { to },
        );
      await rejected('manifest/name-invalid', copying);
      expect(left()).toEqual([]);
      expect(existsSync(path.join(parent, 'evil'))).toBe(false);
    },
  );

  it('names that would be one file are refused before anything is read', async () => {
    const { to, left } = await world();
    const source = memorySource({ 'A.bin': 'a', 'a.bin': 'b' });
    const { bundle } = await signModel(source, keySigner(key));
    source.reads.length = 0;
    await refused('source/names-collide', () =>
      copyVerified((engine) => verifyModel(source, bundle, verifier, { engine }), { to }),
    );
    expect(source.reads).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('a verification of anything but what was copied is refused', async () => {
    const { folder, bundle, left, copy } = await world();
    await expect(copy({}, () => verifyModel(localModel(folder), bundle, verifier))).rejects.toThrow(TypeError);
    const forged = async (engine: HashEngine) => {
      const verification = await verifyModel(localModel(folder), bundle, verifier, { engine });
      const [first, ...others] = verification.resources as [Verification['resources'][number]];
      return { ...verification, resources: [{ ...first, digest: '0'.repeat(64) }, ...others] };
    };
    await expect(copy({}, forged)).rejects.toThrow('not what was copied');
    expect(left()).toEqual([]);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'a disk that is full is reported as that, and nothing is left on it',
    async () => {
      const { parent, folder, bundle, copy } = await world(
        {},
        { a: randomBytes(3_000_000), b: randomBytes(3_000_000) },
      );
      const disk = path.join(parent, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      try {
        await refused('source/no-space', () => copy({ to: path.join(disk, 'copy') }));
        expect(readdirSync(disk)).toEqual([]);
        const source = memorySource({ a: randomBytes(3_000_000) });
        const remote = await signModel(source, keySigner(key));
        const fill = (engine: HashEngine) => {
          writeFileSync(path.join(disk, 'other'), randomBytes(2_000_000));
          return verifyModel(source, remote.bundle, verifier, { engine });
        };
        await refused('source/no-space', () => copyVerified(fill, { to: path.join(disk, 'copy') }));
        expect(readdirSync(disk)).toEqual(['other']);
        rmSync(path.join(disk, 'other'));
        let filled = false;
        const onProgress = () => {
          if (!filled) fillDisk(path.join(disk, 'other'));
          filled = true;
        };
        const signed = await openSignature(bundle, verifier);
        const grown = (engine: HashEngine) =>
          verifySome(signed, localModel(folder), ['a'], { engine, onProgress, threads: 1 });
        await refused('source/no-space', () => copy({ to: path.join(disk, 'copy') }, grown));
        expect(readdirSync(disk)).toEqual(['other']);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

/** Writes until the disk is full. */
function fillDisk(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

/** Whether files can be cloned where tests write. */
async function canClone(): Promise<boolean> {
  const { copy } = await world({}, { a: 'a' });
  return copy({ reflink: true }).then(
    () => true,
    () => false,
  );
}

/** Runs with a folder on a new file system, which is gone afterwards. */
async function onFileSystem(make: readonly string[], run: (folder: string) => Promise<void>): Promise<void> {
  const parent = temporaryDirectory();
  const image = path.join(parent, 'image');
  const folder = path.join(parent, 'mounted');
  mkdirSync(folder);
  execFileSync('truncate', ['-s', '400M', image]);
  execFileSync(make[0] as string, [...make.slice(1), image], { stdio: 'ignore' });
  execFileSync('mount', ['-o', 'loop', image, folder]);
  try {
    await run(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
}

function canMount(program: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('sh', ['-c', `command -v ${program} && losetup -f`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('clones', () => {
  it.each([['mkfs.xfs', '-q'], ['mkfs.btrfs']])(
    'on a file system of %s, a copy is made of clones, which are hashed',
    { timeout: 240_000 },
    async (...make) => {
      if (!canMount(make[0] as string)) return;
      await onFileSystem(make, async (disk) => {
        const folder = path.join(disk, 'model');
        write(folder, tree);
        chmodSync(path.join(folder, 'config.json'), 0o4755);
        for (const options of [{}, { method: 'shards', shardSize: 1_000_000 } as const]) {
          const { bundle } = await signModel(localModel(folder), keySigner(key), options);
          const to = path.join(disk, `copy-${options.method ?? 'files'}`);
          const verify = (engine: HashEngine) => verifyModel(localModel(folder), bundle, verifier, { engine });
          await copyVerified(verify, { to, model: folder, reflink: true });
          const { empty: _, ...others } = tree;
          expect(contentOf(to)).toEqual(inBase64(options.method === 'shards' ? others : tree));
          expect(lstatSync(path.join(to, 'config.json')).mode & 0o7111).toBe(0);
        }
        write(folder, { 'weights/b.bin': 'bbbc' });
        const { bundle } = await signModel(localModel(path.join(disk, 'copy-files')), keySigner(key));
        const verify = (engine: HashEngine) => verifyModel(localModel(folder), bundle, verifier, { engine });
        await rejected('model/mismatch', () => copyVerified(verify, { to: path.join(disk, 'c'), reflink: true }));
        expect(
          readdirSync(disk)
            .filter((name) => name !== 'lost+found')
            .sort(),
        ).toEqual(['copy-files', 'copy-shards', 'model']);
      });
    },
  );

  it('where files cannot be cloned, the copy is refused, and the message says what to do', async () => {
    const { left, copy } = await world();
    if (await canClone()) return;
    const { message } = await refused('source/target-unusable', () => copy({ reflink: true }));
    expect(message).toContain('without cloning');
    expect(left()).toEqual([]);
  });

  it('what is read through functions cannot be cloned', async () => {
    const { to, left } = await world();
    const source = memorySource(tree);
    const { bundle } = await signModel(source, keySigner(key));
    const verify = (engine: HashEngine) => verifyModel(source, bundle, verifier, { engine });
    await refused('source/target-unusable', () => copyVerified(verify, { to, reflink: true }));
    expect(left()).toEqual([]);
  });
});
