import type { MadeSignature } from '@model-signing/core';
import { describe, expect, it } from 'vitest';
import { type SigstoreSignerOptions, sigstoreSigner } from './signer.ts';
import { testIdentity, testIssuer } from './testing/instance.ts';
import { pem } from './testing/logs.ts';
import { refusal } from './testing/refusal.ts';
import { TestServices, type TestSigningConfig } from './testing/services.ts';
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
  return signer.sign(content);
}

describe('sigstoreSigner', () => {
  it.each([1, 2] as const)('makes signatures that verify, with one entry in a log of version %i', async (version) => {
    const services = await TestServices.start();
    const made = await signWith(services, { config: services.signingConfig(version) });
    const trust = { trustedRoot: JSON.stringify(services.instance.trustedRoot()) };
    const verifier = await sigstoreVerifier({ identity: testIdentity, issuer: testIssuer, trust });
    const { identity } = await verifier.verify(content, made.signature, made.material, () => {});
    expect(identity).toMatchObject({ method: 'sigstore', identity: testIdentity, issuer: testIssuer });
    expect(made.identity).toEqual(identity);
    expect(made.material.tlogEntries).toMatchObject([
      { kindVersion: version === 1 ? { kind: 'dsse', version: '0.0.1' } : { kind: 'hashedrekord', version: '0.0.2' } },
    ]);
    expect(made.material.timestampVerificationData?.rfc3161Timestamps).toHaveLength(1);
  });

  it.each([1, 2] as const)(
    'writes the place of the first entry of a log of version %i, which is zero',
    async (version) => {
      const services = await TestServices.start();
      services.instance[`logV${version}`].tree.clear();
      const { material } = await signWith(services, { config: services.signingConfig(version) });
      expect(material.tlogEntries).toMatchObject([
        { logIndex: '0', inclusionProof: { logIndex: '0', treeSize: '1', hashes: [] } },
      ]);
    },
  );

  it('prefers the newest version of a log that it knows, among the services that may be used now', async () => {
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

  it('tries again when a service fails for a moment', async () => {
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
  ] as const)('says that %s failed, and with what', async (path, service, version) => {
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
    'follows no redirection by %s, which would take a token elsewhere',
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

  it.each(services)('reads no more of %s than it has to say', async (path, _, version) => {
    const asked = await TestServices.start();
    asked.faults.set(path, () => ({ body: Buffer.alloc(2_000_000, ' ') }));
    const attempt = () => signWith(asked, { config: asked.signingConfig(version) });
    const { message } = await refusal('signer/service-failed', attempt);
    expect(message).toContain('has more than 1048576 bytes');
  });

  it.each(services.slice(0, 3))('does not ask %s again for an answer that is none', async (path, _, version) => {
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
  });

  it('logs nothing with a certificate of another key', async () => {
    const asked = await TestServices.start();
    const { certificate } = asked.instance.sign(content).material;
    const certificates = [String(pem(Buffer.from(certificate?.rawBytes ?? '', 'base64')))];
    const body = JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } });
    asked.faults.set('/api/v2/signingCert', () => ({ body }));
    const { message } = await refusal('signer/service-failed', () => signWith(asked));
    expect(message).toContain('a certificate of another key');
    expect(asked.requests).toEqual(['/api/v2/signingCert']);
  });

  it('says which service cannot be reached', async () => {
    const services = await TestServices.start();
    const config = services.signingConfig(2);
    config.rekorTlogUrls[0].url = 'http://127.0.0.1:9';
    const { message } = await refusal('signer/service-failed', () => signWith(services, { config }));
    expect(message).toContain('the transparency log http://127.0.0.1:9 failed');
  });

  it('does not repeat a token that a service repeats', async () => {
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

  it('gives up at the deadline', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v2/signingCert', () => new Promise(() => {}));
    const { message } = await refusal('signer/service-failed', () => signWith(services, { deadline: 50 }));
    expect(message).toContain(`the certificate authority ${services.url} did not respond within 0.05 seconds`);
  });

  it('ends with the reason of an aborted signal', async () => {
    const services = await TestServices.start();
    const controller = new AbortController();
    services.faults.set('/api/v2/signingCert', () => {
      controller.abort(new Error('enough'));
      return new Promise(() => {});
    });
    await expect(signWith(services, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('hands out nothing that does not verify', async () => {
    const services = await TestServices.start();
    const other = await TestServices.start();
    services.faults.set('/api/v1/timestamp', () => ({
      body: other.instance.timestampAuthority.stamp(Buffer.alloc(32), new Date()),
    }));
    await refusal('signer/timestamp-invalid', () => signWith(services));
  });
});

describe('a signing configuration is refused', () => {
  const changes: [fault: string, change: (config: TestSigningConfig) => void][] = [
    ['of another media type', (config) => (config.mediaType = 'application/json')],
    ['without a certificate authority', (config) => (config.caUrls = [])],
    ['without a log', (config) => (config.rekorTlogUrls = [])],
    ['whose log has a version that is not known', (config) => (config.rekorTlogUrls[0].majorApiVersion = 3)],
    ['that is over', (config) => (config.caUrls[0].validFor.end = '2021-01-01T00:00:00Z')],
    ['that sends tokens in the clear', (config) => (config.caUrls[0].url = 'http://ca.example')],
    ['that holds a password', (config) => (config.caUrls[0].url = 'https://me:s3cret@ca.example')],
    ['that is no URL', (config) => (config.caUrls[0].url = 'ca')],
    [
      'that asks for two log entries',
      (config) => {
        config.rekorTlogUrls.push({ ...config.rekorTlogUrls[0], operator: 'other' });
        config.rekorTlogConfig = { selector: 'EXACT', count: 2 };
      },
    ],
    ['that asks for more timestamps than it names', (config) => (config.tsaConfig = { selector: 'EXACT', count: 2 })],
    [
      'under which nothing says when',
      (config) => {
        config.rekorTlogUrls[0].majorApiVersion = 2;
        config.tsaUrls = [];
      },
    ],
  ];
  it.each(changes)('%s', async (_, change) => {
    const services = await TestServices.start();
    const config = services.signingConfig();
    change(config);
    await refusal('signer/trust-unreadable', () => signWith(services, { config }));
    expect(services.requests).toEqual([]);
  });

  it('where there is none', async () => {
    const services = await TestServices.start();
    const trust = { trustedRoot: JSON.stringify(services.instance.trustedRoot()) };
    await refusal('signer/trust-unreadable', () => signWith(services, { trust }));
  });
});
