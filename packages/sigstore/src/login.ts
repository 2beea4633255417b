import { OmsError } from '@model-signing/core';
import { unlessAborted } from '@model-signing/core/abort';
import { HttpError, type HttpResponse, sendRequest } from '@model-signing/core/http';
import * as oauth from 'oauth4webapi';
import { loadCallbackListener } from '#platform';
import { reasonOf } from './reason.ts';
import { isLoopback, isSecure } from './secure-url.ts';

/** How a person signs in. */
export interface LoginOptions {
  /** Shows the person the address to open in a browser, or opens it. */
  readonly show: (address: string) => void | Promise<void>;
  /** Asks the person for the code that the browser shows. Without it, the browser sends the code to a loopback port. */
  readonly readCode?: (() => Promise<string>) | undefined;
}

export interface LoginRequest extends LoginOptions {
  /** The issuer of tokens, such as `https://oauth2.sigstore.dev/auth`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The redirect URI that makes an issuer show the code instead of redirecting. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/** The time for a person to sign in, in milliseconds. */
const LOGIN_MS = 5 * 60_000;

/**
 * Lets a person sign in with a browser and returns the identity token, by the authorization code flow of OpenID Connect
 * with PKCE, `state` and `nonce`.
 * @throws {OmsError} `signer/login-failed`
 */
export async function login(request: LoginRequest): Promise<string> {
  const timeout = AbortSignal.timeout(LOGIN_MS);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    return await authorize(request, signal);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof OmsError) throw error;
    // The cause is dropped, because it may hold a code or a token.
    const why = timeout.aborted ? 'there was no sign-in within five minutes' : reasonOf(error, ...secretsOf(request));
    throw new OmsError('signer/login-failed', `signing in at ${request.issuer} failed: ${why}`);
  }
}

/** The secret of the client, in the forms in which it is sent. */
function secretsOf({ clientId, clientSecret }: LoginRequest): string[] {
  if (!clientSecret) return [];
  const basic = [clientId, clientSecret].map((text) => new URLSearchParams([['', text]]).toString().slice(1)).join(':');
  return [clientSecret, btoa(basic)];
}

async function authorize(request: LoginRequest, signal: AbortSignal): Promise<string> {
  const issuer = new URL(request.issuer);
  const http = { signal, [oauth.allowInsecureRequests]: isLoopback(issuer), [oauth.customFetch]: fetchBounded };
  const discovered = await oauth.discoveryRequest(issuer, { ...http, algorithm: 'oidc' });
  const server = await oauth.processDiscoveryResponse(issuer, discovered);
  const client: oauth.Client = { client_id: request.clientId };
  const secrets = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const { callback, redirectUri } = await askPerson(request, server, secrets, signal);
  const parameters = oauth.validateAuthResponse(server, client, callback, secrets.state);
  const authentication = authenticate(server, request.clientSecret);
  const response = await oauth.authorizationCodeGrantRequest(
    ...([server, client, authentication, parameters, redirectUri, secrets.verifier, http] as const),
  );
  const { id_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: secrets.nonce,
    requireIdToken: true,
  });
  if (token === undefined) throw new Error('the issuer returned no identity token');
  return token;
}

/** Responses of an issuer have a few kilobytes. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

const REQUEST_MS = 20_000;

/** The HTTP client of this package in the form that oauth4webapi calls. */
async function fetchBounded(url: string, { method, headers, body, signal }: FetchOptions): Promise<Response> {
  try {
    return toResponse(
      await sendRequest(url, {
        method,
        headers,
        body: body?.toString(),
        maxBytes: MAX_RESPONSE_BYTES,
        timeout: REQUEST_MS,
        signal,
      }),
    );
  } catch (error) {
    // A status below 200 is no response that the library could read.
    if (error instanceof HttpError && error.response && error.response.status >= 200) return toResponse(error.response);
    throw error;
  }
}

interface FetchOptions {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

function toResponse({ status, headers, body }: HttpResponse): Response {
  return new Response(new Uint8Array(body), { status, headers });
}

interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

interface Authorization {
  readonly callback: URLSearchParams;
  readonly redirectUri: string;
}

async function askPerson(
  { clientId, show, readCode }: LoginRequest,
  server: oauth.AuthorizationServer,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<Authorization> {
  const challenge = await oauth.calculatePKCECodeChallenge(secrets.verifier);
  const addressFor = (redirectUri: string) =>
    authorizationAddress(server, { clientId, redirectUri, challenge, ...secrets });
  if (readCode) {
    await unlessAborted(signal, () => show(addressFor(OUT_OF_BAND)));
    const code: unknown = await unlessAborted(signal, () => readCode());
    if (typeof code !== 'string') throw new TypeError('what readCode returned is not a string');
    return { callback: callbackByHand(server, code.trim(), secrets.state), redirectUri: OUT_OF_BAND };
  }
  const { listenForCallback } = await loadCallbackListener();
  await using listener = await listenForCallback(secrets.state, signal);
  await unlessAborted(signal, () => show(addressFor(listener.redirectUri)));
  return { callback: await listener.callback, redirectUri: listener.redirectUri };
}

/** Builds the redirect parameters that the browser would have sent. */
function callbackByHand(server: oauth.AuthorizationServer, code: string, state: string): URLSearchParams {
  const named = server.authorization_response_iss_parameter_supported ? { iss: server.issuer } : {};
  return new URLSearchParams({ code, state, ...named });
}

function authorizationAddress(
  server: oauth.AuthorizationServer,
  request: Omit<Secrets, 'verifier'> & {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly challenge: string;
  },
): string {
  if (server.authorization_endpoint === undefined) throw new Error('it has no authorization endpoint');
  const address = new URL(server.authorization_endpoint);
  // It is opened in the person's browser, which would also open files and start programs.
  if (!isSecure(address)) throw new Error('its authorization endpoint is not an https URL');
  const parameters = {
    response_type: 'code',
    scope: 'openid email',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    nonce: request.nonce,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

function authenticate(server: oauth.AuthorizationServer, secret: string | undefined): oauth.ClientAuth {
  if (!secret) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported;
  return methods?.includes('client_secret_post') ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
}
