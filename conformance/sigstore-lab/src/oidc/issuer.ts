import type { KeyObject } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Handler, readBody, sendJson, serve } from '../http.ts';
import { Authorizations, OAuthError } from './authorization.ts';
import { jobIssuer, sendJobToken } from './jobs.ts';
import { codePage, failurePage, loginPage } from './pages.ts';
import { CLIENT_ID, keySet, mintToken } from './tokens.ts';

/**
 * An OpenID Connect issuer that accepts any identity: discovery, keys, a login page, codes and tokens.
 * @param issuer the address in its tokens
 */
export function serveIssuer(issuer: string, key: KeyObject, port: number): Promise<Server> {
  return serve(handlerOf(issuer, key), port);
}

function handlerOf(issuer: string, key: KeyObject): Handler {
  const authorizations = new Authorizations();
  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
    'GET /.well-known/openid-configuration': (_, response) => sendJson(response, 200, discovery(issuer)),
    'GET /jobs/.well-known/openid-configuration': (_, response) =>
      sendJson(response, 200, { ...discovery(issuer), issuer: jobIssuer(issuer) }),
    'GET /jobs/token': (request, response) => sendJobToken(request, response, { issuer, key }),
    'GET /keys': (_, response) => sendJson(response, 200, keySet(key)),
    'GET /auth': ({ url }, response) => {
      const { searchParams } = new URL(url as string, issuer);
      sendPage(response, () => loginPage(authorizations.begin(searchParams)));
    },
    'POST /login': async (request, response) => {
      const form = new URLSearchParams(await readBody(request));
      sendPage(response, () => {
        const { code, redirect } = authorizations.grant(form.get('login') ?? '', form.get('email') ?? '');
        if (redirect === null) return codePage(code);
        response.setHeader('location', redirect).statusCode = 303;
        return '';
      });
    },
    'POST /token': async (request, response) => {
      const form = new URLSearchParams(await readBody(request));
      sendToken(response, () => {
        checkClient(request, form);
        const { email, nonce } = authorizations.redeem(form);
        return mintToken(key, { issuer, email, ...(nonce === null ? {} : { nonce }) });
      });
    },
  };
  return async (request, response) => {
    const route = routes[`${request.method} ${new URL(request.url ?? '/', issuer).pathname}`];
    if (!route) response.writeHead(404).end();
    else await route(request, response);
  };
}

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    scopes_supported: ['openid', 'email'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  };
}

/** The client has no secret, and must send an empty one in either of the two usual ways. */
function checkClient({ headers }: IncomingMessage, form: URLSearchParams): void {
  const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ');
  const [id, secret] =
    scheme === 'Basic'
      ? Buffer.from(credentials, 'base64').toString().split(':')
      : [form.get('client_id'), form.get('client_secret') ?? ''];
  if (id !== CLIENT_ID || secret !== '') throw new OAuthError('invalid_client', 'this client is not known');
}

function sendPage(response: ServerResponse, page: () => string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8').setHeader('cache-control', 'no-store');
  try {
    response.end(page());
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    response.writeHead(400).end(failurePage(error.message));
  }
}

function sendToken(response: ServerResponse, mint: () => string): void {
  try {
    const token = mint();
    // Some Sigstore clients read one of the two tokens, others the other one.
    const answer = { access_token: token, id_token: token, token_type: 'Bearer', expires_in: 300 };
    sendJson(response, 200, answer, { 'cache-control': 'no-store' });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    sendJson(response, 400, { error: error.error, error_description: error.message });
  }
}
