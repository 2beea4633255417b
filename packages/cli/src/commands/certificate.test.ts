import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type ChainOptions, eku, makeChain } from '@model-signing/testing/certificates';
import {
  opensslAuthority,
  serveTimestamps,
  type TestTimestampAuthority,
} from '@model-signing/testing/timestamp-authority';
import { describe, expect, test } from 'vitest';
import { type CallOptions, type Finished, finish, Sandbox } from '../testing/command.ts';

const DAY = 86_400_000;

/** A folder with a chain in `leaf.key`, `leaf.pem`, `ca.pem` and `root.pem`. */
class Pki extends Sandbox {
  constructor(options: ChainOptions = {}) {
    super();
    const { root, intermediates, leaf } = makeChain(options);
    this.write('leaf.key', leaf.privateKeyPem);
    this.write('leaf.pem', leaf.pem);
    this.write('ca.pem', intermediates.map(({ pem }) => pem).join(''));
    this.write('root.pem', root.pem);
  }

  signWithCertificate(...more: string[]) {
    const material = [
      '--private-key',
      'leaf.key',
      '--signing-certificate',
      'leaf.pem',
      '--certificate-chain',
      'ca.pem',
    ];
    return this.json(['sign', 'certificate', 'model', ...material, ...more]);
  }

  verifyWithCertificate(more: readonly string[] = ['--certificate-chain', 'root.pem'], options: CallOptions = {}) {
    return this.json(['verify', 'certificate', 'model', '--signature', 'model.sig', ...more], options);
  }
}

/** Runs the command on a machine whose clock is ten days ahead. */
const tenDaysLater: CallOptions = {
  nodeArgs: [
    '--import',
    `data:text/javascript,${encodeURIComponent(`
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...parts) { parts.length ? super(...parts) : super(Date.now()); }
        static now() { return Real.now() + ${10 * DAY}; }
      };`)}`,
  ],
};

describe('sign certificate and verify certificate', () => {
  test.each(['P-256', 'P-384', 'P-521'] as const)(
    'sign certificate and verify certificate work together with a key on %s',
    async (key) => {
      const box = new Pki({ key });
      const signed = await box.signWithCertificate();
      expect(signed).toMatchObject({ code: 0, stderr: '', result: { signer: { method: 'certificate', curve: key } } });
      const { code, result, stderr } = await box.verifyWithCertificate();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(result).toMatchObject({
        ok: true,
        signer: {
          subject: 'O=Test, CN=Leaf',
          issuer: 'O=Test, CN=Intermediate 1',
          path: [{}, {}, {}],
          timeFrom: 'clock',
        },
        warnings: [],
      });
      box.write('model/weights.bin', 'x');
      expect(await box.verifyWithCertificate()).toMatchObject({
        code: 1,
        result: { error: { code: 'model/mismatch' } },
      });
    },
  );

  test('sign certificate and verify certificate print the signer in a line for people', async () => {
    const box = new Pki();
    await box.signWithCertificate();
    const args = ['verify', 'certificate', 'model', '--signature', 'model.sig', '--certificate-chain', 'root.pem'];
    const { stdout } = await box.run(args);
    expect(stdout).toMatch(/^signer: {4}"O=Test, CN=Leaf", issued by "O=Test, CN=Intermediate 1"$/m);
  });

  test('sign certificate and verify certificate take the flags of the Python command, files with many certificates, and an encrypted key', async () => {
    const box = new Pki({ intermediates: 2 });
    box.write('pass', 'secret\n');
    execFileSync('openssl', ['pkey', '-in', 'leaf.key', '-aes256', '-passout', 'file:pass', '-out', 'locked.key'], {
      cwd: box.dir,
    });
    const signing = ['--private_key', 'locked.key', '--passphrase-file', 'pass', '--signing_certificate', 'leaf.pem'];
    const sign = [
      'sign',
      'certificate',
      'model',
      ...signing,
      '--certificate_chain',
      'ca.pem',
      '--certificate_chain',
      'root.pem',
    ];
    expect((await box.run(sign)).code).toBe(0);
    const root = readFileSync(box.path('root.pem'), 'utf8').replaceAll(' CERTIFICATE', ' X509 CERTIFICATE');
    box.write('old.pem', root);
    const { code, stderr } = await box.verifyWithCertificate(['--certificate_chain', 'old.pem', '--log_fingerprints']);
    expect(code).toBe(0);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines)
      expect(line).toMatch(
        /^model-signing: info: \[(trusted|bundle)\] sha256 Fingerprint: ([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
      );
    const fingerprint = execFileSync('openssl', ['x509', '-in', 'root.pem', '-noout', '-fingerprint', '-sha256'], {
      cwd: box.dir,
      encoding: 'utf8',
    });
    expect(lines[0]).toContain(fingerprint.trim().split('=')[1]);
  });

  test('sign certificate writes a certificate that openssl finds in the bundle', async () => {
    const box = new Pki();
    await box.signWithCertificate();
    const { verificationMaterial } = JSON.parse(readFileSync(box.path('model.sig'), 'utf8'));
    const [first] = verificationMaterial.x509CertificateChain.certificates;
    box.write('first.der', Buffer.from(first.rawBytes, 'base64'));
    const subject = ['x509', '-in', 'first.der', '-inform', 'DER', '-noout', '-subject', '-nameopt', 'RFC2253'];
    expect(execFileSync('openssl', subject, { cwd: box.dir, encoding: 'utf8' })).toBe('subject=CN=Leaf,O=Test\n');
  });
});

describe('verify certificate', () => {
  test.each([
    ['by another root', {}, ['--certificate-chain', 'other.pem'], 1, 'signer/certificate-untrusted'],
    [
      'that has expired',
      { leaf: { notAfter: new Date(Date.now() + 2 * DAY) } },
      undefined,
      1,
      'signer/certificate-expired',
    ],
    [
      'that is not trusted as an intermediate',
      {},
      ['--certificate-chain', 'ca.pem', '--require-self-signed-root'],
      1,
      'signer/certificate-untrusted',
    ],
    ['without anything trusted', {}, [], 2, 'command/usage'],
    ['with a missing file', {}, ['--certificate-chain', 'none.pem'], 3, 'command/not-found'],
    ['with a directory', {}, ['--certificate-chain', 'model'], 3, 'command/unreadable'],
    [
      'with a key in place of a certificate',
      {},
      ['--certificate-chain', 'leaf.key'],
      3,
      'signer/certificate-unreadable',
    ],
    ['with no time', {}, ['--certificate-chain', 'root.pem', '--verification-time', 'yesterday'], 2, 'command/usage'],
    [
      'with a time without a zone',
      {},
      ['--certificate-chain', 'root.pem', '--verification-time', '2024-05-01T12:00:00'],
      2,
      'command/usage',
    ],
    [
      'with a day that does not exist',
      {},
      ['--certificate-chain', 'root.pem', '--verification-time', '2024-02-30T12:00:00Z'],
      2,
      'command/usage',
    ],
    ['with a mistyped flag', {}, ['--certificate-chains', 'root.pem'], 2, 'command/usage'],
  ] as const)('verify certificate refuses a certificate %s', async (_, options, flags, code, error) => {
    const box = new Pki(options);
    box.write('other.pem', makeChain().root.pem);
    expect((await box.signWithCertificate()).code).toBe(0);
    const later = error === 'signer/certificate-expired' ? tenDaysLater : {};
    const finished = await box.verifyWithCertificate(flags, later);
    expect(finished).toMatchObject({ code, result: { ok: false, error: { code: error } } });
  });

  test('verify certificate trusts an intermediate certificate, and the system only with --system-roots', async () => {
    const box = new Pki();
    await box.signWithCertificate();
    expect((await box.verifyWithCertificate(['--certificate-chain', 'ca.pem'])).code).toBe(0);
    const system = await box.verifyWithCertificate(['--system-roots']);
    expect(system).toMatchObject({ code: 1, result: { error: { code: 'signer/certificate-untrusted' } } });
    const both = await box.verifyWithCertificate(['--system-roots', '--certificate-chain', 'root.pem']);
    expect(both).toMatchObject({ code: 0, result: { warnings: [{ code: 'signer/system-roots' }] } });
  });

  test('verify certificate accepts the certificate of a web server only with --any-usage', async () => {
    const box = new Pki({ leaf: { extendedKeyUsage: [eku.serverAuth] } });
    expect(await box.signWithCertificate()).toMatchObject({
      code: 1,
      result: { error: { code: 'signer/certificate-usage' } },
    });
    expect(box.list()).not.toContain('model.sig');
    expect((await box.signWithCertificate('--any-usage')).code).toBe(0);
    const refused = await box.verifyWithCertificate();
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'signer/certificate-usage' } } });
    expect(refused.stderr).toContain('hint: --any-usage');
    expect((await box.verifyWithCertificate(['--certificate-chain', 'root.pem', '--any-usage'])).code).toBe(0);
  });

  test('verify certificate verifies an archive as of a chosen time, with a warning, and not in strict mode', async () => {
    const box = new Pki({ leaf: { notAfter: new Date(Date.now() + 2 * DAY) } });
    await box.signWithCertificate();
    const flags = ['--certificate-chain', 'root.pem', '--verification-time', new Date().toISOString()];
    const verified = await box.verifyWithCertificate(flags, tenDaysLater);
    expect(verified).toMatchObject({ code: 0, result: { warnings: [{ code: 'signer/verification-time' }] } });
    const strict = await box.verifyWithCertificate([...flags, '--strict'], tenDaysLater);
    expect(strict).toMatchObject({ code: 1, result: { error: { code: 'signer/verification-time' } } });
  });

  test('verify certificate names the other method for a bundle that a key signed', async () => {
    const box = new Pki();
    await box.sign();
    expect((await box.verifyWithCertificate()).result.error.code).toBe('signer/method-mismatch');
  });
});

describe('a timestamp', () => {
  const expiring: ChainOptions = { leaf: { notAfter: new Date(Date.now() + 2 * DAY) } };

  async function timestamped(
    flag = '--timestamp-url',
  ): Promise<{ box: Pki; authority: TestTimestampAuthority; signed: Finished }> {
    const box = new Pki(expiring);
    const authority = await opensslAuthority();
    box.write('tsa.pem', authority.rootPem);
    return { box, authority, signed: await box.signWithCertificate(flag, authority.url) };
  }

  test.each(['--timestamp-url', '--timestamp_url', '--tsa-url', '--tsa_url'])(
    'a timestamp requested with %s outlives the certificate',
    async (flag) => {
      const { box, signed } = await timestamped(flag);
      expect(signed).toMatchObject({ code: 0, stderr: '' });
      const flags = ['--certificate-chain', 'root.pem', '--timestamp-roots', 'tsa.pem', '--strict'];
      const verified = await box.verifyWithCertificate(flags, tenDaysLater);
      expect(verified).toMatchObject({ code: 0, stderr: '', result: { signer: { timeFrom: 'timestamp' } } });
      const expired = await box.verifyWithCertificate(undefined, tenDaysLater);
      expect(expired).toMatchObject({ code: 1, result: { error: { code: 'signer/certificate-expired' } } });
    },
  );

  test('a timestamp is ignored with a warning and a hint if its authority is not given', async () => {
    const { box } = await timestamped();
    expect(await box.verifyWithCertificate()).toMatchObject({
      code: 0,
      result: { warnings: [{ code: 'signer/timestamp-ignored' }] },
    });
    const strict = await box.verifyWithCertificate(['--certificate-chain', 'root.pem', '--strict']);
    expect(strict.stderr).toMatch(/signer\/timestamp-ignored.*hint: .*--timestamp-roots/s);
  });

  test('a timestamp by another authority is refused', async () => {
    const { box } = await timestamped();
    box.write('other.pem', (await opensslAuthority()).rootPem);
    const flags = ['--certificate-chain', 'root.pem', '--timestamp-roots', 'other.pem'];
    expect(await box.verifyWithCertificate(flags)).toMatchObject({
      code: 1,
      result: { error: { code: 'signer/timestamp-untrusted' } },
    });
  });

  test('a timestamp is shown by inspect', async () => {
    const { box } = await timestamped();
    const { stdout } = await box.run(['inspect', 'model.sig']);
    expect(stdout).toMatch(/^signed by: "O=Test, CN=Leaf" \(method certificate\)$/m);
    expect(stdout).toMatch(/^beside it: "O=Test, CN=Intermediate 1"$/m);
    expect(stdout).toMatch(/^signed at: \d{4}-.*Z \(by a timestamp\)$/m);
    const { result } = await box.json(['inspect', 'model.sig']);
    expect(result).toMatchObject({ signer: { timestamps: 1, timestampedAt: [expect.stringMatching(/Z$/)] } });
  });

  test.each([
    ['that is not there', 'http://127.0.0.1:1/', 3, 'signer/timestamp-unavailable'],
    ['that is no web address', 'ftp://127.0.0.1/', 2, 'command/usage'],
    ['without an address', '', 2, 'command/usage'],
    ['with a password in its address', 'http://u:secret@127.0.0.1/', 2, 'command/usage'],
  ] as const)('sign certificate writes nothing with a timestamp authority %s', async (_, url, code, error) => {
    const box = new Pki();
    for (const flag of ['--timestamp-url', '--tsa-url']) {
      const finished = await box.signWithCertificate(flag, url);
      expect(finished).toMatchObject({ code, result: { error: { code: error } } });
      expect(finished.stdout + finished.stderr).not.toContain('secret');
      expect(box.list()).not.toContain('model.sig');
    }
  });

  test.skipIf(process.platform === 'win32')(
    'Ctrl-C ends the wait for a timestamp authority that does not respond',
    async () => {
      const box = new Pki();
      const asked = Promise.withResolvers<void>();
      const { url } = await serveTimestamps(() => {
        asked.resolve();
        return new Promise(() => {});
      });
      const material = ['--private-key', 'leaf.key', '--signing-certificate', 'leaf.pem', '--timestamp-url', url];
      const child = box.start(['sign', 'certificate', 'model', ...material]);
      const finished = finish(child);
      await asked.promise;
      child.kill('SIGINT');
      expect((await finished).code).toBe(130);
      expect(box.list()).not.toContain('model.sig');
    },
  );
});

test('sign certificate refuses an expired certificate, with a hint for the signer', async () => {
  const box = new Pki({ leaf: { notAfter: new Date(Date.now() - DAY) } });
  const { code, result, stderr } = await box.signWithCertificate();
  expect({ code, error: result.error }).toMatchObject({
    code: 1,
    error: { code: 'signer/certificate-expired', requirement: 'OMS-CERT-10' },
  });
  expect(stderr).toContain('hint: sign with a certificate that is valid now');
  expect(stderr).not.toContain('--verification-time');
});

test('sign certificate refuses the certificate of another key, and writes nothing', async () => {
  const box = new Pki();
  const args = ['sign', 'certificate', 'model', '--private-key', 'key.pem', '--signing-certificate', 'leaf.pem'];
  const { code, result, stderr } = await box.json(args);
  expect({ code, error: result.error.code }).toEqual({ code: 3, error: 'signer/certificate-mismatch' });
  expect(stderr).toContain('hint: openssl x509');
  expect(box.list()).not.toContain('model.sig');
});

test('the other methods load no code for certificates', async () => {
  const box = new Sandbox();
  await box.sign();
  const trace = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      const loaded = next(url, context);
      if (String(loaded.source).includes('RFC 5280')) process.stderr.write('LOADED ' + url + '\\n');
      return loaded;
    } });`)}`;
  const call = (...args: string[]) => box.run(args, { nodeArgs: ['--import', trace] });
  const verified = await call('verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub');
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  box.write('root.pem', makeChain().root.pem);
  const certified = await call(
    'verify',
    'certificate',
    'model',
    '--signature',
    'model.sig',
    '--certificate-chain',
    'root.pem',
  );
  expect(certified.stderr).toContain('LOADED');
});
