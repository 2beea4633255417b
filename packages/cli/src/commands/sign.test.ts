import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';

const untouched = ['key.pem', 'key.pub', 'model'];

test('sign signs a model and reports it on stdout alone', async () => {
  const box = new Sandbox();
  const { code, stdout, stderr } = await box.sign();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Signing succeeded\nsignature: "model\.sig"\nsigner: {4}key .*[0-9a-f]{64}\ncontent: {3}3 files, 1\.0 kB\ndigest: {4}sha256:/,
  );
  expect(box.list()).toEqual([...untouched, 'model.sig'].sort());
  expect((await box.verify()).result.ok).toBe(true);
});

test('sign --json prints one JSON object', async () => {
  const box = new Sandbox();
  const { result, stderr } = await box.json([
    'sign',
    'key',
    'model',
    '--private_key',
    'key.pem',
    '--signature',
    'a_b.sig',
  ]);
  expect(stderr).toBe('');
  expect(result).toMatchObject({
    schema: 'model-signing/result/v1',
    ok: true,
    command: 'sign',
    signature: 'a_b.sig',
    signer: { method: 'key', hint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    model: 'model',
    rootDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    serialization: { method: 'files', hashAlgorithm: 'sha256', shardSize: null },
    resourceCount: 3,
    ignored: [],
  });
});

test('sign --quiet prints nothing', async () => {
  expect(await new Sandbox().sign('-q')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.each([
  ['--hash', 'sha256'],
  ['--hash', 'blake2b'],
  ['--hash', 'blake3'],
  ['--hash', 'blake3', '--shard-size', '300'],
  ['--shard_size', '1kB'],
  ['--shard-size=1GB'],
])('sign makes signatures that verify with %s %s %s %s', async (...flags) => {
  const box = new Sandbox();
  expect((await box.sign(...flags)).code).toBe(0);
  expect((await box.verify()).code).toBe(0);
  box.write('model/weights.bin', `${'w'.repeat(999)}v`);
  expect((await box.verify()).result.error.differences).toMatchObject([{ kind: 'modified', path: 'weights.bin' }]);
});

test('a model that is a single file can be signed and verified', async () => {
  const box = new Sandbox();
  expect((await box.run(['sign', 'key', 'model/weights.bin', '--private-key', 'key.pem'])).code).toBe(0);
  const verify = ['verify', 'key', 'model/weights.bin', '--signature', 'model.sig', '--public-key', 'key.pub'];
  expect((await box.run(verify)).code).toBe(0);
  box.write('model/weights.bin', 'x');
  expect((await box.run(verify)).code).toBe(1);
});

test('a signature inside the model is left out of it, each time it is signed', async () => {
  const box = new Sandbox();
  for (let i = 0; i < 2; i++) expect((await box.sign('--signature', 'model/model.sig')).code).toBe(0);
  const { code, result } = await box.json([
    'verify',
    'key',
    'model',
    '--signature',
    'model/model.sig',
    '--public-key',
    'key.pub',
  ]);
  expect({ code, ignored: result.ignored }).toEqual({ code: 0, ignored: ['model.sig'] });
  expect(box.list('model')).toEqual(['config.json', 'model.sig', 'tokenizer', 'weights.bin']);
});

test('sign leaves out ignore paths relative to the working directory, and git paths by default', async () => {
  const box = new Sandbox();
  box.write('model/.gitignore', '*.tmp');
  box.write('model/cache/x', 'x');
  const { result } = await box.json(
    ['sign', 'key', '.', '--private-key', '../key.pem', '--signature', '../model.sig', '--ignore-paths', 'cache'],
    { cwd: 'model' },
  );
  expect(result.ignored).toEqual(['.gitignore', 'cache/']);
  const all = await box.json(['sign', 'key', 'model', '--private-key', 'key.pem', '--no-ignore_git-paths']);
  expect(all.result).toMatchObject({ resourceCount: 5, ignored: [] });
});

test('sign refuses an ignore path outside the model and writes nothing', async () => {
  const box = new Sandbox();
  const { code, stderr } = await box.sign('--ignore-paths', 'key.pem');
  expect(code).toBe(2);
  expect(stderr).toContain('"key.pem"');
  expect(box.list()).toEqual(untouched);
});

test('sign follows links only with --allow-symlinks, and out of the model only with --allow-external-symlinks', async () => {
  const box = new Sandbox();
  symlinkSync('weights.bin', box.path('model/inside'));
  const refused = await box.sign();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/model\/symlink.*hint: .*--allow-symlinks/s);
  expect((await box.sign('--allow_symlinks')).code).toBe(0);
  symlinkSync(box.path('key.pub'), box.path('model/outside'));
  expect((await box.sign('--allow-symlinks')).stderr).toMatch(/model\/symlink-outside.*--allow-external-symlinks/s);
  expect((await box.sign('--allow-external-symlinks')).code).toBe(0);
});

const passphrase = 'pässword with spaces ';

test.each([
  { flags: ['--passphrase-file', 'pass'], content: `${passphrase}\n` },
  { flags: ['--passphrase_file', 'pass'], content: `${passphrase}\r\n` },
  { flags: ['--passphrase-file', '-'], input: `${passphrase}\n` },
  { flags: ['--passphrase-file', '-'], input: passphrase },
  { flags: ['--password', passphrase], warns: true },
])('sign opens an encrypted key with $flags', async ({ flags, content = '', input = '', warns = false }) => {
  const box = new Sandbox();
  box.writeKeys('key', passphrase);
  box.write('pass', content);
  const { code, stderr } = await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', ...flags], { input });
  expect({ code, warned: stderr.includes('--passphrase-file is safer') }).toEqual({ code: 0, warned: warns });
  expect((await box.verify()).code).toBe(0);
});

test.each([
  { flags: [], error: 'signer/passphrase-missing' },
  { flags: ['--password', 'wr0ng-one'], error: 'signer/passphrase-wrong' },
  { flags: ['--passphrase-file', '-'], error: 'signer/passphrase-wrong' },
  { flags: ['--passphrase-file', 'none'], error: 'command/not-found' },
  { flags: ['--passphrase-file', 'model'], error: 'command/unreadable' },
])('sign cannot open an encrypted key with $flags, and repeats no secret', async ({ flags, error }) => {
  const box = new Sandbox();
  box.writeKeys('key', passphrase);
  const { code, result, stdout, stderr } = await box.json(
    ['sign', 'key', 'model', '--private-key', 'key.pem', ...flags],
    {
      input: 'wr0ng-one',
    },
  );
  expect({ code, error: result.error.code }).toEqual({ code: 3, error });
  expect(stdout + stderr).not.toContain('wr0ng-one');
  expect(box.list()).toEqual(untouched);
});

test('sign refuses two sources of the passphrase', async () => {
  expect((await new Sandbox().sign('--password', 'x', '--passphrase-file', 'y')).code).toBe(2);
});

test.each([
  { what: 'a missing model', args: ['none', '--private-key', 'key.pem'], code: 3, error: 'model/not-found' },
  { what: 'a missing key', args: ['model', '--private-key', 'none'], code: 3, error: 'command/not-found' },
  { what: 'a directory as the key', args: ['model', '--private-key', 'model'], code: 3, error: 'command/unreadable' },
  { what: 'a public key', args: ['model', '--private-key', 'key.pub'], code: 3, error: 'signer/key-unreadable' },
  { what: 'an endless key', args: ['model', '--private-key', '/dev/zero'], code: 3, error: 'command/unreadable' },
  {
    what: 'a directory as the signature',
    args: ['model', '--private-key', 'key.pem', '--signature', 'model'],
    code: 2,
    error: 'command/usage',
  },
  {
    what: 'a signature in no directory',
    args: ['model', '--private-key', 'key.pem', '--signature', 'no/x.sig'],
    code: 3,
    error: 'command/not-found',
  },
  {
    what: 'a signature below a file',
    args: ['model', '--private-key', 'key.pem', '--signature', 'key.pub/x.sig'],
    code: 3,
    error: 'command/unwritable',
  },
  {
    what: 'a device as the signature',
    args: ['model', '--private-key', 'key.pem', '--signature', '/dev/null'],
    code: 2,
    error: 'command/usage',
  },
  { what: 'no threads', args: ['model', '--private-key', 'key.pem', '--jobs', '0'], code: 2, error: 'command/usage' },
  { what: 'an empty model', args: ['empty', '--private-key', 'key.pem'], code: 1, error: 'model/empty' },
])('sign refuses $what and writes nothing', async ({ args, code, error }) => {
  const box = new Sandbox();
  box.write('empty/.gitignore', '');
  const { result, ...finished } = await box.json(['sign', 'key', ...args]);
  expect({ code: finished.code, error: result.error.code }).toEqual({ code, error });
  expect(box.list()).toEqual(['empty', ...untouched]);
});

test.each(['key.pem', 'model/config.json'])('sign does not replace %s, which is not a signature', async (name) => {
  const box = new Sandbox();
  const before = readFileSync(box.path(name));
  const { code, stderr } = await box.sign('--signature', name);
  expect(code).toBe(2);
  expect(stderr).toContain('is not a signature: it is not replaced');
  expect(readFileSync(box.path(name))).toEqual(before);
});

test('sign does not replace JSON of another media type', async () => {
  const box = new Sandbox();
  box.write('manifest.json', '{"mediaType":"application/vnd.oci.image.manifest.v1+json"}');
  const { code } = await box.sign('--signature', 'manifest.json');
  expect(code).toBe(2);
});

test('sign does not replace the model with its signature', async () => {
  const box = new Sandbox();
  await box.sign();
  const { code, stderr } = await box.run(['sign', 'key', 'model.sig', '--private-key', 'key.pem']);
  expect(code).toBe(2);
  expect(stderr).toContain('would replace the model');
});

test('sign keeps an existing signature when it fails', async () => {
  const box = new Sandbox();
  await box.sign();
  const before = readFileSync(box.path('model.sig'));
  execFileSync('mkfifo', [box.path('model/pipe')]);
  const { code, result } = await box.json(['sign', 'key', 'model', '--private-key', 'key.pem']);
  expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'model/unsupported-file' });
  expect(readFileSync(box.path('model.sig'))).toEqual(before);
  expect(box.list()).toEqual([...untouched, 'model.sig'].sort());
});

test('sign writes through a link and keeps the link', async () => {
  const box = new Sandbox();
  box.write('signatures/real.sig', '');
  symlinkSync('signatures/real.sig', box.path('model.sig'));
  expect((await box.sign()).code).toBe(0);
  expect(readlinkSync(box.path('model.sig'))).toBe('signatures/real.sig');
  expect((await box.verify()).code).toBe(0);
  symlinkSync('nowhere', box.path('dangling.sig'));
  expect((await box.sign('--signature', 'dangling.sig')).code).toBe(3);
});

test('sign writes a signature that others can read, as far as the umask allows', async () => {
  const box = new Sandbox();
  await box.sign();
  expect(statSync(box.path('model.sig')).mode & 0o777).toBe(0o644 & ~process.umask());
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'sign ended by %s while hashing exits with %i, leaves no file and keeps the old signature',
  async (name, exitCode) => {
    const box = new Sandbox();
    await box.sign();
    const before = readFileSync(box.path('model.sig'));
    const huge = openSync(box.path('model/huge.bin'), 'w');
    ftruncateSync(huge, 64 * 2 ** 30);
    closeSync(huge);
    const child = box.start(['sign', 'key', 'model', '--private-key', 'key.pem', '--json', '--log-level', 'debug']);
    const finished = finish(child);
    await says(child, 'hashing');
    child.kill(name);
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(exitCode);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('model-signing: error: interrupted: nothing was written');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'command/interrupted' } });
    expect(readFileSync(box.path('model.sig'))).toEqual(before);
    expect(box.list()).toEqual([...untouched, 'model.sig'].sort());
  },
);

test('sign can be ended while it waits for a key from a pipe', async () => {
  const box = new Sandbox();
  execFileSync('mkfifo', [box.path('pipe')]);
  const child = box.start(['sign', 'key', 'model', '--private-key', 'pipe', '--log-level', 'debug']);
  const finished = finish(child);
  await says(child, 'reading the private key');
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
  expect(box.list()).toEqual(['key.pem', 'key.pub', 'model', 'pipe']);
});

/** Waits until a command has said something on stderr. */
function says(child: ChildProcessWithoutNullStreams, text: string): Promise<void> {
  let said = '';
  return new Promise((resolve) => {
    child.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes(text)) resolve();
    });
  });
}
