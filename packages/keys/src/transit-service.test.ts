import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { makeChain } from '@model-signing/testing/certificates';
import { ip } from '@model-signing/testing/general-names';
import { serve } from '@model-signing/testing/http';
import { startProxy } from '@model-signing/testing/proxy';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { open, refusal, startWith } from './testing/open-transit.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('the token', () => {
  it.each([
    ['http://bao.example:8200', 'must begin with https://'],
    ['http://127.0.0.1.example', 'must begin with https://'],
    ['http://localhost.example', 'must begin with https://'],
    ['http://10.0.0.1:8200', 'must begin with https://'],
    ['http://0.0.0.0:8200', 'must begin with https://'],
    ['unix:///run/bao.sock', 'is not one'],
    ['ftp://127.0.0.1', 'must begin with https://'],
    ['bao.example:8200', 'is not one'],
    ['not an address', 'is not one'],
    ['https://user:s3cret@bao.example', 'has a user name or a password'],
    ['https://bao.example/?a=s3cret', 'has a query'],
    ['https://bao.example/#s3cret', 'has a query or a fragment'],
  ])('the token is not sent to %s', async (address, problem) => {
    const fetch = vi.fn();
    const environment = { BAO_ADDR: address, BAO_TOKEN: 's3cret' };
    const { message } = await refusal('key/unreachable', () => open({ environment }, undefined, { fetch }));
    expect(message).toContain(`the address in BAO_ADDR ${problem}`);
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each(['', '/', '//'])('an address that ends in "%s" is the same address', async (end) => {
    const transit = await startWith();
    const { BAO_ADDR, BAO_TOKEN } = transit.environment as { readonly BAO_ADDR: string; readonly BAO_TOKEN: string };
    await open({ environment: { BAO_ADDR: BAO_ADDR + end, BAO_TOKEN } });
    await open({ environment: { BAO_ADDR: BAO_ADDR + end, VAULT_ADDR: BAO_ADDR, VAULT_TOKEN: BAO_TOKEN } });
    expect(new Set(transit.requests)).toEqual(new Set(['GET /v1/transit/keys/release']));
  });

  it('the token is sent to this machine without the proxy, which may be on another one', async () => {
    const transit = await startWith();
    const proxy = await startProxy(transit.url);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, proxy.url);
    for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
    await (await open(transit)).sign(new Uint8Array(32));
    expect(proxy.requests).toEqual([]);
    expect(transit.requests).toHaveLength(2);
  });

  it('the token is not sent where a redirect leads', async () => {
    const tokens: unknown[] = [];
    const elsewhere = await serve(({ headers }) => {
      tokens.push(headers['x-vault-token']);
      return {};
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const transit = await startWith(() => ({ status, headers: { location: elsewhere.url } }));
      await refusal('key/response-invalid', () => open(transit));
      await refusal('key/response-invalid', () => open(transit, undefined, { fetch }));
    }
    expect(tokens).toEqual([]);
  });

  it('the token is read from the file that a login writes, if no variable has it', async () => {
    const transit = await startWith();
    const HOME = temporaryDirectory();
    writeFileSync(path.join(HOME, '.vault-token'), `${transit.token}\n`);
    await open({ environment: { BAO_ADDR: transit.url, HOME } });
  });

  it.each<[string, (home: string) => void]>([
    ['is not there', () => {}],
    ['is empty', (home) => writeFileSync(path.join(home, '.vault-token'), '\n')],
    ['is a folder', (home) => mkdirSync(path.join(home, '.vault-token'))],
    ['is too large', (home) => writeFileSync(path.join(home, '.vault-token'), 'x'.repeat(16_385))],
  ])('the token is missing if its file %s and no variable has it', async (_, make) => {
    const HOME = temporaryDirectory();
    make(HOME);
    const environment = { BAO_ADDR: 'http://127.0.0.1:9', BAO_TOKEN: ' ', HOME };
    const { message } = await refusal('key/unauthorized', () => open({ environment }));
    expect(message).toBe('there is no token: BAO_TOKEN is not set, and no ~/.vault-token could be read');
  });

  it.each(['s3cret\r\nx-other: 1', 's3cret s3cret', 's3crét', 's3cret\0'])(
    'the token is refused if it is %j',
    async (token) => {
      const environment = { BAO_ADDR: 'http://127.0.0.1:9', BAO_TOKEN: token };
      await refusal('key/unauthorized', () => open({ environment }));
    },
  );

  it.each([
    ['openbao', 'BAO', 'VAULT'],
    ['hashivault', 'VAULT', 'BAO'],
  ])('the token of %s:// is that of the variables with %s, and after them with %s', async (scheme, own, other) => {
    const transit = await startWith();
    const { url, token } = transit;
    const elsewhere = 'http://127.0.0.1:9';
    const fits = [
      { [`${own}_ADDR`]: url, [`${own}_TOKEN`]: token },
      { [`${other}_ADDR`]: url, [`${other}_TOKEN`]: token },
      { [`${own}_ADDR`]: url, [`${other}_TOKEN`]: token },
      { [`${own}_ADDR`]: url, [`${own}_TOKEN`]: token, [`${other}_ADDR`]: elsewhere, [`${other}_TOKEN`]: 's3cret' },
      { [`${own}_ADDR`]: url, [`${other}_ADDR`]: url, [`${other}_TOKEN`]: token },
    ];
    for (const environment of fits) await open({ environment }, `${scheme}://release`);
    const foreign = { [`${own}_ADDR`]: url, [`${other}_ADDR`]: elsewhere, [`${other}_TOKEN`]: token };
    const { message } = await refusal('key/unauthorized', () => open({ environment: foreign }, `${scheme}://release`));
    expect(message).toContain(`${own}_TOKEN is not set (${other}_TOKEN is for the service in ${other}_ADDR)`);
    expect(transit.requests).toHaveLength(fits.length);
  });

  it('the token cannot be sent without an address', async () => {
    const { message } = await refusal('key/unreachable', () => open({ environment: { BAO_TOKEN: 's3cret' } }));
    expect(message).toContain('BAO_ADDR is not set');
    const vault = () => open({ environment: {} }, 'hashivault://release');
    expect((await refusal('key/unreachable', vault)).message).toContain('VAULT_ADDR is not set');
  });
});

describe('the certificates of a service', () => {
  /** The engine behind TLS, with a certificate by an authority of its own. */
  async function startTls() {
    const transit = await startWith();
    const { root, leaf } = makeChain({
      intermediates: 0,
      leaf: { subjectAltNames: [ip(127, 0, 0, 1)], extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] },
    });
    const server = createServer({ key: leaf.privateKeyPem, cert: leaf.pem }, async (request, response) => {
      const headers = { 'x-vault-token': String(request.headers['x-vault-token']) };
      const passed = await fetch(`${transit.url}${request.url}`, { headers });
      response.end(await passed.text());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { ca: root.pem, environment: { BAO_ADDR: address, BAO_TOKEN: transit.token }, transit };
  }

  const fileOf = (text: string) => {
    const file = path.join(temporaryDirectory(), 'ca.pem');
    writeFileSync(file, text);
    return file;
  };

  it.each(['BAO_CACERT', 'VAULT_CACERT'])(
    'the certificates of a service with an authority of its own are trusted if %s names them',
    async (name) => {
      const { ca, environment } = await startTls();
      await open({ environment: { ...environment, [name]: fileOf(ca) } });
    },
  );

  it('the certificates of a service with an authority that is not trusted are refused before the token is sent, with what would help', async () => {
    const { environment, transit } = await startTls();
    for (const more of [{}, { BAO_CACERT: fileOf(makeChain().root.pem) }]) {
      const { message } = await refusal('key/unreachable', () => open({ environment: { ...environment, ...more } }));
      expect(message).toMatch(/\(UNABLE_TO_\w+\): BAO_CACERT names a file with the certificates to trust$/);
    }
    expect(transit.requests).toEqual([]);
  });

  it.each<[string, () => string, string]>([
    ['is not there', () => '/no/such/file', 'cannot be read (ENOENT)'],
    ['is a folder', () => temporaryDirectory(), 'cannot be read'],
    ['holds no certificate', () => fileOf('hello'), 'holds no certificate in PEM'],
    ['is too large', () => fileOf('x'.repeat(1_048_577)), 'cannot be read'],
  ])('the certificates of a service are refused if their file %s', async (_, make, problem) => {
    const environment = { BAO_ADDR: 'https://bao.example', BAO_TOKEN: 's3cret', BAO_CACERT: make() };
    const { message } = await refusal('key/unreachable', () => open({ environment }));
    expect(message).toContain(problem);
  });
});
