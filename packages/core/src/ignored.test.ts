import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory, type Tree } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { hashModel, type SignModelOptions, signModel } from './sign.ts';
import { refusal } from './testing/refusal.ts';
import { type VerifyModelOptions, verifyModel } from './verify.ts';

const key = testKey();
const refuse = { ignoredFiles: 'refuse' } as const;

interface Signed {
  readonly root: string;
  readonly bundle: Uint8Array;
  verify(options?: VerifyModelOptions, signaturePath?: string): ReturnType<typeof verifyModel>;
  write(name: string, text?: string): void;
}

async function signed(tree: Tree, options: SignModelOptions = {}, signatureName?: string): Promise<Signed> {
  const root = modelDirectory(tree);
  const signaturePath = signatureName && path.join(root, signatureName);
  const { bundle } = await signModel(localModel(root, { signaturePath }), keySigner(key), options);
  return {
    root,
    bundle,
    verify: (more, at) => verifyModel(localModel(root, { signaturePath: at }), bundle, keyVerifier(key), more),
    write(name, text = 'x') {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    },
  };
}

describe('refusing ignored files', () => {
  it('ignored files are refused by name, whether the signer, the caller or the defaults left them out', async () => {
    const model = await signed({ a: 'a', 'notes/x': '1' }, { ignorePaths: ['notes'] });
    model.write('.github/x');
    model.write('.gitignore');
    model.write('mine/x');
    const error = await refusal('model/ignored-files', () => model.verify({ ...refuse, ignorePaths: ['mine'] }));
    expect(error.requirement).toBe('OMS-IGNORE-11');
    expect(error.differences).toEqual(
      ['.github/', '.gitignore', 'mine/', 'notes/'].map((name) => ({ kind: 'ignored', path: name })),
    );
    expect(error.message).toContain('4 ignored paths');
  });

  it('ignored files are refused in strict mode, unless the caller accepts them', async () => {
    const model = await signed({ a: 'a', '.gitignore': '*' });
    expect((await model.verify()).ignored).toEqual(['.gitignore']);
    await refusal('model/ignored-files', () => model.verify({ strict: true }));
    expect((await model.verify({ strict: true, ignoredFiles: 'report' })).ignored).toEqual(['.gitignore']);
  });

  it('ignored files are refused before anything is hashed, however many there are', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `notes/${i}`);
    const model = await signed({ a: 'a' }, { ignorePaths: names });
    for (const name of names) model.write(name);
    model.write('a', 'modified');
    const error = await refusal('model/ignored-files', () => model.verify(refuse));
    expect(error.differences).toHaveLength(50);
    expect(error.message).toMatch(/and 45 more$/);
  });

  it('the signature that is read is not refused, and a file with other bytes is', async () => {
    const model = await signed({ a: 'a', 'sub/b': 'b' }, {}, 'sub/model.sig');
    model.write('sub/model.sig');
    const at = path.join(model.root, 'sub/model.sig');
    expect((await model.verify({ strict: true }, at)).ignored).toEqual(['sub/model.sig']);
    await refusal('model/ignored-files', () => model.verify(refuse));
    model.write('model.sig');
    await refusal('model/mismatch', () => model.verify(refuse, at));
  });

  it('a listed file below an exclusion is verified, and a file added beside it refused', async () => {
    const model = await signed({ a: 'a', 'sub/b': 'b' });
    const options = { ...refuse, ignorePaths: ['sub'] };
    await model.verify(options);
    model.write('sub/added');
    const error = await refusal('model/ignored-files', () => model.verify(options));
    expect(error.differences).toEqual([{ kind: 'ignored', path: 'sub/added' }]);
  });

  it('names of ignored files are escaped in the message', async () => {
    const model = await signed({ a: 'a' }, { ignorePaths: ['b\u202e"'] });
    model.write('b\u202e"');
    const { message } = await refusal('model/ignored-files', () => model.verify(refuse));
    expect(message).toContain('"b\\u{202e}\\""');
  });
});

describe('Git paths that the caller asks to be checked', () => {
  it.each(['.git', '.github', '.github/workflows', '.gitignore', '.gitattributes'])(
    'a file at %j is refused even if the signer recorded the path',
    async (recorded) => {
      const model = await signed({ a: 'a' }, { ignoreGitPaths: false, ignorePaths: [recorded, 'other'] });
      const added = recorded.startsWith('.git') && /ignore|attributes/.test(recorded) ? recorded : `${recorded}/x`;
      model.write(added);
      model.write('other/x');
      expect((await model.verify()).unsigned).toEqual([]);
      const error = await refusal('model/mismatch', () => model.verify({ ignoreGitPaths: false }));
      expect(error.differences).toEqual([{ kind: 'unsigned', path: added }]);
    },
  );

  it('Git paths that the caller names are ignored all the same', async () => {
    const model = await signed({ a: 'a', '.git/HEAD': 'x', '.gitignore': '*' });
    const options = { ignoreGitPaths: false, ignorePaths: ['.git', '.gitignore'] };
    expect((await model.verify(options)).ignored).toEqual(['.git/', '.gitignore']);
  });
});

describe('the signature under another name', () => {
  const model = () => signed({ a: 'a' }, { ignorePaths: ['notes'] });
  const writeBundle = ({ root, bundle }: Signed, name: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), bundle);
  };

  it.each(['notes', 'notes/model.sig', 'notes/deep/er/x'])(
    'an ignored path that holds only the signature that is verified is not refused: %j',
    async (name) => {
      const one = await model();
      writeBundle(one, name);
      expect((await one.verify(refuse)).ignored).toEqual([name === 'notes' ? 'notes' : 'notes/']);
    },
  );

  it('an ignored directory that holds anything besides the signature is refused', async () => {
    for (const name of ['notes/x', 'notes/deep/x', 'notes/deep/model.sig']) {
      const one = await model();
      writeBundle(one, 'notes/deep/er/model.sig');
      one.write(name);
      await refusal('model/ignored-files', () => one.verify(refuse));
    }
  });

  it('an ignored file that is empty, shorter, longer or of other bytes, or a link to the signature, is refused', async () => {
    const one = await model();
    const { length } = one.bundle;
    for (const text of ['', 'x', 'x'.repeat(length), 'x'.repeat(length + 1)]) {
      one.write('notes', text);
      await refusal('model/ignored-files', () => one.verify(refuse));
    }
    const linked = await model();
    writeFileSync(path.join(path.dirname(linked.root), 'kept.sig'), linked.bundle);
    symlinkSync('../kept.sig', path.join(linked.root, 'notes'));
    await refusal('model/ignored-files', () => linked.verify(refuse));
  });
});

describe('the recorded name of a signature file', () => {
  it.each(['bundle.json', 'Model.SIG', 'signature', 'model.sig.bak', 'x.sigstore.jsonl', 'sub/x.bundle'])(
    'signing warns of the name %j in the model, which would cover a directory too',
    async (name) => {
      const root = modelDirectory({ a: 'a', 'sub/b': 'b' });
      const at = (file: string) => localModel(root, { signaturePath: path.join(root, file) });
      const { warnings } = await signModel(at(name), keySigner(key));
      expect(warnings).toMatchObject([{ code: 'model/signature-name', requirement: 'OMS-MATCH-10' }]);
      expect(warnings[0]?.message).toContain(JSON.stringify(name));
      await refusal('model/signature-name', () => signModel(at(name), keySigner(key), { strict: true }));
      expect((await signModel(at('model.sig'), keySigner(key))).warnings).toEqual([]);
      expect((await signModel(at(`../${path.basename(name)}`), keySigner(key))).warnings).toEqual([]);
    },
  );

  it.each(['model.sig', 'sub/skill.oms.sig', 'x.sigstore', 'x.sigstore.json'])(
    'the recorded name %j excludes no directory',
    async (name) => {
      const model = await signed({ a: 'a', 'sub/b': 'b' }, {}, name);
      model.write(`${name}/evil.py`);
      const error = await refusal('model/mismatch', () => model.verify());
      expect(error.differences).toEqual([{ kind: 'unsigned', path: `${name}/evil.py` }]);
      expect((await model.verify({ ignorePaths: [name] })).ignored).toEqual([`${name}/`]);
    },
  );

  it('the recorded name of a signature file excludes a file, and a link to a file', async () => {
    const model = await signed({ a: 'a' }, {}, 'model.sig');
    model.write('model.sig');
    expect((await model.verify()).ignored).toEqual(['model.sig']);
    renameSync(path.join(model.root, 'model.sig'), path.join(path.dirname(model.root), 'elsewhere'));
    symlinkSync('../elsewhere', path.join(model.root, 'model.sig'));
    expect((await model.verify()).ignored).toEqual(['model.sig']);
  });

  it.each([true, false])(
    'the recorded name of a signature excludes no link to a directory (followed: %j)',
    async (allowSymlinks) => {
      const model = await signed({ a: 'a' }, { allowSymlinks }, 'model.sig');
      const target = modelDirectory({ 'evil.py': '' });
      symlinkSync(target, path.join(model.root, 'model.sig'));
      await refusal(allowSymlinks ? 'model/symlink-outside' : 'model/symlink', () => model.verify({ allowSymlinks }));
    },
  );

  it('the recorded name of a signature excludes nothing below it in a model that is a list of files', async () => {
    const { bundle } = await signed({ a: 'a' }, {}, 'model.sig');
    const names = ['a', 'model.sig', 'model.sig/evil.py'];
    const flat: Model = {
      name: 'm',
      async list({ excludes }) {
        const listing = await localModel(modelDirectory({ a: 'a' })).list({
          followSymlinks: false,
          excludes,
          sizes: false,
        });
        const [file] = listing.files;
        const left = names.filter((name) => !excludes(name));
        return { ...listing, files: left.map((name) => ({ ...(file as NonNullable<typeof file>), name })) };
      },
    };
    const error = await refusal('model/mismatch', () => verifyModel(flat, bundle, keyVerifier(key)));
    expect(error.differences).toEqual([{ kind: 'unsigned', path: 'model.sig/evil.py' }]);
  });

  it('a directory with the name of a signature is not left out when signing, because verifiers would not', async () => {
    const model = localModel(modelDirectory({ a: 'a', 'old.sig/b': 'b' }));
    const error = await refusal('manifest/ignore-path-invalid', () => hashModel(model, { ignorePaths: ['old.sig'] }));
    expect(error.requirement).toBe('OMS-MATCH-10');
    expect((await hashModel(model, { ignorePaths: ['old.sig/b'] })).ignored).toEqual(['old.sig/b']);
  });
});

describe('names that are like an exclusion', () => {
  it.each(['Code', 'code2', 'sub/code', 'cod', 'caf\u00e9'])('a file in %j is not ignored', async (directory) => {
    const model = await signed({ a: 'a' }, { ignorePaths: ['code', 'cafe\u0301'] });
    model.write(`${directory}/x.py`);
    await refusal('model/mismatch', () => model.verify());
  });

  it.each(['code/', './code', 'code/.', '', '.', '../m', '/code'])(
    'the recorded exclusion %j is refused',
    async (name) => {
      const model = await signed({ a: 'a' });
      const bundle = forge(model.bundle, key, { statement: (s) => (s.predicate.serialization.ignore_paths = [name]) });
      const attempt = () => verifyModel(localModel(model.root), bundle, keyVerifier(key));
      await refusal('manifest/ignore-path-invalid', attempt);
    },
  );
});

describe('ignored code', () => {
  const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);

  it.each(['code/x.py', 'code/deep/er/w.pkl', '.github/workflows/x.yml', '.git/x.py', '.git/code/x.so'])(
    'signing and verifying warn of %j in an ignored directory',
    async (name) => {
      const options = { ignorePaths: ['code'] };
      const model = await signed({ a: 'a' }, options);
      expect(codes(await model.verify())).toEqual([]);
      model.write(name);
      const { warnings } = await model.verify();
      expect(warnings).toMatchObject([{ code: 'model/ignored-code', requirement: 'OMS-IGNORE-12' }]);
      expect(warnings[0]?.message).toContain(`"${name}"`);
      expect((await hashModel(localModel(model.root), options)).warnings).toEqual(warnings);
      await refusal('model/ignored-code', () => hashModel(localModel(model.root), { ...options, strict: true }));
      await refusal('model/ignored-code', () => model.verify({ strict: true, ignoredFiles: 'report' }));
    },
  );

  it.skipIf(process.platform === 'win32')('an ignored file that is a program by its mode gives a warning', async () => {
    const model = await signed({ a: 'a' }, { ignorePaths: ['code'] });
    for (const name of ['code/README.md', 'code/LICENSE', '.gitignore', '.git/HEAD', 'code/run']) model.write(name);
    for (const name of ['code/README.md', 'code/LICENSE', '.gitignore', '.git/HEAD']) {
      chmodSync(path.join(model.root, name), 0o755);
    }
    expect(codes(await model.verify())).toEqual([]);
    chmodSync(path.join(model.root, 'code/run'), 0o700);
    expect((await model.verify()).warnings[0]?.message).toContain('"code/run"');
  });

  it('an ignored file is looked at too, and a path that is a directory now', async () => {
    const model = await signed({ a: 'a', notes: 'n' }, { ignorePaths: ['notes', 'w.bin'] });
    model.write('w.bin');
    expect((await model.verify()).warnings[0]?.message).toContain('"w.bin"');
    renameSync(path.join(model.root, 'notes'), path.join(model.root, 'w.bin'));
    model.write('notes/x.py');
    expect((await model.verify()).warnings[0]?.message).toContain('"notes/x.py"');
  });

  it('what Git itself keeps, texts and the signature are no code', async () => {
    const at = 'sig.bin';
    const model = await signed(
      { a: 'a', '.git/hooks/x.sh': '', '.git/refs/heads/x.py': '', '.gitignore': '*' },
      {},
      at,
    );
    model.write(at);
    expect(codes(await model.verify({}, path.join(model.root, at)))).toEqual([]);
    model.write('.git/sub/objects/x.py');
    expect(codes(await model.verify({}, path.join(model.root, at)))).toEqual(['model/ignored-code']);
  });

  it('the search follows links out of the model, which may form a circle', async () => {
    const model = await signed({ 'a.py': 'a', 'notes/x': '' }, { ignorePaths: ['notes', 'linked'] });
    symlinkSync('..', path.join(model.root, 'notes/up'));
    symlinkSync('/', path.join(model.root, 'notes/top'));
    expect(codes(await model.verify())).toEqual([]);
    const outside = modelDirectory({ 'sub/x.py': '' });
    symlinkSync(outside, path.join(outside, 'again'));
    symlinkSync(outside, path.join(model.root, 'linked'));
    expect((await model.verify()).warnings[0]?.message).toContain('"linked/sub/x.py"');
  });

  it('the search ends after many finds and looks at shallow directories first', async () => {
    const model = await signed({ a: 'a' }, { ignorePaths: ['code'] });
    for (let i = 0; i < 40; i++) model.write(`code/aa/${i}.py`);
    model.write('code/z.py');
    const [warning] = (await model.verify()).warnings;
    expect(warning?.message).toContain('"code/z.py", "code/aa/');
    expect(warning?.message).toMatch(/and \d+ more$/);
  });

  it.skipIf(process.getuid?.() === 0)('a directory that cannot be searched gives a warning', async () => {
    const model = await signed({ a: 'a', 'code/x': '' }, { ignorePaths: ['code'] });
    chmodSync(path.join(model.root, 'code'), 0);
    const { warnings } = await model.verify().finally(() => chmodSync(path.join(model.root, 'code'), 0o700));
    expect(warnings[0]?.message).toContain('not all of the ignored paths could be searched');
  });

  it('the names of what a model left out are looked at if the model cannot search', async () => {
    const { bundle } = await signed({ a: 'a' }, { ignorePaths: ['x.py'] });
    const inner = localModel(modelDirectory({ a: 'a' }));
    const model: Model = {
      name: 'm',
      async list(options) {
        const { findExcludedCode, ...listing } = await inner.list(options);
        return { ...listing, excluded: ['notes.txt', 'x.py'] };
      },
    };
    const { warnings } = await verifyModel(model, bundle, keyVerifier(key));
    expect(warnings).toMatchObject([{ code: 'model/ignored-code', message: expect.stringContaining('"x.py"') }]);
  });
});
