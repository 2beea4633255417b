/** A service on loopback that gives out tokens for a registry, as the registries of large providers have. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ISSUER = 'a token service of a test';
const SERVICE = 'a registry of a test';
const KEY_ID = 'the key of a test';

export interface TokenService {
  /** The part `auth` of a configuration of distribution, whose key set is the file `jwks`. */
  auth(jwks: string): string;
  /** The public key, as distribution reads it. */
  readonly keySet: string;
  /** The header of a request that may do everything with a repository. */
  bearer(repository: string): string;
  /** The scopes that were asked for, and with which credentials. */
  readonly asked: { readonly scopes: readonly string[]; readonly authorization: string | undefined }[];
  readonly stop: () => Promise<void>;
}

/** Starts a service that gives a token for the requested scope to clients with the right credentials. */
export async function startTokenService(username: string, password: string): Promise<TokenService> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const known = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const asked: TokenService['asked'] = [];
  const tokenFor = (scopes: readonly string[]) => {
    const access = scopes.flatMap((each) => each.split(' ')).map(accessOf);
    return jwt({ ...claims(), access }, privateKey);
  };
  const server = createServer((request, response) => {
    const scopes = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('scope');
    const { authorization } = request.headers;
    asked.push({ scopes, authorization });
    if (authorization !== known) return void response.writeHead(401).end('{}');
    const body = JSON.stringify({ token: tokenFor(scopes) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    auth: (jwks) =>
      `auth: {token: {realm: "${realm}", service: "${SERVICE}", issuer: "${ISSUER}", jwks: ${JSON.stringify(jwks)}}}`,
    keySet: JSON.stringify({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES256', use: 'sig' }],
    }),
    bearer: (repository) => `Bearer ${tokenFor([`repository:${repository}:pull,push`])}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `repository:org/model:pull,push` as distribution wants it in a token. */
function accessOf(scope: string) {
  const [type, name, actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',') };
}

function claims() {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: SERVICE, sub: 'a user', jti: randomUUID(), iat: now, nbf: now - 60, exp: now + 3600 };
}

function jwt(payload: object, privateKey: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: KEY_ID })}.${part(payload)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
