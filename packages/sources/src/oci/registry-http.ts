import { unlessAborted } from '@model-signing/core/abort';
import { type ClientRequest, discard, HttpClient, type HttpClientOptions } from '../http/client.ts';
import { isLoopback, isSafe } from '../http/origin.ts';
import { checkResponse } from '../http/status.ts';
import type { TransportResponse } from '../http/transport.ts';
import { SourceError } from '../source-error.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { basicAuthorization, type OciCredentials } from './credentials.ts';
import { requestToken } from './token-service.ts';

/** What a token allows in a repository. */
type Actions = 'pull' | 'pull,push';

/** A repository, and what may be sent to its registry. */
export interface RegistryAccess {
  /** The registry. */
  readonly origin: string;
  /** What the user calls it. */
  readonly host: string;
  readonly repository: string;
  /** Asked for once, when the registry wants credentials. */
  readonly credentials: () => Promise<OciCredentials | null>;
}

/** What a registry is sent, which may be a token that everyone gets. */
interface Authorization {
  header: string | null;
  isAnonymous: boolean;
}

/**
 * Requests to one registry, with the token that it asks for. Credentials go to the registry and to its token service, over TLS or to
 * this machine, and to no address that a redirect or an upload leads to on another host.
 */
export class RegistryHttp extends HttpClient {
  readonly #access: RegistryAccess;
  readonly #tokens: HttpClientOptions;
  readonly #authorization: Authorization;
  /** What the last token was for: once something was pushed, every further token is for that too. */
  #actions: Actions = 'pull';
  #login: { readonly actions: Actions; readonly done: Promise<void> } | null = null;
  #credentials: Promise<OciCredentials | null> | null = null;

  constructor(access: RegistryAccess, options: HttpClientOptions = {}) {
    const authorization: Authorization = { header: null, isAnonymous: true };
    const authorize = (url: URL) => (url.origin === access.origin ? authorization.header : null);
    super({ ...options, authorize, explain: (response) => explainRefusal(access, response, authorization) });
    this.#access = access;
    this.#tokens = options;
    this.#authorization = authorization;
  }

  override async request(url: URL, request: ClientRequest = {}): Promise<TransportResponse> {
    const { accept = [], method = 'GET' } = request;
    const before = this.#authorization.header;
    const first = await super.request(url, { ...request, accept: [...accept, 401] });
    if (first.status !== 401) return first;
    if (first.url.origin !== this.#access.origin) return checkResponse(first, accept, () => null);
    const challenges = parseChallenges(first.header('www-authenticate') ?? '');
    discard(first);
    const actions = method === 'GET' || method === 'HEAD' ? this.#actions : 'pull,push';
    // Another request may have got a new token in the meantime.
    if (before === this.#authorization.header) {
      await unlessAborted(request.signal, () => this.#logIn(challenges, actions));
    }
    return super.request(url, request);
  }

  /** One login at a time serves all requests that wait for the same rights. */
  async #logIn(challenges: readonly Challenge[], actions: Actions): Promise<void> {
    if (this.#login?.actions === actions) return this.#login.done;
    const login = { actions, done: this.#authenticate(challenges, actions) };
    this.#login = login;
    try {
      await login.done;
    } finally {
      if (this.#login === login) this.#login = null;
    }
  }

  async #authenticate(challenges: readonly Challenge[], actions: Actions): Promise<void> {
    this.#credentials ??= this.#access.credentials();
    const credentials = await this.#credentials;
    this.#authorization.header = await this.#headerFor(challenges, credentials, actions);
    this.#authorization.isAnonymous = credentials === null;
    this.#actions = actions;
  }

  async #headerFor(
    challenges: readonly Challenge[],
    credentials: OciCredentials | null,
    actions: Actions,
  ): Promise<string> {
    if (credentials && 'registryToken' in credentials) return `Bearer ${credentials.registryToken}`;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer) {
      const { repository, host } = this.#access;
      const scope = `repository:${repository}:${actions}`;
      const service = { realm: this.#realmOf(bearer), service: bearer.parameters.get('service') ?? null, host, scope };
      return `Bearer ${await requestToken(service, credentials, this.#tokens)}`;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
    if (isBasic && credentials && 'password' in credentials) return basicAuthorization(credentials);
    if (isBasic) throw this.#refused('it wants a user name and a password, and there are none for it');
    throw this.#refused('it wants credentials, and does not say which');
  }

  /** The address of the token service, to which credentials are sent, hence by TLS; only a registry of this machine may have it here. */
  #realmOf({ parameters }: Challenge): URL {
    const realm = URL.parse(parameters.get('realm') ?? '');
    if (realm === null || realm.username !== '' || realm.password !== '') {
      throw this.#invalid('names no token service that could be used');
    }
    if (!isSafe(realm) || (isLoopback(realm) && !isLoopback(new URL(this.#access.origin)))) {
      throw this.#invalid(`names the token service ${realm.protocol}//${realm.host}, to which nothing is sent`);
    }
    return realm;
  }

  #refused(problem: string): SourceError {
    return new SourceError('source/unauthorized', `the registry ${this.#access.host} refused the request: ${problem}`);
  }

  #invalid(problem: string): SourceError {
    return new SourceError('source/response-invalid', `the registry ${this.#access.host} ${problem}`);
  }
}

/** Registries do not say whether a repository is absent or hidden. */
function explainRefusal(
  { origin, host, repository }: RegistryAccess,
  { status, url }: TransportResponse,
  { isAnonymous }: Authorization,
): SourceError | null {
  if (url.origin !== origin || (status !== 401 && status !== 403)) return null;
  const how = isAnonymous ? 'without credentials' : 'with the credentials that it was sent';
  const message = `the registry ${host} refuses access to ${repository} ${how} (status ${status})`;
  return new SourceError('source/unauthorized', message);
}
