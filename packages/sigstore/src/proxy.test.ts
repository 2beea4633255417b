import { httpTimestampAuthority } from '@model-signing/core';
import { startProxy } from '@model-signing/testing/proxy';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { login } from './login.ts';
import { ambientToken } from './node/ambient.ts';
import { sigstoreSigner } from './signer.ts';
import { trustedRepository } from './testing/trusted-repository.ts';

/** Makes every request of the test go to a proxy, which forwards it to the services. */
async function useProxy(services: TestServices): Promise<string[]> {
  const { url, requests } = await startProxy(services.url);
  for (const name of ['http_proxy', 'https_proxy', 'NO_PROXY', 'no_proxy']) vi.stubEnv(name, undefined);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, url);
  onTestFinished(() => void vi.unstubAllEnvs());
  return requests;
}

/** Expects that every request came through the proxy. */
function expectOnly(requests: readonly string[], services: TestServices, ...paths: string[]): void {
  expect(requests.map((url) => new URL(url).pathname)).toEqual(paths);
  expect(services.requests).toEqual(paths);
}

describe('the proxy that HTTP_PROXY names', () => {
  it.each([1, 2] as const)('a signature with a log of version %i is made through the proxy', async (version) => {
    const services = await TestServices.start();
    const requests = await useProxy(services);
    const trust = {
      trustedRoot: JSON.stringify(services.instance.trustedRoot()),
      signingConfig: JSON.stringify(services.signingConfig(version)),
    };
    const signer = await sigstoreSigner({ token: { token: services.token() }, trust });
    await signer.sign({ payloadType: 'text/plain', payload: Buffer.from('text') }, () => {});
    const paths = ['/api/v2/signingCert', `/api/v${version}/log/entries`, '/api/v1/timestamp'];
    expect(requests.map((url) => new URL(url).pathname).sort()).toEqual(paths.toSorted());
    expect(services.requests.toSorted()).toEqual(paths.toSorted());
  });

  it('a trust root is fetched through the proxy', async () => {
    const { services, repository, refresh } = await trustedRepository('staging');
    repository.publish(JSON.stringify(services.instance.trustedRoot()));
    const requests = await useProxy(services);
    await refresh();
    const names = requests.map((url) =>
      new URL(url).pathname
        .split('/')
        .at(-1)
        ?.replace(/^[0-9a-f]{64}\./, ''),
    );
    expect(names).toEqual(['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json', 'trusted_root.json']);
    expect(services.requests).toHaveLength(names.length);
  });

  it('a person signs in through the proxy', async () => {
    const services = await TestServices.start();
    const code = async (address: string) => (await fetch(address)).text();
    let address = '';
    const requests = await useProxy(services);
    await login({
      issuer: services.issuer,
      clientId: 'sigstore',
      show(shown) {
        address = shown;
      },
      readCode: () => code(address),
    });
    const asked = ['/oidc/.well-known/openid-configuration', '/oidc/token'];
    expect(requests.map((url) => new URL(url).pathname)).toEqual(asked);
  });

  it('the token of a job is requested through the proxy', async () => {
    const services = await TestServices.start();
    const requests = await useProxy(services);
    await ambientToken('sigstore', {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${services.url}/github`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-secret',
    });
    expectOnly(requests, services, '/github');
  });

  it('a timestamp authority is asked through the proxy', async () => {
    const services = await TestServices.start();
    services.faults.set('/tsa', () => ({ headers: { 'content-type': 'application/timestamp-reply' }, body: 'reply' }));
    const requests = await useProxy(services);
    await httpTimestampAuthority(`${services.url}/tsa`)(new Uint8Array([1])).catch(() => {});
    expectOnly(requests, services, '/tsa');
  });
});
