import { HttpClient, type HttpClientOptions, parseJsonBody, readBytes } from '../http/client.ts';
import { SourceError } from '../source-error.ts';
import { basicAuthorization, type OciCredentials } from './credentials.ts';

/** Where a registry gets its tokens from, and for what. */
export interface TokenService {
  readonly realm: URL;
  readonly service: string | null;
  /** What the user calls the registry. */
  readonly host: string;
  /** `repository:NAME:pull` */
  readonly scope: string;
}

const MAX_RESPONSE = 256 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Gets a token for a registry, without credentials if there are none.
 * @throws {SourceError} `source/unauthorized`, `source/response-invalid`, and as `HttpClient.request`
 */
export async function requestToken(
  service: TokenService,
  credentials: OciCredentials | null,
  options: HttpClientOptions,
): Promise<string> {
  try {
    const response = await ask(service, credentials, options);
    const token = tokenIn(response);
    if (token !== null) return token;
  } catch (error) {
    if (error instanceof SourceError && error.code === 'source/unauthorized') throw refused(service, credentials);
    throw error;
  }
  throw new SourceError('source/response-invalid', `${service.realm.host} sent no token for ${service.host}`);
}

async function ask(
  { realm, service, scope }: TokenService,
  credentials: OciCredentials | null,
  options: HttpClientOptions,
): Promise<unknown> {
  const url = new URL(realm);
  if (credentials && 'identityToken' in credentials) {
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: credentials.identityToken,
      client_id: 'model-signing',
    };
    const form = new URLSearchParams({ ...fields, scope, ...(service !== null && { service }) });
    const body = new TextEncoder().encode(form.toString());
    const client = new HttpClient(options);
    const request = { method: 'POST', headers: { 'content-type': FORM }, body } as const;
    const bytes = await client.read(url, request, (response) => readBytes(response, MAX_RESPONSE));
    return parseJsonBody(bytes, url);
  }
  if (service !== null) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const isPassword = credentials !== null && 'password' in credentials;
  const header = isPassword ? basicAuthorization(credentials) : null;
  const client = new HttpClient({ ...options, authorize: ({ origin }) => (origin === realm.origin ? header : null) });
  return client.json(url, { maxBytes: MAX_RESPONSE });
}

/** A token that could not stand in a header is none. */
function tokenIn(response: unknown): string | null {
  if (typeof response !== 'object' || response === null) return null;
  const { token, access_token: accessToken } = response as Record<string, unknown>;
  const found = typeof token === 'string' && token !== '' ? token : accessToken;
  return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : null;
}

function refused({ host, scope }: TokenService, credentials: OciCredentials | null): SourceError {
  const action = scope.endsWith('push') ? 'written to' : 'read';
  const why = credentials === null ? 'without credentials, and there are none for it' : 'with these credentials';
  return new SourceError('source/unauthorized', `the registry ${host} cannot be ${action} ${why}`);
}
