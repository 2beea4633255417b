import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type LoginRequest, login } from './login.ts';
import { refusal } from './testing/refusal.ts';
import { checkToken } from './token.ts';

/** A browser that follows redirects. */
const browse = (address: string | URL) => fetch(address);

function signIn(services: TestServices, request: Partial<LoginRequest>): Promise<string> {
  return login({
    issuer: services.issuer,
    clientId: 'sigstore',
    show: async (a) => void (await browse(a)),
    ...request,
  });
}

describe('login', () => {
  it('login gets a token with a browser', async () => {
    const services = await TestServices.start();
    const pages: string[] = [];
    const token = await signIn(services, {
      show: async (address) => void pages.push(await (await browse(address)).text()),
    });
    expect(checkToken(token, 'sigstore').raw).toBe(token);
    expect(pages[0]).toContain('You are signed in');
  });

  it('login asks for the code if the browser cannot send it', async () => {
    const services = await TestServices.start();
    let address = '';
    const token = await signIn(services, {
      show(shown) {
        address = shown;
      },
      readCode: async () => `${await (await browse(address)).text()}\n`,
    });
    expect(checkToken(token, 'sigstore').raw).toBe(token);
    expect(new URL(address).searchParams.get('redirect_uri')).toBe('urn:ietf:wg:oauth:2.0:oob');
  });

  it('login signs in as a client with a secret', async () => {
    const services = await TestServices.start();
    const token = await signIn(services, { clientId: 'mine', clientSecret: 's3cret' });
    const claims = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
    expect([claims.aud, Buffer.from(claims.secret, 'base64').toString()]).toEqual(['mine', 'mine:s3cret']);
  });

  it('login rejects requests without its state and keeps waiting', async () => {
    const services = await TestServices.start();
    const statuses: number[] = [];
    const token = await signIn(services, {
      async show(address) {
        const callback = new URL(new URL(address).searchParams.get('redirect_uri') ?? '');
        for (const query of ['?code=stolen&state=guessed', '?code=stolen', '']) {
          statuses.push((await fetch(callback.href + query)).status);
        }
        for (const path of ['/other', '//', 'http://', '/auth/callback/..%00']) {
          const asked = httpRequest({ host: '127.0.0.1', port: callback.port, path }).end();
          const [answer] = (await once(asked, 'response')) as [IncomingMessage];
          statuses.push(answer.resume().statusCode ?? 0);
        }
        await browse(address);
      },
    });
    expect(statuses).toEqual(Array(7).fill(404));
    expect(checkToken(token, 'sigstore').raw).toBe(token);
  });

  it.each([
    ['an invalid code', { readCode: async () => 'guessed' }],
    ['an issuer that cannot be reached', { issuer: 'https://127.0.0.1:9/oidc' }],
  ])('login fails with %s', async (_, request) => {
    const services = await TestServices.start();
    await refusal('signer/login-failed', () => signIn(services, request));
  });

  it.each([
    ['another nonce', (services: TestServices) => services.token({ iss: services.issuer, nonce: 'other' })],
    ['no nonce', (services: TestServices) => services.token({ iss: services.issuer })],
  ])('login refuses a token with %s', async (_, forge) => {
    const services = await TestServices.start();
    const id_token = forge(services);
    services.faults.set('/oidc/token', () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: 'access', token_type: 'Bearer', id_token }),
    }));
    const { message } = await refusal('signer/login-failed', () => signIn(services, {}));
    expect(message).not.toContain(id_token.slice(0, 40));
  });

  it.each(['file:///etc/hosts', 'http://issuer.example/auth', 'javascript:alert(1)'])(
    'login never shows the address %s that an issuer names',
    async (authorization_endpoint) => {
      const services = await TestServices.start();
      services.faults.set('/oidc/.well-known/openid-configuration', () => ({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          issuer: services.issuer,
          authorization_endpoint,
          token_endpoint: `${services.issuer}/token`,
        }),
      }));
      const shown: string[] = [];
      await refusal('signer/login-failed', () => signIn(services, { show: (address) => void shown.push(address) }));
      expect(shown).toEqual([]);
    },
  );

  const places = ['/oidc/.well-known/openid-configuration', '/oidc/token'];
  it.each(places)('login bounds the response of %s, which may never end', async (place) => {
    const services = await TestServices.start();
    let sent = 0;
    services.faults.set(place, () => ({
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({
        pull(controller) {
          sent += 1;
          controller.enqueue(new Uint8Array(65_536).fill(0x20));
        },
      }),
    }));
    const { message } = await refusal('signer/login-failed', () => signIn(services, {}));
    expect(message).toContain('has more than 1048576 bytes');
    expect(sent).toBeLessThan(1000);
  });

  it.each(places)('login neither decodes nor follows the response of %s', async (place) => {
    const services = await TestServices.start();
    const elsewhere = await TestServices.start();
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const json = { 'content-type': 'application/json' };
    for (const response of [
      { headers: { ...json, 'content-encoding': 'gzip' }, body: bomb },
      { status: 307, headers: { location: `${elsewhere.url}${place}` } },
      { status: 204 },
      { status: 500, headers: json, body: '{"error":"no"}' },
      { headers: json, body: `${'{"a":'.repeat(50_000)}` },
    ]) {
      services.faults.set(place, () => response);
      await refusal('signer/login-failed', () => signIn(services, {}));
    }
    expect(elsewhere.requests).toEqual([]);
  });

  it('login repeats neither the secret of the client nor a token that an issuer repeats', async () => {
    const services = await TestServices.start();
    const [secret, token] = ['the+secret/of the client', services.token()];
    const basic = Buffer.from(`mine:${new URLSearchParams([['', secret]]).toString().slice(1)}`).toString('base64');
    for (const body of [
      `{"error":"${secret} ${basic}","error_description":"${secret} ${basic}"}`,
      `{"id_token":"${token}"`,
      `${token}`,
      `${secret} ${encodeURIComponent(secret)}`,
    ]) {
      for (const status of [200, 400]) {
        services.faults.set('/oidc/token', () => ({ status, headers: { 'content-type': 'application/json' }, body }));
        const attempt = () => signIn(services, { clientId: 'mine', clientSecret: secret });
        const { message } = await refusal('signer/login-failed', attempt);
        for (const text of [secret, basic.slice(0, 20), token.slice(0, 10)]) expect(message).not.toContain(text);
      }
    }
  });

  it.each(['https://issuer.example/\u001b[2J\u202e', 'https://\u001b[2J', '\u001b[2J'])(
    'login escapes the address of an issuer in its message',
    async (issuer) => {
      const request = { issuer, clientId: 'sigstore', show() {}, signal: AbortSignal.timeout(20_000) };
      vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
      onTestFinished(() => void vi.unstubAllEnvs());
      const { message } = await refusal('signer/login-failed', () => login(request));
      expect(message).toContain('\\u{1b}[2J');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them
      expect(message).not.toMatch(/[\u0000-\u001f\u202e]/);
    },
  );

  it('login reports that the issuer refused the person', async () => {
    const services = await TestServices.start();
    services.faults.set('/oidc/auth', ({ url }) => {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({
        error: 'access_denied',
        state: url.searchParams.get('state') ?? '',
      }).toString();
      return { status: 303, headers: { location: back.href } };
    });
    await refusal('signer/login-failed', () => signIn(services, {}));
  });

  it('login ends with the reason of an aborted signal', async () => {
    const services = await TestServices.start();
    const controller = new AbortController();
    const attempt = signIn(services, { show: () => controller.abort(new Error('enough')), signal: controller.signal });
    await expect(attempt).rejects.toThrow('enough');
  });
});

describe('a person who never signs in', () => {
  const never = (_done?: unknown) => new Promise<never>(() => {});

  const people: [string, (abort: () => void) => Partial<LoginRequest>][] = [
    ['the showing of the address', (abort) => ({ show: () => never(abort()) })],
    ['the showing of the address to copy', (abort) => ({ show: () => never(abort()), readCode: never })],
    ['the code', (abort) => ({ show: () => {}, readCode: () => never(abort()) })],
    ['the browser', (abort) => ({ show: () => abort() })],
  ];

  it.each(people)('the signal ends the wait for %s', async (_, personOf) => {
    const services = await TestServices.start();
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const person = personOf(() => controller.abort(reason));
    await expect(signIn(services, { ...person, signal: controller.signal })).rejects.toBe(reason);
  });

  it.each(people)('the time for signing in ends the wait for %s', async (_, personOf) => {
    const services = await TestServices.start();
    const timeout = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(timeout.signal);
    onTestFinished(() => void vi.restoreAllMocks());
    const attempt = () =>
      signIn(
        services,
        personOf(() => timeout.abort(new Error('timeout'))),
      );
    const { message } = await refusal('signer/login-failed', attempt);
    expect(message).toContain('there was no sign-in within five minutes');
  });

  it.each([undefined, null, 5, {}])('a code that is %j is refused as what readCode returned', async (code) => {
    const services = await TestServices.start();
    const attempt = () => signIn(services, { show: () => {}, readCode: async () => code as unknown as string });
    const { message } = await refusal('signer/login-failed', attempt);
    expect(message).toContain('readCode returned');
  });
});

it('an issuer that changes the protocol is reported with its status', async () => {
  const server = createServer((socket) => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    );
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const attempt = () => login({ issuer, clientId: 'sigstore', show: () => {}, readCode: async () => 'code' });
  expect((await refusal('signer/login-failed', attempt)).message).toContain('it returned status 101');
});
