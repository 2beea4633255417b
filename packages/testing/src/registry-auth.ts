import { randomUUID } from 'node:crypto';
import type { FaultRequest, FaultResponse } from './registry-faults.ts';

export interface RegistryAuthOptions {
  /** With them, the registry wants credentials. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** What the token service takes in place of a password. */
  readonly identityToken?: string | undefined;
  /** `token`: a token service on another origin, as large registries have. Default `token`. */
  readonly auth?: 'token' | 'basic' | undefined;
  /** Whether everyone may pull, with a token for which no credentials are needed. */
  readonly anonymousPull?: boolean | undefined;
}

/** Who may do what in a registry. */
export class RegistryAuth {
  readonly #options: RegistryAuthOptions;
  readonly #tokens = new Map<string, string>();

  constructor(options: RegistryAuthOptions) {
    this.#options = options;
  }

  /** Makes every token that was given out so far useless. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  /** The challenge for a request that may not be made as it is; null if it may. */
  challenge(method: string, repository: string, authorization: string | undefined, realm: string): string | null {
    const { username, password, identityToken, auth = 'token' } = this.#options;
    if (username === undefined && identityToken === undefined) return null;
    if (auth === 'basic') {
      return authorization === basic(username, password) ? null : 'Basic realm="registry"';
    }
    const action = method === 'GET' || method === 'HEAD' ? 'pull' : 'push';
    const scope = this.#tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    const [, name, actions = ''] = scope?.split(':') ?? [];
    if (name === repository && actions.split(',').includes(action)) return null;
    const wanted = `repository:${repository}:${action === 'pull' ? 'pull' : 'pull,push'}`;
    return `Bearer realm="${realm}",service="registry",scope="${wanted}"`;
  }

  /** The response of the token service. */
  token({ method, url, headers }: FaultRequest, body: string): FaultResponse {
    const form = method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const scope = form.get('scope') ?? '';
    const { username, password, identityToken, anonymousPull = false } = this.#options;
    const isKnown =
      method === 'POST'
        ? identityToken !== undefined && form.get('refresh_token') === identityToken
        : username !== undefined && headers.authorization === basic(username, password);
    const isAnonymous = headers.authorization === undefined && method === 'GET' && anonymousPull;
    if (!isKnown && !(isAnonymous && scope.endsWith(':pull'))) {
      return { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED"}]}' };
    }
    const token = randomUUID();
    this.#tokens.set(token, scope);
    const named = method === 'POST' ? { access_token: token } : { token };
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(named) };
  }
}

function basic(username = '', password = ''): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
