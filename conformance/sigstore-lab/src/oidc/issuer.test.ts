import { createHash, createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto';
import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portOf } from '../http.ts';
import { serveIssuer } from './issuer.ts';
import { jobIssuer, jobSecret } from './jobs.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuer = 'http://issuer.test';
const verifier = 'a verifier of at least forty-three characters, as required';
const redirectUri = 'http://localhost:4711/auth/callback';

let server: Server;
let address = '';
beforeAll(async () => {
  server = await serveIssuer(issuer, privateKey, 0);
  address = `http://127.0.0.1:${portOf(server)}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const request: Readonly<Record<string, string>> = {
  client_id: 'sigstore',
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid email',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  state: 'a state & more',
  nonce: 'a nonce',
};

const authorize = (change: Readonly<Record<string, string>> = {}) =>
  fetch(`${address}/auth?${new URLSearchParams({ ...request, ...change })}`);

async function logIn(page: Response, email = 'dev@example.com'): Promise<Response> {
  const login = (await page.text()).match(/name="login" value="([^"]+)"/)?.[1] ?? '';
  return fetch(`${address}/login`, { method: 'POST', body: new URLSearchParams({ login, email }), redirect: 'manual' });
}

async function newCode(): Promise<string> {
  const answer = await logIn(await authorize());
  return new URL(answer.headers.get('location') as string).searchParams.get('code') as string;
}

function redeem(code: string, change: Readonly<Record<string, string>> = {}): Promise<Response> {
  const form = { grant_type: 'authorization_code', client_id: 'sigstore', redirect_uri: redirectUri, code };
  const body = new URLSearchParams({ ...form, code_verifier: verifier, ...change });
  return fetch(`${address}/token`, { method: 'POST', body });
}

const json = async <T>(response: Response | Promise<Response>) => (await (await response).json()) as T;

it('the issuer gives a user who logs in a token that its published keys verify', async () => {
  const { id_token } = await json<{ id_token: string }>(redeem(await newCode()));
  const [header = '', claims = '', signature = ''] = id_token.split('.');
  const { keys } = await json<{ keys: JsonWebKey[] }>(fetch(`${address}/keys`));
  const key = createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  const raw = Buffer.from(signature, 'base64url');
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    iss: issuer,
    aud: 'sigstore',
    email: 'dev@example.com',
    email_verified: true,
    nonce: 'a nonce',
  });
});

it('the issuer returns the state unchanged after a login', async () => {
  const location = new URL((await logIn(await authorize())).headers.get('location') as string);
  expect(location.searchParams.get('state')).toBe(request.state);
});

it('the issuer shows the code for a client that cannot listen', async () => {
  const page = await logIn(await authorize({ redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' }));
  const code = (await page.text()).match(/<code>([^<]+)</)?.[1] as string;
  expect((await redeem(code, { redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' })).status).toBe(200);
});

it('the issuer publishes the addresses of its endpoints', async () => {
  const document = await json<Record<string, string>>(fetch(`${address}/.well-known/openid-configuration`));
  expect(document).toMatchObject({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` });
});

it.each([
  ['another client', { client_id: 'other' }],
  ['a redirection elsewhere', { redirect_uri: 'http://example.com/' }],
  ['no challenge', { code_challenge: '' }],
  ['a challenge in the clear', { code_challenge_method: 'plain' }],
  ['another scope', { scope: 'email' }],
  ['a token without a code', { response_type: 'token' }],
])('the issuer shows no login page for %s', async (_, change) => {
  expect((await authorize(change)).status).toBe(400);
});

it.each([
  ['another verifier', { code_verifier: 'another' }, 'invalid_grant'],
  ['another redirection', { redirect_uri: 'http://localhost:1/' }, 'invalid_grant'],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['a secret, which the client has none of', { client_secret: 'secret' }, 'invalid_client'],
])('the issuer gives no token for %s', async (_, change, error) => {
  const response = await redeem(await newCode(), change);
  expect([response.status, await json(response)]).toMatchObject([400, { error }]);
});

it('the issuer accepts a code only once', async () => {
  const code = await newCode();
  expect((await redeem(code)).status).toBe(200);
  expect(await json(redeem(code))).toMatchObject({ error: 'invalid_grant' });
});

it('the issuer accepts a login only once', async () => {
  const page = await authorize();
  expect((await logIn(page.clone())).status).toBe(303);
  expect((await logIn(page)).status).toBe(400);
});

it('the issuer refuses a login with an identity that is not an e-mail address', async () => {
  expect((await logIn(await authorize(), 'not-an-address')).status).toBe(400);
});

it('the issuer gives a job a token with its claims for the audience that it asks for', async () => {
  const claims = { sub: 'repo:a/b:ref:refs/tags/v1', job_workflow_ref: 'a/b/.github/workflows/c.yml@refs/tags/v1' };
  const headers = { authorization: `Bearer ${jobSecret(claims)}` };
  const { value } = await json<{ value: string }>(fetch(`${address}/jobs/token?audience=sigstore`, { headers }));
  const [, encoded = ''] = value.split('.');
  const expected = { ...claims, iss: jobIssuer(issuer), aud: 'sigstore' };
  expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toMatchObject(expected);
  const document = await json<Record<string, string>>(fetch(`${address}/jobs/.well-known/openid-configuration`));
  expect(document).toMatchObject({ issuer: jobIssuer(issuer), jwks_uri: `${issuer}/keys` });
});

it('the issuer gives no token to a job without its secret', async () => {
  for (const authorization of ['', 'Bearer !', 'Bearer eA']) {
    expect((await fetch(`${address}/jobs/token`, { headers: { authorization } })).status).toBe(401);
  }
});
