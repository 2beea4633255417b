import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { writeSignature } from './signature-file.ts';
import { prepareSignatureTarget, type SignatureTarget } from './signature-target.ts';
import { bin, finish, Sandbox } from './testing/command.ts';

/** Whether the file system has no hard links. */
const linkless = vi.hoisted(() => ({ on: false }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const link: typeof real.link = async (from, to) => {
    if (linkless.on) throw Object.assign(new Error('no links'), { errno: -1, code: 'EPERM', syscall: 'link' });
    return real.link(from, to);
  };
  return { ...real, link };
});

afterEach(() => {
  linkless.on = false;
});

const never = new AbortController().signal;
const signature = (text: string) =>
  JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', text });

test.each([
  { what: 'a file appears where there was none', before: null },
  { what: 'another signature replaces the one that was found', before: signature('old') },
])('a signature is not written if $what in the meantime', async ({ before }) => {
  const box = new Sandbox();
  if (before !== null) box.write('model.sig', before);
  const target = await prepareSignatureTarget(box.path('model.sig'));
  box.write('other', 'PRECIOUS');
  renameSync(box.path('other'), box.path('model.sig'));
  await expect(writeSignature(target, Buffer.from('new'), never)).rejects.toMatchObject({
    code: 'command/unwritable',
    message: expect.stringContaining('was written by another program in the meantime'),
  });
  expect(readFileSync(box.path('model.sig'), 'utf8')).toBe('PRECIOUS');
  expect(box.list()).toEqual(['key.pem', 'key.pub', 'model', 'model.sig']);
});

test('on a file system without hard links a new signature is written, and still over nothing', async () => {
  linkless.on = true;
  const box = new Sandbox();
  const [first, second] = await Promise.all([1, 2].map(() => prepareSignatureTarget(box.path('model.sig'))));
  await writeSignature(first as SignatureTarget, Buffer.from('new'), never);
  await expect(writeSignature(second as SignatureTarget, Buffer.from('newer'), never)).rejects.toMatchObject({
    code: 'command/unwritable',
  });
  expect(readFileSync(box.path('model.sig'), 'utf8')).toBe('new');
  expect(box.list()).toEqual(['key.pem', 'key.pub', 'model', 'model.sig']);
});

test('sign does not replace a file that appears while it waits for a passphrase', async () => {
  const box = new Sandbox();
  box.writeKeys('key', 'hunter2');
  execFileSync('mkfifo', [box.path('pass')]);
  const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--passphrase-file', 'pass'];
  const finished = finish(box.start(args));
  // A pipe opens for writing when the command has opened it, which is after it has looked at the signature.
  const pipe = await open(box.path('pass'), 'w');
  box.write('model.sig', 'PRECIOUS');
  await pipe.writeFile('hunter2');
  await pipe.close();
  expect((await finished).code).toBe(3);
  expect(readFileSync(box.path('model.sig'), 'utf8')).toBe('PRECIOUS');
});

test('a signature whose earlier version was deleted in the meantime is written', async () => {
  const box = new Sandbox();
  box.write('model.sig', signature('old'));
  const target = await prepareSignatureTarget(box.path('model.sig'));
  execFileSync('rm', [box.path('model.sig')]);
  await writeSignature(target, Buffer.from('new'), never);
  expect(readFileSync(box.path('model.sig'), 'utf8')).toBe('new');
});

test.each([0o600, 0o640, 0o664, 0o444])('signing again keeps the mode %o of the signature', async (mode) => {
  const box = new Sandbox();
  await box.sign();
  chmodSync(box.path('model.sig'), mode);
  expect((await box.sign()).code).toBe(0);
  expect(statSync(box.path('model.sig')).mode & 0o777).toBe(mode);
});

test.skipIf(process.getuid?.() !== 0)('signing again keeps the owner of the signature (needs root)', async () => {
  const box = new Sandbox();
  await box.sign();
  execFileSync('chown', ['12345:12346', box.path('model.sig')]);
  await box.sign();
  expect(statSync(box.path('model.sig'))).toMatchObject({ uid: 12345, gid: 12346 });
});

test('sign replaces the signature of another model only with --overwrite', async () => {
  const box = new Sandbox();
  await box.sign();
  const before = readFileSync(box.path('model.sig'));
  box.write('other/config.json', '{}');
  const args = ['sign', 'key', 'other', '--private-key', 'key.pem'];
  const { code, result, stderr } = await box.json(args);
  expect({ code, message: result.error.message }).toEqual({
    code: 2,
    message: '"model.sig" is the signature of another model, "model": it is not replaced',
  });
  expect(stderr).toContain('--overwrite');
  expect(readFileSync(box.path('model.sig'))).toEqual(before);
  expect((await box.run([...args, '--overwrite'])).code).toBe(0);
  expect((await box.run(['verify', 'other', '--public-key', 'key.pub'])).code).toBe(0);
});

test('sign replaces a damaged signature, and with --overwrite still nothing but signatures', async () => {
  const box = new Sandbox();
  box.write('model.sig', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verif');
  expect((await box.sign()).code).toBe(0);
  box.write('model.sig', 'PRECIOUS');
  expect((await box.sign('--overwrite')).code).toBe(2);
  expect(readFileSync(box.path('model.sig'), 'utf8')).toBe('PRECIOUS');
});

test('writing in place keeps the file itself, and leaves nothing of a longer content', async () => {
  const box = new Sandbox();
  box.write('model.sig', signature('x'.repeat(10_000)));
  linkSync(box.path('model.sig'), box.path('same'));
  const target = await prepareSignatureTarget(box.path('model.sig'));
  await writeSignature({ ...target, inPlace: true } as typeof target, Buffer.from('new'), never);
  expect(readFileSync(box.path('same'), 'utf8')).toBe('new');
  const late = writeSignature({ ...target, inPlace: true } as typeof target, Buffer.from('newer'), never);
  await expect(late).rejects.toMatchObject({ code: 'command/unwritable' });
  expect(readFileSync(box.path('same'), 'utf8')).toBe('new');
});

test.skipIf(process.getuid?.() !== 0)(
  'the signature of another user in a sticky directory is written in place, or refused before the model is read (needs root)',
  async () => {
    const box = new Sandbox();
    const nodeArgs = ['--import', 'data:text/javascript,process.setgid(65534);process.setuid(65534)'];
    chmodSync(box.dir, 0o755);
    chmodSync(box.path('key.pem'), 0o644);
    await box.sign('--signature', 'out.sig');
    mkdirSync(box.path('shared'));
    box.write('shared/model.sig', readFileSync(box.path('out.sig')));
    chmodSync(box.path('shared'), 0o1777);
    const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'shared/model.sig'];
    for (const [mode, code] of [
      [0o666, 0],
      [0o644, 3],
    ] as const) {
      chmodSync(box.path('shared/model.sig'), mode);
      const finished = await box.run([...args, '--log-level', 'debug'], { nodeArgs });
      expect({ code: finished.code, hashed: finished.stderr.includes('hashing') }).toEqual({
        code,
        hashed: code === 0,
      });
      expect(box.list('shared')).toEqual(['model.sig']);
    }
  },
);

test('a signature may have the longest name that the file system takes, and is replaced under it', async () => {
  const box = new Sandbox();
  for (const length of [238, 250, 255]) {
    const name = 'n'.repeat(length);
    for (const _ of ['new', 'replaced']) expect((await box.sign('--signature', name)).code).toBe(0);
    expect((await box.json(['inspect', name])).result.ok).toBe(true);
  }
});

const namespaces = ['--user', '--map-root-user', '--mount'];
const canMount = process.platform === 'linux' && spawnSync('unshare', [...namespaces, 'true']).status === 0;

/** Signs the model of a sandbox after mounting things, in a mount namespace of its own. */
function signMounted(box: Sandbox, mounts: string, file: string) {
  const sign = `'${process.execPath}' '${bin}' sign key model --private-key key.pem --signature ${file}`;
  return spawnSync('unshare', [...namespaces, 'sh', '-ec', `${mounts}; ${sign}`], { cwd: box.dir, encoding: 'utf8' });
}

test.skipIf(!canMount).each([
  ['a mount of its own', 'mount --bind real.sig out/model.sig'],
  [
    'writable in a read-only directory',
    'mount --bind out out; mount --bind real.sig out/model.sig; mount -o remount,ro,bind out',
  ],
])('a signature file that is %s is written in place (needs mount namespaces)', async (_, mounts) => {
  const box = new Sandbox();
  for (const content of ['', signature('old')]) {
    box.write('real.sig', content);
    box.write('out/model.sig', '');
    const { status, stderr } = signMounted(box, mounts, 'out/model.sig');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect((await box.json(['inspect', 'real.sig'])).result).toMatchObject({ ok: true, model: 'model' });
    expect(box.list('out')).toEqual(['model.sig']);
  }
});

test.skipIf(!canMount)(
  'a signature in a read-only directory is refused before anything is read, with the directory',
  () => {
    const box = new Sandbox();
    mkdirSync(box.path('out'));
    const { status, stderr } = signMounted(box, 'mount --bind out out; mount -o remount,ro,bind out', 'out/model.sig');
    expect(status).toBe(3);
    expect(stderr).toContain(`the directory "${box.path('out')}" cannot be written to: read-only file system (EROFS)`);
    expect(stderr).toContain('mount the directory, or a file that exists in it, as writable');
  },
);

test.skipIf(!canMount)('a signature file on a read-only mount of its own is refused (needs mount namespaces)', () => {
  const box = new Sandbox();
  box.write('real.sig', signature('old'));
  box.write('out/model.sig', '');
  const mounts = 'mount --bind real.sig out/model.sig; mount -o remount,ro,bind out/model.sig';
  const { status, stderr } = signMounted(box, mounts, 'out/model.sig');
  expect(status).toBe(3);
  expect(stderr).toContain('read-only file system (EROFS)');
  expect(readFileSync(box.path('real.sig'), 'utf8')).toBe(signature('old'));
});

test.skipIf(!canMount)('a full disk leaves no part of a signature, and keeps the earlier one', () => {
  const box = new Sandbox();
  mkdirSync(box.path('out'));
  const fill = 'mount -t tmpfs -o size=16k none out; head -c 12k /dev/zero > out/zero';
  const check = `; trap 'ls -a out >&2' EXIT`;
  const { status, stderr } = signMounted(
    box,
    `${fill}; head -c 4k /dev/zero > out/more || true${check}`,
    'out/model.sig',
  );
  expect(status).toBe(3);
  expect(stderr).toContain('no space left on device (ENOSPC)');
  expect(stderr.trim().split('\n').slice(-4)).toEqual(['.', '..', 'more', 'zero']);
});

test('sign writes the signature to standard output, and talks on stderr', async () => {
  const box = new Sandbox();
  for (const name of ['-', '/dev/stdout']) {
    const { code, stdout, stderr } = await box.sign('--signature', name);
    expect({ code, list: box.list() }).toEqual({ code: 0, list: ['key.pem', 'key.pub', 'model'] });
    expect(stderr).toMatch(/^model-signing: info: Signing succeeded\n/);
    const verify = ['verify', 'key', 'model', '--signature', '-', '--public-key', 'key.pub'];
    expect((await box.run(verify, { input: stdout })).code).toBe(0);
  }
  expect(await box.sign('--signature', '-', '--quiet')).toMatchObject({ code: 0, stderr: '' });
  expect((await box.sign('--signature', '-', '--json')).code).toBe(2);
});

test('sign writes the signature to a named pipe', async () => {
  const box = new Sandbox();
  execFileSync('mkfifo', [box.path('pipe')]);
  const [{ code }, bundle] = await Promise.all([box.sign('--signature', 'pipe'), readFile(box.path('pipe'))]);
  expect(code).toBe(0);
  writeFileSync(box.path('model.sig'), bundle);
  expect((await box.verify()).code).toBe(0);
});
