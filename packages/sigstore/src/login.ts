import { OmsError } from '@model-signing/core';
import * as oauth from 'oauth4webapi';
import { listenForCallback } from './login-callback.ts';
import { reasonOf } from './refusals.ts';
import { isLoopback, isSecure } from './services.ts';

/** How a person signs in. */
export interface LoginOptions {
  /** Shows the person the address to open in a browser, or opens it. */
  readonly show: (address: string) => void | Promise<void>;
  /** Asks the person for the code that the browser shows. Without it, the browser brings the code to a port of this machine. */
  readonly readCode?: (() => Promise<string>) | undefined;
}

export interface LoginRequest extends LoginOptions {
  /** The issuer of tokens, such as `https://oauth2.sigstore.dev/auth`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where an issuer shows the code instead of sending the browser on. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/** How long a person may take, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Lets a person sign in with a browser, and answers with the identity token: the authorisation code flow of OpenID Connect with
 * PKCE, `state` and `nonce`.
 * @throws {OmsError} `signer/login-failed`
 */
export async function login(request: LoginRequest): Promise<string> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = request.signal ? AbortSignal.any([request.signal, patience]) : patience;
  try {
    return await authorise(request, signal);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof OmsError) throw error;
    // The cause may hold a code or a token, so it is not carried along.
    const why = patience.aborted ? 'nobody signed in within five minutes' : reasonOf(error);
    throw new OmsError('signer/login-failed', `signing in at ${request.issuer} failed: ${why}`);
  }
}

async function authorise(request: LoginRequest, signal: AbortSignal): Promise<string> {
  const issuer = new URL(request.issuer);
  const http = { signal, [oauth.allowInsecureRequests]: isLoopback(issuer) };
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
  if (token === undefined) throw new Error('no identity token came back');
  return token;
}

interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

interface Answer {
  readonly callback: URLSearchParams;
  readonly redirectUri: string;
}

async function askPerson(
  { clientId, show, readCode }: LoginRequest,
  server: oauth.AuthorizationServer,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<Answer> {
  const challenge = await oauth.calculatePKCECodeChallenge(secrets.verifier);
  const addressFor = (redirectUri: string) =>
    authorisationAddress(server, { clientId, redirectUri, challenge, ...secrets });
  if (readCode) {
    await show(addressFor(OUT_OF_BAND));
    const code = (await readCode()).trim();
    return { callback: answerByHand(server, code, secrets.state), redirectUri: OUT_OF_BAND };
  }
  await using listener = await listenForCallback(secrets.state, signal);
  await show(addressFor(listener.redirectUri));
  return { callback: await listener.callback, redirectUri: listener.redirectUri };
}

/** What the browser would have brought. */
function answerByHand(server: oauth.AuthorizationServer, code: string, state: string): URLSearchParams {
  const named = server.authorization_response_iss_parameter_supported ? { iss: server.issuer } : {};
  return new URLSearchParams({ code, state, ...named });
}

function authorisationAddress(
  server: oauth.AuthorizationServer,
  request: Omit<Secrets, 'verifier'> & {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly challenge: string;
  },
): string {
  if (server.authorization_endpoint === undefined) throw new Error('it has no authorisation endpoint');
  const address = new URL(server.authorization_endpoint);
  // The browser of the person is opened with it, which would open files and programs as well.
  if (!isSecure(address)) throw new Error('its authorisation endpoint is not an https URL');
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
