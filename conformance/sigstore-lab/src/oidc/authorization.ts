import { createHash, randomBytes } from 'node:crypto';
import { CLIENT_ID } from './tokens.ts';

/** The redirect URI of a client that cannot listen: a page shows the code. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/** A request that cannot be granted; `error` is one of the codes of RFC 6749. */
export class OAuthError extends Error {
  readonly error: string;

  constructor(error: string, message: string) {
    super(message);
    this.error = error;
  }
}

interface Pending {
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly until: number;
}

interface Granted extends Pending {
  readonly email: string;
}

/** How long a login page or a code is valid. Milliseconds. */
const LIFETIME = 300_000;

/** The most logins that are kept; a new one replaces the oldest. */
const MAX_REMEMBERED = 1000;

/** The authorisation-code flow with PKCE (RFC 6749, RFC 7636), for one public client. */
export class Authorizations {
  readonly #pending = new Map<string, Pending>();
  readonly #granted = new Map<string, Granted>();

  /** Takes the parameters of an authorisation request and returns the value that the login form must send back. */
  begin(parameters: URLSearchParams): string {
    const redirectUri = parameters.get('redirect_uri') ?? '';
    if (parameters.get('client_id') !== CLIENT_ID) throw new OAuthError('invalid_client', 'this client is not known');
    if (!isRedirect(redirectUri)) throw new OAuthError('invalid_request', 'redirect_uri is not on loopback');
    if (parameters.get('response_type') !== 'code') {
      throw new OAuthError('unsupported_response_type', 'only response_type "code" is known');
    }
    if (!(parameters.get('scope') ?? '').split(' ').includes('openid')) {
      throw new OAuthError('invalid_scope', 'scope does not hold "openid"');
    }
    const challenge = parameters.get('code_challenge');
    if (parameters.get('code_challenge_method') !== 'S256' || !challenge) {
      throw new OAuthError('invalid_request', 'a code_challenge by S256 is required');
    }
    const state = parameters.get('state');
    const nonce = parameters.get('nonce');
    return remember(this.#pending, { redirectUri, state, nonce, challenge, until: Date.now() + LIFETIME });
  }

  /** Grants a pending request to the user who logged in, and returns the code and where it goes. */
  grant(id: string, email: string): { readonly code: string; readonly redirect: string | null } {
    const pending = take(this.#pending, id);
    if (!pending) throw new OAuthError('invalid_request', 'this login has ended: start again');
    if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email))
      throw new OAuthError('access_denied', 'that is not an e-mail address');
    const code = remember(this.#granted, { ...pending, email, until: Date.now() + LIFETIME });
    if (pending.redirectUri === OUT_OF_BAND) return { code, redirect: null };
    const redirect = new URL(pending.redirectUri);
    redirect.searchParams.set('code', code);
    if (pending.state !== null) redirect.searchParams.set('state', pending.state);
    return { code, redirect: redirect.href };
  }

  /** Takes the parameters of a token request and returns who logged in. A code is valid for one attempt. */
  redeem(parameters: URLSearchParams): { readonly email: string; readonly nonce: string | null } {
    if (parameters.get('grant_type') !== 'authorization_code') {
      throw new OAuthError('unsupported_grant_type', 'only authorization_code is known');
    }
    const granted = take(this.#granted, parameters.get('code') ?? '');
    if (!granted) throw new OAuthError('invalid_grant', 'the code is not known, or was used');
    if (parameters.get('redirect_uri') !== granted.redirectUri) {
      throw new OAuthError('invalid_grant', 'redirect_uri differs from before');
    }
    const verifier = parameters.get('code_verifier') ?? '';
    if (createHash('sha256').update(verifier).digest('base64url') !== granted.challenge) {
      throw new OAuthError('invalid_grant', 'code_verifier does not belong to code_challenge');
    }
    return granted;
  }
}

function isRedirect(uri: string): boolean {
  if (uri === OUT_OF_BAND) return true;
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function remember<T>(memory: Map<string, T>, value: T): string {
  const [oldest] = memory.keys();
  if (oldest !== undefined && memory.size >= MAX_REMEMBERED) memory.delete(oldest);
  const id = randomBytes(24).toString('base64url');
  memory.set(id, value);
  return id;
}

function take<T extends Pending>(memory: Map<string, T>, id: string): T | undefined {
  const value = memory.get(id);
  memory.delete(id);
  return value && value.until > Date.now() ? value : undefined;
}
