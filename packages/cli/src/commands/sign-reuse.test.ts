import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeCertificate, makeChain } from '@model-signing/testing/certificates';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, test } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';

const timeout = 300_000;
const SIZE = 100_000;

/** So that the tests mean the same whatever holds the folder for temporary files. */
const anywhere = ['--reuse-fs', 'tmpfs', '--reuse-fs', 'overlay'];

/** Longer than the two seconds within which a change keeps a file from being recorded. */
const settle = () => setTimeout(2300);

/** A folder with a model of two large files and some small ones, and a place for records. */
class Large extends Sandbox {
  readonly env = { XDG_CACHE_HOME: this.path('cache') };

  constructor() {
    super();
    this.write('model/a.bin', 'a'.repeat(SIZE));
    this.write('model/b.bin', 'b'.repeat(SIZE));
  }

  signAs(method: string, ...more: string[]) {
    return this.json(['sign', method, 'model', ...more, ...anywhere], { env: this.env });
  }

  again(...more: string[]) {
    return this.signAs('key', '--private-key', 'key.pem', '--reuse', 'model.sig', ...more);
  }

  /** Signs once, with a record. */
  async first(): Promise<void> {
    await settle();
    const { code, result } = await this.signAs('key', '--private-key', 'key.pem', '--reuse-record');
    expect({ code, result }).toMatchObject({ code: 0, result: { racy: 0, recorded: 2 } });
    expect(result).not.toHaveProperty('reused');
  }

  /** Signs once, and writes the record that {@link first} would make after a wait. */
  async recorded(): Promise<void> {
    await this.sign();
    const bundle = createHash('sha256')
      .update(readFileSync(this.path('model.sig')))
      .digest('hex');
    const files = ['a.bin', 'b.bin'].map((name) => this.entryOf(name));
    const folder = this.path('cache/model-signing/reuse');
    mkdirSync(folder, { recursive: true });
    for (const at of [this.path('cache'), this.path('cache/model-signing'), folder]) chmodSync(at, 0o700);
    const record = JSON.stringify({ format: 'model-signing-reuse/1', bundle, files });
    writeFileSync(path.join(folder, `${bundle}.json`), record, { mode: 0o600 });
  }

  /** What a record says of a file as it is now. */
  entryOf(name: string): string[] {
    const { dev, ino, size, mtimeNs, ctimeNs } = lstatSync(this.path(`model/${name}`), { bigint: true });
    return [name, ...[dev, ino, size, mtimeNs, ctimeNs].map(String)];
  }

  /** The only record there is. */
  get record(): string {
    const [name, ...others] = readdirSync(this.path('cache/model-signing/reuse'));
    expect(others).toEqual([]);
    return this.path(`cache/model-signing/reuse/${name}`);
  }

  /** Other bytes of the same size, with the times put back. */
  tamper(): void {
    const at = this.path('model/a.bin');
    const { atime, mtime } = statSync(at);
    writeFileSync(at, 'E'.repeat(SIZE));
    utimesSync(at, atime, mtime);
  }

  /** Makes the record say of the file as it is now that it is unchanged. */
  bless(file: string): void {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    record.files[0] = this.entryOf('a.bin');
    writeFileSync(file, JSON.stringify(record));
  }
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)('sign --reuse', () => {
  test.each(['node', 'native'])(
    'digests of unchanged files are taken over, which is reported, and the signature verifies (--engine %s)',
    { timeout },
    async (engine) => {
      const box = new Large();
      await box.first();
      box.write('model/b.bin', 'B'.repeat(SIZE));
      const { code, result } = await box.again('--engine', engine, '--audit', 'none');
      expect({ code, result }).toMatchObject({
        code: 0,
        result: {
          ...{ resourceCount: 5, reused: { files: 1, bytes: SIZE, from: 'model.sig' }, racy: 1, recorded: 1 },
          ...{ hashed: { resources: 4, bytes: SIZE + 1023 }, audited: { resources: 0, bytes: 0 }, bytes: SIZE + 1023 },
        },
      });
      expect((await box.verify()).result).toMatchObject({
        ok: true,
        verdict: 'verified',
        rootDigest: result.rootDigest,
      });
    },
  );

  test('the lines for people say what was not read, and what is not recorded', { timeout }, async () => {
    const box = new Large();
    // A time in the future is never older than two seconds, however slow the machine is.
    for (const name of ['a.bin', 'b.bin']) utimesSync(box.path(`model/${name}`), 4e9, 4e9);
    await box.recorded();
    const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--reuse', 'model.sig', '--audit', '100kB'];
    const { stdout } = await box.run([...args, ...anywhere], { env: box.env });
    expect(stdout).toMatch(/^content: {3}5 files, 201 kB$/m);
    expect(stdout).toMatch(/^reused: {4}1 file not read \(100 kB\), by the digests in "model\.sig"$/m);
    expect(stdout).toMatch(/^hashed: {4}3 resources, 1\.0 kB$/m);
    expect(stdout).toMatch(/^audited: {3}1 unchanged resource, 100 kB: as signed before$/m);
    expect(stdout).toMatch(
      /^recorded: {2}0 files for the next --reuse; 2 files with times of the last two seconds, or in the future$/m,
    );
  });

  test('the record is for its user alone, replaces the one before, and holds no digest of a file', {
    timeout,
  }, async () => {
    const box = new Large();
    await box.first();
    const before = box.record;
    await box.again();
    expect(box.record).not.toBe(before);
    const modes = [box.record, box.path('cache/model-signing/reuse')].map((at) => statSync(at).mode & 0o777);
    expect(modes).toEqual([0o600, 0o700]);
    expect(box.record).toContain(
      createHash('sha256')
        .update(readFileSync(box.path('model.sig')))
        .digest('hex'),
    );
    const digest = createHash('sha256').update('a'.repeat(SIZE)).digest('hex');
    expect(readFileSync(box.record, 'utf8')).not.toContain(digest);
  });

  test('without a record everything is hashed, and --no-reuse-record keeps none', { timeout }, async () => {
    const box = new Large();
    await box.sign();
    const { result } = await box.again('--no-reuse-record');
    expect(result).toMatchObject({ ok: true, reused: { files: 0 }, recorded: null });
    expect(result.warnings).toContainEqual(expect.objectContaining({ code: 'command/nothing-reused' }));
    expect(box.list()).not.toContain('cache');
  });

  const faults: Readonly<Record<string, (record: string, box: Large) => void>> = {
    'is writable by others': (record) => chmodSync(record, 0o666),
    'is in a folder that is writable by others': (_, box) => chmodSync(box.path('cache/model-signing/reuse'), 0o777),
    'is a link': (record) => {
      renameSync(record, `${record}.real`);
      symlinkSync(`${record}.real`, record);
    },
    'is too large': (record) => truncateSync(record, 64 * 1024 * 1024 + 1),
    'is no JSON': (record) => writeFileSync(record, '{'),
    'is of another form': (record) => writeFileSync(record, '{"format":"model-signing-reuse/2"}'),
    ...(process.getuid?.() === 0 && { 'belongs to another user': (record) => chownSync(record, 1234, 1234) }),
  };

  test.each(Object.entries(faults))('a record that %s is not used, which is said', { timeout }, async (_, fault) => {
    const box = new Large();
    await box.recorded();
    box.tamper();
    box.bless(box.record);
    fault(box.record, box);
    const { code, result } = await box.again('--audit', 'none', '--no-reuse-record');
    expect({ code, result }).toMatchObject({ code: 0, result: { reused: { files: 0, bytes: 0 } } });
    expect(result.warnings).toContainEqual(expect.objectContaining({ code: 'command/reuse-record' }));
    expect((await box.verify()).result).toMatchObject({ ok: true, verdict: 'verified' });
  });

  test('a record of another signature, put in the place of the right one, is not used', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    box.tamper();
    const { record } = box;
    const text = readFileSync(record, 'utf8');
    writeFileSync(record, text.replace(/"bundle":"[0-9a-f]{64}"/, `"bundle":"${'0'.repeat(64)}"`));
    box.bless(record);
    expect((await box.again()).result).toMatchObject({ ok: true, reused: { files: 0 } });
    expect((await box.verify()).result).toMatchObject({ ok: true });
  });

  test('a record that blesses a changed file gives a signature that does not verify', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    box.tamper();
    box.bless(box.record);
    const { result } = await box.again('--audit', 'none');
    expect(result).toMatchObject({ ok: true, reused: { files: 2 } });
    const { code, result: verified } = await box.verify();
    expect({ code, verified }).toMatchObject({ code: 1, verified: { error: { code: 'model/mismatch' } } });
    expect(verified.error.differences).toMatchObject([{ kind: 'modified', path: 'a.bin' }]);
  });

  test('an audit that finds it refuses to sign, and leaves the signature and the record as they were', {
    timeout,
  }, async () => {
    const box = new Large();
    await box.recorded();
    box.tamper();
    box.bless(box.record);
    const before = readFileSync(box.path('model.sig'));
    const { code, result } = await box.again('--audit', '100%');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/reuse-contradicted' } } });
    expect(result.error.hints.join()).toContain('without --reuse');
    expect(readFileSync(box.path('model.sig'))).toEqual(before);
  });

  test('a changed file is hashed although its size and time are put back', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    box.tamper();
    expect((await box.again('--audit', 'none')).result).toMatchObject({ ok: true, reused: { files: 1 } });
    expect((await box.verify()).result).toMatchObject({ ok: true, verdict: 'verified' });
  });

  test('an earlier signature by another key is refused, and nothing is written', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    box.writeKeys('other');
    const before = readFileSync(box.path('model.sig'));
    const { code, result } = await box.signAs('key', '--private-key', 'other.pem', '--reuse', 'model.sig');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'signer/key-mismatch' } } });
    expect(result.error.message).toContain('"model.sig", of --reuse');
    expect(readFileSync(box.path('model.sig'))).toEqual(before);
  });

  test('an earlier signature with changed content is refused', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    const bundle = JSON.parse(readFileSync(box.path('model.sig'), 'utf8'));
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
    bundle.dsseEnvelope.payload = Buffer.from(payload.replace('a.bin', 'A.bin')).toString('base64');
    box.write('forged.sig', JSON.stringify(bundle));
    const { code, result } = await box.signAs('key', '--private-key', 'key.pem', '--reuse', 'forged.sig');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'envelope/signature-invalid' } } });
  });

  test('a certificate takes over what its own subject signed, and nothing that another one did', {
    timeout,
  }, async () => {
    const box = new Large();
    const { root, intermediates, leaf } = makeChain();
    const other = makeCertificate({ subject: 'CN=someone else', issuer: intermediates.at(-1) ?? root });
    box.write('leaf.key', leaf.privateKeyPem);
    box.write('leaf.pem', leaf.pem);
    box.write('other.key', other.privateKeyPem);
    box.write('other.pem', other.pem);
    box.write('ca.pem', intermediates.map(({ pem }) => pem).join(''));
    box.write('root.pem', root.pem);
    const as = (who: string, ...more: string[]) =>
      box.signAs(
        'certificate',
        ...['--private-key', `${who}.key`, '--signing-certificate', `${who}.pem`, '--certificate-chain', 'ca.pem'],
        ...more,
      );
    await settle();
    expect((await as('leaf', '--reuse-record')).code).toBe(0);
    const reuse = ['--reuse', 'model.sig'];
    expect((await as('leaf', ...reuse)).result.error.message).toContain('--reuse-certificate-chain');
    const trusting = [...reuse, '--reuse-certificate-chain', 'root.pem'];
    expect((await as('other', ...trusting)).result).toMatchObject({ error: { code: 'signer/identity-mismatch' } });
    expect((await as('leaf', ...trusting)).result).toMatchObject({ ok: true, reused: { files: 2 } });
  });

  test('an identity takes over what the named identity signed', { timeout }, async () => {
    const box = new Large();
    const services = await TestServices.start();
    const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
    const config = { mediaType, trustedRoot: services.instance.trustedRoot(), signingConfig: services.signingConfig() };
    box.write('trust.json', JSON.stringify(config));
    box.write('token', services.token({}));
    const sign = (...more: string[]) =>
      box.signAs('sigstore', '--trust-config', 'trust.json', '--identity-token-file', 'token', ...more);
    await settle();
    expect((await sign('--reuse-record')).code).toBe(0);
    const reuse = ['--reuse', 'model.sig'];
    expect((await sign(...reuse)).result.error.message).toContain('--reuse-identity');
    const by = (who: string) => [...reuse, '--reuse-identity', who, '--reuse-identity-provider', testIssuer];
    expect((await sign(...by('someone@else.example'))).result).toMatchObject({
      error: { code: 'signer/identity-mismatch' },
    });
    expect((await sign(...by(testIdentity))).result).toMatchObject({ ok: true, reused: { files: 2 } });
  });

  test('Ctrl-C while the rest is hashed leaves the signature and the record', { timeout }, async () => {
    const box = new Large();
    await box.recorded();
    const { record } = box;
    const before = readFileSync(box.path('model.sig'));
    const huge = openSync(box.path('model/huge.bin'), 'w');
    ftruncateSync(huge, 64 * 2 ** 30);
    closeSync(huge);
    const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--reuse', 'model.sig', '--log-level', 'debug'];
    const child = box.start([...args, ...anywhere], { env: box.env });
    const finished = finish(child);
    const isHashing = new Promise<void>((resolve) => {
      child.stderr.on('data', (text: string) => text.includes('hashing') && resolve());
    });
    await isHashing;
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('was not written') });
    expect([readFileSync(box.path('model.sig')), box.record]).toEqual([before, record]);
  });
});

test.each<[string[], string]>([
  [['--rehash', 'a.bin'], '--rehash needs --reuse'],
  [['--audit', '1%'], '--audit needs --reuse'],
  [['--no-reuse-record'], '--no-reuse-record needs --reuse'],
  [['--reuse-fs', 'tmpfs'], '--reuse-fs needs --reuse or --reuse-record'],
  [['--reuse', 'model.sig', '--audit', '0%'], "'0%' is invalid"],
  [['--reuse', 'model.sig', '--audit', '101%'], "'101%' is invalid"],
  [['--reuse', 'model.sig', '--audit', 'half'], "'half' is invalid"],
  [['--reuse', 'model.sig', '--reuse-fs', 'nfs'], "'nfs' is invalid"],
  [['--reuse', 'model.sig', '--reuse-record', '--no-reuse-record'], 'cannot be used with'],
])('sign key with %j is a usage error', async (flags, message) => {
  const box = new Sandbox();
  await box.sign();
  const { code, result } = await box.json(['sign', 'key', 'model', '--private-key', 'key.pem', ...flags]);
  expect([code, result.error.message]).toEqual([2, expect.stringContaining(message)]);
});

test.each<[string, string[], string]>([
  ['certificate', ['--reuse-certificate-chain', 'key.pub'], '--reuse-certificate-chain needs --reuse'],
  ['certificate', ['--reuse-timestamp-roots', 'key.pub'], '--reuse-timestamp-roots needs --reuse'],
  ['sigstore', ['--reuse-identity', 'me'], '--reuse-identity needs --reuse'],
  ['sigstore', ['--reuse', 'key.pub', '--reuse-identity', 'me'], 'are required with --reuse'],
])('sign %s with %j is a usage error', async (method, flags, message) => {
  const box = new Sandbox();
  const material = method === 'sigstore' ? [] : ['--private-key', 'key.pem', '--signing-certificate', 'key.pub'];
  const { code, result } = await box.json(['sign', method, 'model', ...material, ...flags]);
  expect([code, result.error.message]).toEqual([2, expect.stringContaining(message)]);
});

test('a file or directory that is mistyped for --rehash ends the signing', { timeout }, async () => {
  const box = new Large();
  await box.sign();
  const { code, result } = await box.again('--rehash', 'A.bin');
  expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'model/not-found' } } });
});

test('a model in a store is not signed with --reuse', async () => {
  const box = new Sandbox();
  await box.sign();
  const args = ['sign', 'key', 'hf://org/model@main', '--private-key', 'key.pem', '--reuse', 'model.sig'];
  const { code, result } = await box.json(args);
  expect([code, result.error.message]).toEqual([2, '--reuse is for a model on this machine']);
});
