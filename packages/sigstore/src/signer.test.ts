import { inspect } from 'node:util';
import type { MadeSignature } from '@model-signing/core';
import { pem } from '@model-signing/testing/der';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices, type TestSigningConfig } from '@model-signing/testing/sigstore-services';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type SigstoreSignerOptions, sigstoreSigner } from './signer.ts';
import { refusal } from './testing/refusal.ts';
import { sigstoreVerifier } from './verifier.ts';

const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };

/** Signs with the services of a test, of which the signing configuration can be changed. */
async function signWith(
  services: TestServices,
  {
    config = services.signingConfig(),
    ...options
  }: Partial<SigstoreSignerOptions> & { config?: TestSigningConfig } = {},
): Promise<MadeSignature> {
  const trust = {
    trustedRoot: JSON.stringify(services.instance.trustedRoot()),
    signingConfig: JSON.stringify(config),
  };
  const signer = await sigstoreSigner({ token: { token: services.token() }, trust, ...options });
  return signer.sign(content, () => {});
}

describe('sigstoreSigner', () => {
  it.each([1, 2] as const)(
    'a Sigstore signer makes a signature that verifies, with one entry in a log of version %i',
    async (version) => {
      const services = await TestServices.start();
      const made = await signWith(services, { config: services.signingConfig(version) });
      const trust = { trustedRoot: JSON.stringify(services.instance.trustedRoot()) };
      const verifier = await sigstoreVerifier({ identity: testIdentity, issuer: testIssuer, trust });
      const { identity } = await verifier.verify(content, made.signature, made.material, () => {});
      expect(identity).toMatchObject({ method: 'sigstore', identity: testIdentity, issuer: testIssuer });
      expect(made.identity).toEqual(identity);
      expect(made.material.tlogEntries).toMatchObject([
        {
          kindVersion: version === 1 ? { kind: 'dsse', version: '0.0.1' } : { kind: 'hashedrekord', version: '0.0.2' },
        },
      ]);
      expect(made.material.timestampVerificationData?.rfc3161Timestamps).toHaveLength(1);
    },
  );

  it.each([1, 2] as const)(
    'a Sigstore signer writes the index of the first entry of a log of version %i, which is zero',
    async (version) => {
      const services = await TestServices.start();
      services.instance[`logV${version}`].tree.clear();
      const { material } = await signWith(services, { config: services.signingConfig(version) });
      expect(material.tlogEntries).toMatchObject([
        { logIndex: '0', inclusionProof: { logIndex: '0', treeSize: '1', hashes: [] } },
      ]);
    },
  );

  it('a Sigstore signer prefers the newest known version among the logs that are valid now', async () => {
    const services = await TestServices.start();
    const config = services.signingConfig(2);
    const [now] = config.rekorTlogUrls;
    config.rekorTlogUrls = [
      { ...now, majorApiVersion: 3 },
      { ...now, url: 'https://over.example', validFor: { ...now.validFor, end: '2021-01-01T00:00:00Z' } },
      { ...now, url: 'https://early.example', validFor: { start: '2999-01-01T00:00:00Z' } },
      { ...now, majorApiVersion: 1 },
      now,
    ];
    await signWith(services, { config });
    expect(services.requests).toContain('/api/v2/log/entries');
  });

  it('a Sigstore signer tries again when a service fails temporarily', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v2/log/entries', () => {
      services.faults.delete('/api/v2/log/entries');
      return { status: 503 };
    });
    await signWith(services, { config: services.signingConfig(2) });
    expect(services.requests.filter((path) => path === '/api/v2/log/entries')).toHaveLength(2);
  });

  it.each([
    ['/api/v2/signingCert', 'certificate authority', 1],
    ['/api/v1/log/entries', 'transparency log', 1],
    ['/api/v2/log/entries', 'transparency log', 2],
    ['/api/v1/timestamp', 'timestamp authority', 1],
  ] as const)('a Sigstore signer reports that %s failed, and why', async (path, service, version) => {
    const services = await TestServices.start();
    services.faults.set(path, () => ({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"not today"}',
    }));
    const attempt = () => signWith(services, { config: services.signingConfig(version) });
    const { message } = await refusal('signer/service-failed', attempt);
    expect(message).toContain(`the ${service} ${services.url}`);
    expect(message).toContain('not today');
  });

  const services = [
    ['/api/v2/signingCert', 'certificate authority', 1],
    ['/api/v1/log/entries', 'transparency log', 1],
    ['/api/v2/log/entries', 'transparency log', 2],
    ['/api/v1/timestamp', 'timestamp authority', 1],
  ] as const;

  it.each(services)(
    'a Sigstore signer follows no redirect by %s, which could leak the token',
    async (path, service, version) => {
      const [asked, elsewhere] = [await TestServices.start(), await TestServices.start()];
      asked.faults.set(path, () => ({ status: 307, headers: { location: elsewhere.url + path } }));
      const attempt = () => signWith(asked, { config: asked.signingConfig(version) });
      const { message } = await refusal('signer/service-failed', attempt);
      expect(message).toContain(`the ${service} ${asked.url}`);
      expect(message).toContain('it redirects');
      expect(elsewhere.requests).toEqual([]);
    },
  );

  it.each(services)('a Sigstore signer limits the size of the response of %s', async (path, _, version) => {
    const asked = await TestServices.start();
    asked.faults.set(path, () => ({ body: Buffer.alloc(2_000_000, ' ') }));
    const attempt = () => signWith(asked, { config: asked.signingConfig(version) });
    const { message } = await refusal('signer/service-failed', attempt);
    expect(message).toContain('has more than 1048576 bytes');
  });

  it.each(services.slice(0, 3))(
    'a Sigstore signer does not repeat a request to %s after an invalid response',
    async (path, _, version) => {
      for (const body of ['<html>', '', 'null', '{}', '{"a":1}', '[]', '1']) {
        const asked = await TestServices.start();
        asked.faults.set(path, () => ({ body }));
        const attempt = () => signWith(asked, { config: asked.signingConfig(version) });
        await expect(attempt).rejects.toMatchObject({
          message: expect.not.stringMatching(/undefined|read properties/),
          code: expect.stringMatching(/^signer\/(?:service-failed|log-invalid)$/),
        });
        expect(asked.requests.filter((request) => request === path)).toHaveLength(1);
      }
    },
  );

  it('a Sigstore signer logs nothing if the certificate is for another key', async () => {
    const asked = await TestServices.start();
    const { certificate } = asked.instance.sign(content).material;
    const certificates = [String(pem(Buffer.from(certificate?.rawBytes ?? '', 'base64')))];
    const body = JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } });
    asked.faults.set('/api/v2/signingCert', () => ({ body }));
    const { message } = await refusal('signer/service-failed', () => signWith(asked));
    expect(message).toContain('a certificate of another key');
    expect(asked.requests).toEqual(['/api/v2/signingCert']);
  });

  it('a Sigstore signer names the service that cannot be reached', async () => {
    const services = await TestServices.start();
    const config = services.signingConfig(2);
    config.rekorTlogUrls[0].url = 'http://127.0.0.1:9';
    const { message } = await refusal('signer/service-failed', () => signWith(services, { config }));
    expect(message).toContain('the transparency log http://127.0.0.1:9 failed');
  });

  it('a Sigstore signer does not repeat a token that a service repeats', async () => {
    const services = await TestServices.start();
    const token = services.token();
    const body = JSON.stringify({ message: `bad token ${token}` });
    services.faults.set('/api/v2/signingCert', () => ({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body,
    }));
    const error = await refusal('signer/service-failed', () => signWith(services, { token: { token } }));
    expect(`${error.message}${error.stack}${error.cause}`).not.toContain(token.slice(0, 40));
  });

  it.each([
    ['at any place', (token: string) => [0, 80, 90, 95, 180, 190, 199, 280].map((at) => 'x'.repeat(at) + token)],
    ['in part', (token: string) => [20, 40, 60].map((length) => `bad token ${token.slice(0, length)}`)],
    ['after its beginning', (token: string) => [`bad token …${token.slice(30)}`]],
    ['over several lines', (token: string) => [(token.match(/.{1,30}/g) ?? []).join('\n')]],
  ])('a Sigstore signer does not repeat a token that a service repeats %s', async (_, textsFor) => {
    const services = await TestServices.start();
    const token = services.token();
    const pieces = Array.from({ length: token.length - 11 }, (_, at) => token.slice(at, at + 12));
    for (const text of textsFor(token)) {
      for (const [status, body] of [
        [400, text],
        [400, JSON.stringify({ message: text })],
        [200, text],
      ] as const) {
        services.faults.set('/api/v2/signingCert', () => ({ status, body }));
        const error = await refusal('signer/service-failed', () => signWith(services, { token: { token } }));
        const shown = `${error.message}${error.stack}${inspect(error)}`;
        expect(pieces.filter((piece) => shown.includes(piece))).toEqual([]);
      }
    }
  });

  it('a Sigstore signer escapes what a service says', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v2/signingCert', () => ({
      status: 400,
      body: '\u001b[2J\u202e"\r\nmodel-signing: verified',
    }));
    const { message } = await refusal('signer/service-failed', () => signWith(services));
    expect(message).toContain('\\u{1b}[2J\\u{202e}\\"\\u{d}\\u{a}');
  });

  it('a Sigstore signer does not repeat the password of a proxy', async () => {
    const services = await TestServices.start();
    for (const name of ['http_proxy', 'NO_PROXY', 'no_proxy']) vi.stubEnv(name, undefined);
    vi.stubEnv('HTTP_PROXY', 'http://usr:s3cret@');
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = await refusal('signer/service-failed', () => signWith(services));
    expect(error.message).toContain('the proxy in HTTP_PROXY is not an address');
    expect(inspect(error)).not.toContain('s3cret');
  });

  it('a Sigstore signer gives up at the deadline', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v2/signingCert', () => new Promise(() => {}));
    const { message } = await refusal('signer/service-failed', () => signWith(services, { deadline: 50 }));
    expect(message).toContain(`the certificate authority ${services.url} did not respond within 0.05 seconds`);
  });

  it('a Sigstore signer ends with the reason of an aborted signal', async () => {
    const services = await TestServices.start();
    const controller = new AbortController();
    services.faults.set('/api/v2/signingCert', () => {
      controller.abort(new Error('enough'));
      return new Promise(() => {});
    });
    await expect(signWith(services, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('a Sigstore signer returns no signature that does not verify', async () => {
    const services = await TestServices.start();
    const other = await TestServices.start();
    services.faults.set('/api/v1/timestamp', () => ({
      body: other.instance.stamp(Buffer.alloc(32), new Date()),
    }));
    await refusal('signer/timestamp-invalid', () => signWith(services));
  });
});

describe('refused signing configurations', () => {
  const changes: [fault: string, change: (config: TestSigningConfig) => void][] = [
    ['of another media type', (config) => (config.mediaType = 'application/json')],
    ['without a certificate authority', (config) => (config.caUrls = [])],
    ['without a log', (config) => (config.rekorTlogUrls = [])],
    ['whose log has an unknown version', (config) => (config.rekorTlogUrls[0].majorApiVersion = 3)],
    ['that has expired', (config) => (config.caUrls[0].validFor.end = '2021-01-01T00:00:00Z')],
    ['with an unencrypted address', (config) => (config.caUrls[0].url = 'http://ca.example')],
    ['with a password in an address', (config) => (config.caUrls[0].url = 'https://me:s3cret@ca.example')],
    ['with an address that is not a URL', (config) => (config.caUrls[0].url = 'ca')],
    [
      'that requires two log entries',
      (config) => {
        config.rekorTlogUrls.push({ ...config.rekorTlogUrls[0], operator: 'other' });
        config.rekorTlogConfig = { selector: 'EXACT', count: 2 };
      },
    ],
    [
      'that requires more timestamp authorities than it names',
      (config) => (config.tsaConfig = { selector: 'EXACT', count: 2 }),
    ],
    [
      'without any source of time',
      (config) => {
        config.rekorTlogUrls[0].majorApiVersion = 2;
        config.tsaUrls = [];
      },
    ],
  ];
  it.each(changes)('a signing configuration %s is refused', async (_, change) => {
    const services = await TestServices.start();
    const config = services.signingConfig();
    change(config);
    await refusal('signer/trust-unreadable', () => signWith(services, { config }));
    expect(services.requests).toEqual([]);
  });

  it('signing needs a signing configuration beside a trust root', async () => {
    const services = await TestServices.start();
    const trust = { trustedRoot: JSON.stringify(services.instance.trustedRoot()) };
    await refusal('signer/trust-unreadable', () => signWith(services, { trust }));
  });
});
