import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, truncateSync, unlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';

async function signed(...flags: string[]): Promise<Sandbox> {
  const box = new Sandbox();
  await box.sign(...flags);
  return box;
}

const verifyArgs = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];

test('verify verifies a model and reports it on stdout alone', async () => {
  const box = await signed();
  const { code, stdout, stderr } = await box.run(verifyArgs);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Verification succeeded\nsigner: {4}key on P-256 with hint [0-9a-f]{64}\nmodel: {5}"model"/);
  expect(await box.run([...verifyArgs, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('verify --json prints one JSON object', async () => {
  const { result } = await (await signed()).verify();
  expect(result).toEqual({
    schema: 'model-signing/result/v1',
    ok: true,
    command: 'verify',
    signature: 'model.sig',
    signatureFrom: { place: 'file', why: 'named by --signature' },
    signer: { method: 'key', curve: 'P-256', hint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    model: 'model',
    rootDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    serialization: { method: 'files', hashAlgorithm: 'sha256', shardSize: null },
    resourceCount: 3,
    bytes: 1023,
    engine: 'node',
    hashedBy: 'self',
    verdict: 'verified',
    listing: 'complete',
    checked: { files: 3, bytes: 1023, advertised: 0, unchecked: 0 },
    ignored: [],
    unsigned: [],
    externalLinks: [],
    hubLinks: [],
    warnings: [],
  });
});

test('verify rejects a model and lists every difference by symbol', async () => {
  const box = await signed();
  box.write('model/weights.bin', 'v'.repeat(1000));
  unlinkSync(box.path('model/config.json'));
  box.write('model/run\u001b[2Jme.py', '');
  const { code, stdout, stderr } = await box.run(verifyArgs);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    'model-signing: error: the model differs from what was signed: 1 modified, 1 missing, 1 unsigned [model/mismatch OMS-VERIFY-1]',
    '  ~ modified weights.bin',
    '  - missing  config.json',
    '  + unsigned "run\\u{1b}[2Jme.py"',
    '',
  ]);
  expect((await box.run([...verifyArgs, '--quiet'])).stderr).toContain('error: the model differs');
  const { result } = await box.verify();
  expect(result).toMatchObject({
    ok: false,
    error: {
      code: 'model/mismatch',
      stage: 'model',
      requirement: 'OMS-VERIFY-1',
      differences: [
        { kind: 'missing', path: 'config.json' },
        { kind: 'unsigned', path: 'run\u001b[2Jme.py' },
        { kind: 'modified', path: 'weights.bin', expected: expect.any(String), actual: expect.any(String) },
      ],
    },
  });
});

test('verify reports the size of a truncated file', async () => {
  const box = await signed('--shard-size', '300');
  truncateSync(box.path('model/weights.bin'), 900);
  expect((await box.run(verifyArgs)).stderr).toContain('~ modified weights.bin (900 bytes, signed with 1000 bytes)');
});

test('verify colours an error with FORCE_COLOR, but never with NO_COLOR', async () => {
  const box = await signed();
  unlinkSync(box.path('model/config.json'));
  const coloured = async (env: Record<string, string>) =>
    (await box.run(verifyArgs, { env })).stderr.includes('\u001b[');
  expect(await coloured({})).toBe(false);
  expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
  expect(await coloured({ NO_COLOR: '1' })).toBe(false);
});

test('verify accepts unsigned files with --ignore-unsigned-files, and lists them', async () => {
  const box = await signed();
  box.write('model/README.md', '');
  expect((await box.verify()).code).toBe(1);
  for (const flag of ['--ignore-unsigned-files', '--ignore_unsigned_files']) {
    const { code, result } = await box.verify(flag);
    expect({ code, unsigned: result.unsigned }).toEqual({ code: 0, unsigned: ['README.md'] });
  }
  expect((await box.run([...verifyArgs, '--ignore-unsigned-files'])).stdout).toContain(
    'unsigned:  README.md (not verified)',
  );
  expect((await box.verify('--no-ignore_unsigned_files')).code).toBe(1);
  box.write('model/config.json', 'changed');
  expect((await box.verify('--ignore-unsigned-files')).code).toBe(1);
});

test('verify leaves out ignored paths, except what was signed', async () => {
  const box = await signed();
  box.write('model/cache/x', 'x');
  const { code, result } = await box.verify('--ignore-paths', 'model/cache', '--ignore_paths', 'model/config.json');
  expect({ code, ignored: result.ignored }).toEqual({ code: 0, ignored: ['cache/'] });
  box.write('model/config.json', 'changed');
  expect((await box.verify('--ignore-paths', 'model/cache', '--ignore-paths', 'model/config.json')).code).toBe(1);
  expect((await box.verify('--ignore-paths', 'key.pem')).result.error.code).toBe('command/usage');
});

test('verify leaves out git paths by default', async () => {
  const box = await signed('--no-ignore-git-paths');
  box.write('model/.gitignore', 'x');
  expect((await box.verify()).result.ignored).toEqual(['.gitignore']);
  expect((await box.verify('--no-ignore-git-paths')).result.error.differences).toEqual([
    { kind: 'unsigned', path: '.gitignore' },
  ]);
});

test('verify follows links only if signer and verifier both allow it', async () => {
  const box = new Sandbox();
  symlinkSync('weights.bin', box.path('model/link'));
  await box.sign('--allow-symlinks');
  expect((await box.verify()).result.error.code).toBe('model/symlink');
  expect((await box.verify('--allow-symlinks')).code).toBe(0);
});

test('verify warns of empty files that shards cannot cover, and refuses them with --strict', async () => {
  const box = new Sandbox();
  box.write('model/__init__.py', '');
  await box.sign('--shard-size', '1MB');
  const { code, stderr } = await box.run(verifyArgs);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^model-signing: warning: .*"__init__.py".*\[model\/empty-file-unsigned\]\n$/);
  expect((await box.run([...verifyArgs, '--quiet'])).stderr).toBe('');
  expect((await box.run([...verifyArgs, '--log-level', 'ERROR'])).stderr).toBe('');
  expect((await box.verify()).result.warnings).toMatchObject([{ code: 'model/empty-file-unsigned' }]);
  const strict = await box.verify('--strict');
  expect({ code: strict.code, error: strict.result.error.code }).toEqual({
    code: 1,
    error: 'model/empty-file-unsigned',
  });
});

test("verify names the key that the bundle claims when it is not the caller's", async () => {
  const box = await signed();
  box.writeKeys('other');
  const { code, result } = await box.json([...verifyArgs.slice(0, -1), 'other.pub']);
  expect({ code, error: result.error.code, stage: result.error.stage }).toEqual({
    code: 1,
    error: 'signer/key-mismatch',
    stage: 'signer',
  });
});

test.each([
  { what: 'a missing model', change: { 2: 'none' }, code: 3, error: 'model/not-found' },
  { what: 'a missing signature', change: { 4: 'none' }, code: 3, error: 'command/not-found' },
  { what: 'a directory as the signature', change: { 4: 'model' }, code: 3, error: 'command/unreadable' },
  { what: 'a signature of 300 MB', change: { 4: 'huge' }, code: 1, error: 'bundle/too-large' },
  { what: 'a key as the signature', change: { 4: 'key.pub' }, code: 1, error: 'bundle/not-json' },
  { what: 'a missing key', change: { 6: 'none' }, code: 3, error: 'command/not-found' },
  { what: 'a private key', change: { 6: 'key.pem' }, code: 3, error: 'signer/key-unreadable' },
])('verify refuses $what', async ({ change, code, error }) => {
  const box = await signed();
  box.write('huge', '');
  truncateSync(box.path('huge'), 300_000_000);
  const args = Object.assign([...verifyArgs], change);
  const { result, ...finished } = await box.json(args);
  expect({ code: finished.code, error: result.error.code }).toEqual({ code, error });
});

test('verify refuses what the signer left out with --no-ignored-files and with --strict, and names it', async () => {
  const box = await signed('--ignore-paths', 'model/notes');
  box.write('model/notes/x.py', '');
  box.write('model/.gitignore', '');
  const accepted = await box.verify();
  expect(accepted).toMatchObject({ code: 0, result: { ignored: ['.gitignore', 'notes/'] } });
  expect(accepted.result.warnings).toMatchObject([{ code: 'model/ignored-code' }]);
  expect(accepted.stderr).toContain('"notes/x.py" [model/ignored-code]');
  for (const flag of ['--no-ignored-files', '--strict', '--no_ignored_files']) {
    const { code, result, stderr } = await box.verify(flag);
    expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'model/ignored-files' });
    expect(result.error.differences).toEqual(['.gitignore', 'notes/'].map((path) => ({ kind: 'ignored', path })));
    expect(stderr).toContain('\n  + ignored  .gitignore\n  + ignored  notes/\n');
    expect(stderr).toMatch(/accepts? and lists? them/);
  }
});

test('verify accepts what was left out with --strict --ignored-files, but no code', async () => {
  const box = await signed('--ignore-paths', 'model/notes');
  box.write('model/notes/x.txt', '');
  expect((await box.verify('--strict')).code).toBe(1);
  expect((await box.verify('--strict', '--ignored-files')).code).toBe(0);
  box.write('model/notes/x.py', '');
  expect((await box.verify('--strict', '--ignored-files')).result.error.code).toBe('model/ignored-code');
});

test('verify --no-ignore-git-paths refuses a workflow that was added, though the signer recorded the path', async () => {
  const box = await signed();
  box.write('model/.github/workflows/x.yml', '');
  expect((await box.verify()).code).toBe(0);
  const { result } = await box.verify('--no-ignore-git-paths');
  expect(result.error.differences).toEqual([{ kind: 'unsigned', path: '.github/workflows/x.yml' }]);
});

test('verify finds model.sig beside the model or in it, and says which file it used', async () => {
  for (const place of ['model.sig', 'model/model.sig']) {
    const box = await signed('--signature', place);
    const args = ['verify', 'model', '--public-key', 'key.pub'];
    expect((await box.run(args)).stdout).toContain(`\nsignature: "${place}"\n`);
    expect((await box.json(args)).result).toMatchObject({ ok: true, signature: place });
    const inModel = await box.json(['verify', '.', '--public-key', '../key.pub'], { cwd: 'model' });
    expect(inModel.result).toMatchObject({ ok: true, signature: place === 'model.sig' ? '../model.sig' : 'model.sig' });
    box.write('model/config.json', 'changed');
    expect((await box.run(args)).stderr).toContain(`info: the signature is "${place}"`);
  }
});

test('verify finds the signature that sign wrote by default into the working directory', async () => {
  const box = new Sandbox();
  await box.run(['sign', 'key', '../model', '--private-key', '../key.pem'], { cwd: 'model/tokenizer/..' });
  box.write('elsewhere/x', '');
  await box.run(['sign', 'key', '../model/weights.bin', '--private-key', '../key.pem'], { cwd: 'elsewhere' });
  const { result } = await box.json(
    ['verify', '../model/weights.bin', '--public-key', '../key.pub', '--signature', 'model.sig'],
    { cwd: 'elsewhere' },
  );
  expect(result.ok).toBe(true);
  unlinkSync(box.path('model/model.sig'));
  const found = await box.json(['verify', '../model/weights.bin', '--public-key', '../key.pub'], { cwd: 'elsewhere' });
  expect(found.result).toMatchObject({ ok: true, signature: 'model.sig' });
});

test('a mismatch says so if the signature that was found is for a model of another name, and not if it was named', async () => {
  const box = await signed();
  box.write('other/file', 'x');
  const args = ['verify', 'other', '--public-key', 'key.pub'];
  const { code, result } = await box.json(args);
  expect({ code, error: result.error?.code }).toEqual({ code: 1, error: 'model/mismatch' });
  const hint = '"model.sig" is the signature of a model called "model": name this one\'s with --signature';
  expect(result.error?.hints).toContain(hint);
  expect((await box.json([...args, '--signature', 'model.sig'])).result.error?.hints).not.toContain(hint);
  box.write('model/config.json', 'changed');
  const same = await box.json(['verify', 'model', '--public-key', 'key.pub']);
  expect(same.result.error?.hints).not.toContain(hint);
});

test('verify refuses to choose between two signatures, and names both', async () => {
  const box = await signed();
  await box.sign('--signature', 'model/model.sig');
  const args = ['verify', 'model', '--public-key', 'key.pub'];
  const { code, result } = await box.json(args);
  expect({ code, error: result.error }).toMatchObject({
    code: 2,
    error: { code: 'command/usage', message: 'there are two signatures, "model.sig" and "model/model.sig"' },
  });
  expect((await box.json([...args, '--signature', 'model/model.sig'])).code).toBe(0);
  unlinkSync(box.path('model.sig'));
  symlinkSync('model/model.sig', box.path('model.sig'));
  expect((await box.json(args)).result).toMatchObject({ ok: true, signature: 'model.sig' });
});

test('verify says where it looked for a signature if there is none', async () => {
  const box = new Sandbox();
  const { code, result } = await box.json(['verify', 'model', '--public-key', 'key.pub']);
  expect({ code, error: result.error }).toMatchObject({
    code: 3,
    error: {
      code: 'command/not-found',
      message:
        'there is no signature: looked for "model.sig", "model/model.sig", "model/.kaggle/signing.json", "model/*.oms.sig"',
    },
  });
});

test('verify reads the signature from standard input and from a named pipe', async () => {
  const box = await signed();
  const bundle = readFileSync(box.path('model.sig'), 'utf8');
  execFileSync('mkfifo', [box.path('pipe')]);
  const verify = (signature: string, input = '') =>
    box.json(['verify', 'key', 'model', '--signature', signature, '--public-key', 'key.pub'], { input });
  for (const name of ['-', '/dev/stdin', '/dev/fd/0']) {
    expect((await verify(name, bundle)).result).toMatchObject({ ok: true, signature: name });
  }
  const [piped] = await Promise.all([verify('pipe'), writeFile(box.path('pipe'), bundle)]);
  expect(piped.code).toBe(0);
  const key = readFileSync(box.path('key.pub'), 'utf8');
  const fromInput = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', '-'];
  expect((await box.run(fromInput, { input: key })).code).toBe(0);
  expect((await box.run(fromInput, { input: '' })).code).toBe(3);
});

test.each(['pipe', '-'])(
  'verify that waits for the signature %j ends on Ctrl-C, and speaks of no file',
  async (name) => {
    const box = new Sandbox();
    execFileSync('mkfifo', [box.path('pipe')]);
    const args = ['verify', 'key', 'model', '--signature', name, '--public-key', 'key.pub', '--log-level', 'debug'];
    const child = box.start(args);
    const finished = finish(child);
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect({ code, last: stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code: 130,
      last: 'model-signing: error: interrupted',
    });
  },
);
