import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Forgery, fixRoot, forge, testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory, type Tree, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from './format/errors.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { localModel } from './node/local-model.ts';
import { type HashModelOptions, signModel } from './sign.ts';
import type { Verifier } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { type VerifyModelOptions, verifyModel } from './verify.ts';

const key = testKey();
const tree: Tree = { 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' };

async function signed(files: Tree = tree, options: HashModelOptions = {}) {
  const root = modelDirectory(files);
  const { bundle } = await signModel(localModel(root), keySigner(key), options);
  return { root, bundle, verify: (changes: VerifyModelOptions = {}) => verifyWith(root, bundle, changes) };
}

const verifyWith = (root: string, bundle: Uint8Array, options: VerifyModelOptions = {}) =>
  verifyModel(localModel(root), bundle, keyVerifier(key), options);

const onUnix = it.skipIf(process.platform === 'win32'); // links and FIFOs need POSIX

describe('a signed model', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)(
    'a signed model verifies with its key on %s, and the result says who signed what',
    async (curve) => {
      const other = testKey(curve);
      const root = modelDirectory(tree);
      const { bundle, manifest } = await signModel(localModel(root), keySigner(other));
      const verification = await verifyModel(localModel(root), bundle, keyVerifier(other));
      expect(verification).toEqual({
        verdict: 'verified',
        listing: 'complete',
        hashedBy: 'self',
        advertised: [],
        unchecked: 0,
        signer: { method: 'key', curve, hint: createHash('sha256').update(other.publicKey).digest('hex') },
        subjectName: 'model',
        rootDigest: manifest.rootDigest,
        serialization: manifest.serialization,
        resources: manifest.resources,
        ignored: [],
        unsigned: [],
        externalLinks: [],
        hubLinks: [],
        evidence: 'bytes',
        warnings: [],
      });
      expect(verification.resources.map(({ path: name }) => name)).toEqual([
        'config.json',
        'weights/a.bin',
        'weights/b.bin',
      ]);
    },
  );

  it.each<HashModelOptions>([
    { hashAlgorithm: 'blake2b' },
    { hashAlgorithm: 'blake3' },
    { method: 'shards', shardSize: 3 },
    { method: 'shards', shardSize: 1, hashAlgorithm: 'blake3' },
    { method: 'shards' },
  ])('a signed model verifies as it was hashed: %j', async (options) => {
    const { root, bundle, verify } = await signed(tree, options);
    await verify({ strict: true });
    writeFileSync(path.join(root, 'weights/b.bin'), 'bbbB');
    const error = await refusal('model/mismatch', () => verifyWith(root, bundle));
    expect(error.differences.every(({ kind, path: name }) => kind === 'modified' && name === 'weights/b.bin')).toBe(
      true,
    );
  });

  it('a changed model is refused with every difference, sorted by path', async () => {
    const { root, verify } = await signed();
    writeFileSync(path.join(root, 'weights/b.bin'), 'BBBB');
    rmSync(path.join(root, 'config.json'));
    addFiles(root, { extra: '', 'deep/extra': '' });
    const error = await refusal('model/mismatch', () => verify());
    expect(error.differences).toMatchObject([
      { kind: 'missing', path: 'config.json' },
      { kind: 'unsigned', path: 'deep/extra' },
      { kind: 'unsigned', path: 'extra' },
      { kind: 'modified', path: 'weights/b.bin', expected: expect.any(String), actual: expect.any(String) },
    ]);
    expect(error.message).toBe('the model differs from what was signed: 1 modified, 1 missing, 2 unsigned');
  });

  it('a signed model may be renamed and moved', async () => {
    const { root, bundle } = await signed();
    const elsewhere = path.join(temporaryDirectory(), 'another-name');
    renameSync(root, elsewhere);
    expect((await verifyWith(elsewhere, bundle)).subjectName).toBe('model');
  });

  it('a signed model is refused when it is empty', async () => {
    const { bundle } = await signed();
    const root = modelDirectory({});
    mkdirSync(path.join(root, 'weights'));
    const error = await refusal('model/empty', () => verifyWith(root, bundle));
    expect(error.requirement).toBe('OMS-ENUM-4');
  });

  it('verifying a model keeps nothing of what it ignored for the next time', async () => {
    const { root, bundle } = await signed();
    const verifier = keyVerifier(key);
    const model = localModel(root);
    addFiles(root, { extra: '' });
    await verifyModel(model, bundle, verifier, { ignorePaths: ['extra'] });
    await refusal('model/mismatch', () => verifyModel(model, bundle, verifier));
  });
});

describe('the signer', () => {
  it('a bundle by another key than that of the caller is refused, whatever it claims', async () => {
    const { root, bundle } = await signed();
    const mallory = testKey();
    await refusal('signer/key-mismatch', () => verifyModel(localModel(root), bundle, keyVerifier(mallory)));
    const claiming = forge(bundle, mallory, {});
    await refusal('envelope/signature-invalid', () => verifyWith(root, claiming));
    const withoutHint = forge(bundle, mallory, {
      bundle: (b) => {
        b.verificationMaterial.publicKey = { rawBytes: Buffer.from(mallory.publicKey).toString('base64') };
      },
    });
    await refusal('envelope/signature-invalid', () => verifyWith(root, withoutHint));
  });

  it('a key in the historical form is accepted with a warning and refused in strict mode', async () => {
    const { root, bundle } = await signed();
    const historical = forge(bundle, key, {
      bundle: (b) => {
        b.verificationMaterial.publicKey = { rawBytes: Buffer.from('not even a key').toString('base64') };
        b.dsseEnvelope.signatures[0].keyid = null;
      },
    });
    expect((await verifyWith(root, historical)).warnings).toMatchObject([{ code: 'signer/historical-key' }]);
    await refusal('signer/historical-key', () => verifyWith(root, historical, { strict: true }));
  });

  it('a verifier that returns false instead of throwing is not mistaken for one that accepts', async () => {
    const { root, bundle } = await signed();
    const careless = { methods: ['key'], verify: async () => false } as unknown as Verifier;
    await expect(verifyModel(localModel(root), bundle, careless)).rejects.toThrow(TypeError);
    const { signer } = await verifyWith(root, bundle);
    for (const verified of [{ identity: signer }, { identity: signer, form: 'pae' }, { form: 'dsse' }]) {
      const verifier = { methods: ['key'], verify: async () => verified } as unknown as Verifier;
      await expect(verifyModel(localModel(root), bundle, verifier)).rejects.toThrow(TypeError);
    }
  });

  it('a bundle of another method than that of the verifier is refused', async () => {
    const { root, bundle } = await signed();
    const certificate = forge(bundle, key, {
      bundle: (b) => {
        b.verificationMaterial = { x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }] } };
      },
    });
    await refusal('signer/method-mismatch', () => verifyWith(root, certificate));
  });
});

it('a bundle that is not given as bytes is a mistake of the caller', async () => {
  const { root, bundle } = await signed();
  const text = Buffer.from(bundle).toString() as unknown as Uint8Array;
  await expect(verifyWith(root, text)).rejects.toThrow(TypeError);
});

describe('a bundle', () => {
  it.each<[string, Forgery['bundle']]>([
    ['no keyid', (b) => delete b.dsseEnvelope.signatures[0].keyid],
    [
      'a null keyid',
      (b) => {
        b.dsseEnvelope.signatures[0].keyid = null;
      },
    ],
    [
      'a foreign keyid',
      (b) => {
        b.dsseEnvelope.signatures[0].keyid = 'whatever';
      },
    ],
    ['no tlogEntries', (b) => delete b.verificationMaterial.tlogEntries],
    [
      'unknown members',
      (b) => {
        b.new = 1;
        b.dsseEnvelope.new = [];
        b.verificationMaterial.new = {};
      },
    ],
  ])('a bundle with %s is accepted', async (_, edit) => {
    const { root, bundle } = await signed();
    await verifyWith(root, forge(bundle, key, { bundle: edit as NonNullable<typeof edit> }), { strict: true });
  });

  it.each<[string, NonNullable<Forgery['bundle']>, ErrorCode]>([
    [
      'another media type',
      (b) => {
        b.mediaType += '-evil';
      },
      'bundle/media-type',
    ],
    ['no media type', (b) => delete b.mediaType, 'bundle/media-type'],
    ['no envelope', (b) => delete b.dsseEnvelope, 'bundle/malformed'],
    ['no verification material', (b) => delete b.verificationMaterial, 'bundle/malformed'],
    [
      'no signer',
      (b) => {
        b.verificationMaterial = {};
      },
      'signer/material-ambiguous',
    ],
    [
      'two signers',
      (b) => {
        b.verificationMaterial.certificate = { rawBytes: 'AAAA' };
      },
      'signer/material-ambiguous',
    ],
    [
      'an empty hint',
      (b) => {
        b.verificationMaterial.publicKey.hint = '';
      },
      'signer/key-mismatch',
    ],
    [
      'another payload type',
      (b) => {
        b.dsseEnvelope.payloadType = 'text/plain';
      },
      'envelope/payload-type',
    ],
    [
      'no signature',
      (b) => {
        b.dsseEnvelope.signatures = [];
      },
      'envelope/signature-count',
    ],
    [
      'two signatures',
      (b) => {
        b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0]);
      },
      'envelope/signature-count',
    ],
    [
      'an empty signature',
      (b) => {
        b.dsseEnvelope.signatures[0].sig = '';
      },
      'bundle/not-base64',
    ],
    [
      'a payload in both alphabets of Base64',
      (b) => {
        b.dsseEnvelope.payload = `${b.dsseEnvelope.payload.slice(0, -4)}_-+/`;
      },
      'bundle/not-base64',
    ],
    [
      'a payload with white space',
      (b) => {
        b.dsseEnvelope.payload = ` ${b.dsseEnvelope.payload}`;
      },
      'bundle/not-base64',
    ],
    [
      'a long payload with one character that is not Base64',
      (b) => {
        b.dsseEnvelope.payload = `${'QUJD'.repeat(5000)}QU*D`;
      },
      'bundle/not-base64',
    ],
    [
      'a damaged signature',
      (b) => {
        b.dsseEnvelope.signatures[0].sig = 'AAAA';
      },
      'envelope/signature-invalid',
    ],
    [
      'a payload that was not signed',
      (b) => {
        b.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
      },
      'envelope/signature-invalid',
    ],
  ])('a bundle with %s is refused', async (_, edit, code) => {
    const { root, bundle } = await signed();
    await refusal(code, () => verifyWith(root, forge(bundle, key, { bundle: edit })));
  });

  it('a bundle whose payload and signature are in URL-safe Base64 is accepted', async () => {
    const { root, bundle } = await signed();
    const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
    const rewritten = forge(bundle, key, {
      statement: (statement) => {
        statement.predicate.remark = '??????'; // whose Base64 has a slash
      },
      bundle: ({ dsseEnvelope }) => {
        expect(dsseEnvelope.payload).toContain('/');
        dsseEnvelope.payload = urlSafe(dsseEnvelope.payload);
        dsseEnvelope.signatures[0].sig = urlSafe(dsseEnvelope.signatures[0].sig);
      },
    });
    await verifyWith(root, rewritten, { strict: true });
  });

  it.each([
    ['nothing', ''],
    ['not JSON', 'signature'],
    ['a list', '[]'],
    ['half a bundle', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",'],
  ])('a bundle of %s is refused', async (_, text) => {
    const { root } = await signed();
    const code = text === '[]' ? 'bundle/malformed' : 'bundle/not-json';
    await refusal(code, () => verifyWith(root, Buffer.from(text)));
  });

  it('a bundle is refused for its payload only after its signature is verified', async () => {
    const { root, bundle } = await signed();
    const payload = Buffer.from('not a statement');
    await refusal('statement/not-json', () => verifyWith(root, forge(bundle, key, { payload })));
    await refusal('envelope/signature-invalid', () => verifyWith(root, forge(bundle, testKey(), { payload })));
  });
});

describe('a manifest that was signed', () => {
  it('a manifest in the order of path components verifies with a warning, and not in strict mode', async () => {
    const { root, bundle } = await signed({ 'tokenizer.json': '{}', 'tokenizer/vocab.txt': 'a' });
    const unsorted = forge(bundle, key, {
      statement: (s) => {
        s.predicate.resources.reverse();
        fixRoot(s);
      },
    });
    expect((await verifyWith(root, unsorted)).warnings).toMatchObject([{ code: 'manifest/unsorted' }]);
    await refusal('manifest/unsorted', () => verifyWith(root, unsorted, { strict: true }));
  });

  it('a signed manifest with a name outside the model is refused, and the file there is not read', async () => {
    const { root, bundle } = await signed();
    addFiles(path.dirname(root), { secret: 'aaaa' });
    const escaping = forge(bundle, key, {
      statement: (s) => {
        s.predicate.resources[1].name = '../secret';
      },
    });
    await refusal('manifest/name-invalid', () => verifyWith(root, escaping, { ignoreUnsignedFiles: true }));
  });

  it('a signed manifest with another root digest is refused', async () => {
    const { root, bundle } = await signed();
    const wrong = forge(bundle, key, {
      statement: (s) => {
        s.subject[0].digest.sha256 = '0'.repeat(64);
      },
    });
    await refusal('manifest/root-digest-mismatch', () => verifyWith(root, wrong));
  });
});

describe('a single-file model', () => {
  async function signedFile() {
    const root = modelDirectory({ 'weights.bin': 'abcdef' });
    const file = path.join(root, 'weights.bin');
    const { bundle, manifest } = await signModel(localModel(file), keySigner(key));
    return { root, file, bundle, manifest };
  }

  it('a single-file model is listed under its basename and records no exclusions', async () => {
    const { file, bundle, manifest } = await signedFile();
    expect(manifest.resources.map(({ path: name }) => name)).toEqual(['weights.bin']);
    expect(manifest.serialization.ignorePaths).toEqual([]);
    await verifyWith(file, bundle, { strict: true });
  });

  it('a single-file model named "." by an older signer verifies with a warning, and not in strict mode', async () => {
    const { root, file, bundle } = await signedFile();
    const historical = forge(bundle, key, {
      statement: (s) => {
        s.predicate.resources[0].name = '.';
      },
    });
    expect((await verifyWith(file, historical)).warnings).toMatchObject([{ code: 'manifest/single-file-name' }]);
    await refusal('manifest/single-file-name', () => verifyWith(file, historical, { strict: true }));
    await refusal('manifest/name-invalid', () => verifyWith(root, historical));
    writeFileSync(file, 'ABCDEF');
    await refusal('model/mismatch', () => verifyWith(file, historical));
  });
});

describe('exclusions', () => {
  it('the four git paths at the top level are excluded by default, recorded or not', async () => {
    const git = { '.git/x': '', '.github/y': '', '.gitignore': '', '.gitattributes': '' };
    const { root, bundle, verify } = await signed({ ...tree, ...git, 'sub/.gitignore': '' });
    const expected = ['.git/', '.gitattributes', '.github/', '.gitignore'];
    expect((await verify()).ignored).toEqual(expected);
    const unrecorded = forge(bundle, key, {
      statement: (s) => {
        s.predicate.serialization.ignore_paths = ['other'];
      },
    });
    expect((await verifyWith(root, unrecorded)).ignored).toEqual(expected);
    addFiles(root, { 'sub/.git/x': '' });
    await refusal('model/mismatch', () => verify());
  });

  it('exclusions are recorded by the signer, so that a verifier need not name them', async () => {
    const { root, verify } = await signed({ ...tree, 'cache/x': '' }, { ignorePaths: ['cache'] });
    expect((await verify()).ignored).toEqual(['cache/']);
    addFiles(root, { 'cache/y': 'anything', 'sub/cache/z': '' });
    const error = await refusal('model/mismatch', () => verify());
    expect(error.differences).toEqual([{ kind: 'unsigned', path: 'sub/cache/z' }]);
  });

  it('exclusions of the verifier leave out unlisted files', async () => {
    const { root, verify } = await signed();
    addFiles(root, { 'log/x': '' });
    await refusal('model/mismatch', () => verify());
    expect((await verify({ ignorePaths: ['log'] })).ignored).toEqual(['log/']);
  });

  it('a listed file is verified even if an exclusion covers it', async () => {
    const { root, verify } = await signed();
    const options = { ignorePaths: ['weights', 'config.json'] };
    addFiles(root, { 'weights/new': '' });
    expect((await verify(options)).ignored).toEqual(['weights/new']);
    writeFileSync(path.join(root, 'weights/a.bin'), 'AAAA');
    const error = await refusal('model/mismatch', () => verify(options));
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'weights/a.bin' }]);
  });

  it('signer and verifier can each include the git paths', async () => {
    const { root, verify } = await signed({ ...tree, '.gitignore': 'x' }, { ignoreGitPaths: false });
    await verify();
    writeFileSync(path.join(root, '.gitignore'), 'y');
    await refusal('model/mismatch', () => verify());
    writeFileSync(path.join(root, '.gitignore'), 'x');
    addFiles(root, { '.gitattributes': '' });
    await verify();
    await refusal('model/mismatch', () => verify({ ignoreGitPaths: false }));
  });

  it('a signature file whose name cannot be recorded is still excluded', async () => {
    const root = modelDirectory(tree);
    const signaturePath = path.join(root, 'sig [v1].sig');
    const model = localModel(root, { signaturePath });
    const { bundle, manifest } = await signModel(model, keySigner(key));
    expect(manifest.serialization.ignorePaths).not.toContain('sig [v1].sig');
    writeFileSync(signaturePath, bundle);
    await verifyModel(model, bundle, keyVerifier(key));
  });

  it('the signature file inside the model is excluded, in signing and in verifying', async () => {
    const root = modelDirectory(tree);
    const signaturePath = path.join(root, 'model.sig');
    const model = localModel(root, { signaturePath });
    const { bundle, manifest } = await signModel(model, keySigner(key));
    expect(manifest.serialization.ignorePaths).toContain('model.sig');
    writeFileSync(signaturePath, bundle);
    await verifyModel(model, bundle, keyVerifier(key));
    const unrecorded = forge(bundle, key, {
      statement: (s) => {
        s.predicate.serialization.ignore_paths = [];
      },
    });
    await verifyModel(model, unrecorded, keyVerifier(key));
    await refusal('model/mismatch', () => verifyWith(root, unrecorded));
  });
});

describe('unsigned files', () => {
  it('unsigned files are accepted if the caller ignores them, and reported', async () => {
    const { root, verify } = await signed();
    addFiles(root, { 'extra/b': '', a: '' });
    expect((await verify({ ignoreUnsignedFiles: true })).unsigned).toEqual(['a', 'extra/b']);
  });

  it('ignoring unsigned files does not excuse modified or missing ones', async () => {
    const { root, verify } = await signed();
    addFiles(root, { extra: '' });
    writeFileSync(path.join(root, 'config.json'), '[]');
    rmSync(path.join(root, 'weights/a.bin'));
    const error = await refusal('model/mismatch', () => verify({ ignoreUnsignedFiles: true }));
    expect(error.differences.map(({ kind }) => kind)).toEqual(['modified', 'missing']);
  });

  it('ignoring unsigned files does not hide data appended to a file that ends with a whole shard', async () => {
    const { root, verify } = await signed({ w: 'x'.repeat(20) }, { method: 'shards', shardSize: 10 });
    appendFileSync(path.join(root, 'w'), 'y'.repeat(10));
    const error = await refusal('model/mismatch', () => verify({ ignoreUnsignedFiles: true }));
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'w' }]);
  });

  it('unsigned empty files are reported under shards, and refused in strict mode', async () => {
    const { verify } = await signed({ w: 'x', '__init__.py': '' }, { method: 'shards' });
    const verification = await verify();
    expect(verification.unsigned).toEqual(['__init__.py']);
    expect(verification.warnings).toMatchObject([{ code: 'model/empty-file-unsigned' }]);
    await refusal('model/empty-file-unsigned', () => verify({ strict: true }));
    expect(await verify({ strict: true, ignoreUnsignedFiles: true })).toMatchObject({
      unsigned: ['__init__.py'],
      warnings: [],
    });
  });

  onUnix('unsigned files may have names that are not UTF-8 if they are ignored', async () => {
    const { root, verify } = await signed();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/weights/`), Buffer.of(0xff)]), '');
    expect((await verify({ ignoreUnsignedFiles: true })).unsigned).toEqual(['weights/\ufffd']);
    const error = await refusal('model/name-not-utf8', () => verify());
    expect(error.requirement).toBe('OMS-NAME-11');
  });

  onUnix('unsigned entries may be FIFOs and links if they are ignored, and are not opened', async () => {
    const { root, verify } = await signed();
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    symlinkSync('/etc', path.join(root, 'etc'));
    expect((await verify({ ignoreUnsignedFiles: true })).unsigned).toEqual(['etc', 'pipe']);
    await refusal('model/symlink', async () => {
      rmSync(path.join(root, 'pipe'));
      await verify();
    });
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  it('a link in the place of a listed file or its directory is refused, even if unsigned files are ignored', async () => {
    const { root, verify } = await signed();
    renameSync(path.join(root, 'weights'), `${root}-weights`);
    symlinkSync(`${root}-weights`, path.join(root, 'weights'));
    await refusal('model/symlink', () => verify({ ignoreUnsignedFiles: true }));
    await refusal('model/symlink', () => verify({ ignoreUnsignedFiles: true, allowSymlinks: true }));
  });

  it('links are followed only if the signer followed them and the caller allows it', async () => {
    const root = modelDirectory({ ...tree, 'blobs/x': 'x' });
    symlinkSync('blobs/x', path.join(root, 'link'));
    const { bundle } = await signModel(localModel(root), keySigner(key), { allowSymlinks: true });
    await verifyWith(root, bundle, { allowSymlinks: true });
    await refusal('model/symlink', () => verifyWith(root, bundle));
    const notRecorded = forge(bundle, key, {
      statement: (s) => {
        s.predicate.serialization.allow_symlinks = false;
      },
    });
    await refusal('model/symlink', () => verifyWith(root, notRecorded, { allowSymlinks: true }));
  });

  it('links that the signer did not follow are refused with that reason', async () => {
    const { root, verify } = await signed();
    symlinkSync('config.json', path.join(root, 'link'));
    const error = await refusal('model/symlink', () => verify({ allowSymlinks: true }));
    expect(error.message).toBe('"link" is a symbolic link, and the signer followed none');
    expect(error.requirement).toBe('OMS-LINK-8');
  });

  it('links out of the model are followed only if that is allowed separately, and then reported', async () => {
    const root = modelDirectory(tree);
    const elsewhere = modelDirectory({ blob: 'x' });
    symlinkSync(path.join(elsewhere, 'blob'), path.join(root, 'link'));
    const allowing = localModel(root, { allowExternalSymlinks: true });
    await refusal('model/symlink-outside', () => signModel(localModel(root), keySigner(key), { allowSymlinks: true }));
    const { bundle, externalLinks } = await signModel(allowing, keySigner(key), { allowSymlinks: true });
    expect(externalLinks).toEqual(['link']);
    const verification = await verifyModel(allowing, bundle, keyVerifier(key), { allowSymlinks: true });
    expect(verification.externalLinks).toEqual(['link']);
    await refusal('model/symlink-outside', () => verifyWith(root, bundle, { allowSymlinks: true }));
  });

  it('the content of a linked directory is signed and checked', async () => {
    const root = modelDirectory({ 'real/a': '1' });
    symlinkSync('real', path.join(root, 'dir'));
    const { bundle, manifest } = await signModel(localModel(root), keySigner(key), { allowSymlinks: true });
    expect(manifest.resources.map(({ path: name }) => name)).toEqual(['dir/a', 'real/a']);
    addFiles(root, { 'real/evil': '' });
    const error = await refusal('model/mismatch', () => verifyWith(root, bundle, { allowSymlinks: true }));
    expect(error.differences.map(({ path: name }) => name)).toEqual(['dir/evil', 'real/evil']);
  });
});

describe.skipIf(process.platform === 'win32')('a snapshot in the cache of a hub', () => {
  function snapshotOf(files: Tree): string {
    const repository = path.join(temporaryDirectory(), 'models--org--model');
    const snapshot = path.join(repository, 'snapshots', 'revision');
    for (const [index, [name, content]] of Object.entries(files).entries()) {
      addFiles(repository, { [`blobs/${index}`]: content });
      const link = path.join(snapshot, name);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.relative(path.dirname(link), path.join(repository, 'blobs', `${index}`)), link);
    }
    return snapshot;
  }

  it('a signature over files verifies over a snapshot, and a signature over a snapshot verifies over files', async () => {
    const { root, bundle } = await signed();
    const snapshot = snapshotOf(tree);
    const model = localModel(snapshot, { hubCache: true });
    const verification = await verifyModel(model, bundle, keyVerifier(key));
    expect(verification.hubLinks).toEqual([
      { path: 'config.json', target: '../../blobs/0' },
      { path: 'weights/a.bin', target: '../../../blobs/1' },
      { path: 'weights/b.bin', target: '../../../blobs/2' },
    ]);
    const other = await signModel(model, keySigner(key));
    expect(other.hubLinks).toEqual(verification.hubLinks);
    expect(other.manifest.serialization.allowSymlinks).toBe(false);
    await verifyWith(root, other.bundle);
  });

  it('a snapshot is refused by one code that says what to ask for, whether or not links may be followed', async () => {
    const { bundle } = await signed();
    const snapshot = snapshotOf(tree);
    for (const allowSymlinks of [false, true]) {
      const error = await refusal('model/symlink-hub-cache', () => verifyWith(snapshot, bundle, { allowSymlinks }));
      expect(error.requirement).toBe('OMS-LINK-9');
    }
  });

  it('a blob with other content is a modified file', async () => {
    const { bundle } = await signed();
    const snapshot = snapshotOf({ ...tree, 'config.json': '[]' });
    const error = await refusal('model/mismatch', () =>
      verifyModel(localModel(snapshot, { hubCache: true }), bundle, keyVerifier(key)),
    );
    expect(error.differences.map(({ path }) => path)).toEqual(['config.json']);
  });
});

describe.skipIf(process.platform === 'win32')('the recorded policy for links', () => {
  it.each([
    [false, false, 'the signer followed none', 'OMS-LINK-8'],
    [false, true, 'the signer followed none', 'OMS-LINK-8'],
    [true, false, 'followed only on request', 'OMS-LINK-15'],
  ] as const)(
    'a link is refused if the signer allowed links: %s, and the caller does: %s',
    async (signer, caller, reason, requirement) => {
      const { root, bundle } = await signed(tree, { allowSymlinks: signer });
      symlinkSync('config.json', path.join(root, 'link'));
      const error = await refusal('model/symlink', () => verifyWith(root, bundle, { allowSymlinks: caller }));
      expect(error.message).toContain(reason);
      expect(error.requirement).toBe(requirement);
    },
  );
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null])(
  'a number of threads or of files at the same time that is %s is a TypeError',
  async (count) => {
    const { verify, root } = await signed();
    for (const option of ['threads', 'concurrency']) {
      const options = { [option]: count } as VerifyModelOptions;
      await expect(verify(options)).rejects.toThrow(`the option ${option} must be a whole number of at least 1`);
      await expect(signModel(localModel(root), keySigner(key), options)).rejects.toThrow(TypeError);
    }
  },
);
