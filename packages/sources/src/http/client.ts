import { unlessAborted } from '@model-signing/core/abort';
import { defaultTransport } from '#transport';
import { SourceError } from '../source-error.ts';
import { discard, type JsonBounds, parseJsonBody, readBytes } from './body.ts';
import { exchange } from './exchange.ts';
import { isSafe } from './origin.ts';
import { isRedirect, redirectTarget } from './redirect.ts';
import { checkResponse, isTransient, pauseOf } from './status.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';
import { mayPass } from './unreachable.ts';

export { discard, parseJsonBody, readBytes } from './body.ts';

export interface HttpClientOptions {
  /** Default: that of the platform. */
  readonly transport?: Transport | undefined;
  /**
   * The `Authorization` header for a URL; null for none. It is called for the first URL and for redirects that stay at its origin,
   * and for no address that another host gave.
   */
  readonly authorize?: ((url: URL) => string | null) | undefined;
  /** Says what a refusal of this store means; null if it means what its status says. */
  readonly explain?: ((response: TransportResponse) => SourceError | null) | undefined;
  /** How many times a request is sent while it fails for a transient reason. Default: 5; 3 if the server was never reached. */
  readonly attempts?: number | undefined;
  /** Milliseconds of waiting without progress. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds before the second attempt; each further pause is twice as long. Default: 500. */
  readonly pause?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ClientRequest {
  /** Default: `GET`. */
  readonly method?: TransportRequest['method'] | undefined;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  /** Whether the body of the response may be large, which transports may read in another way. */
  readonly isLarge?: boolean | undefined;
  /** Statuses besides 2xx that are returned and not thrown. */
  readonly accept?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BoundedRequest extends Pick<ClientRequest, 'headers' | 'signal'> {
  readonly maxBytes: number;
}

const MAX_REDIRECTS = 5;

/** How many times a request is sent to a server that was never reached: most likely there is none, and a user waits to hear it. */
const FIRST_ATTEMPTS = 3;

/** The headers of a request that are for its own origin only. */
const OWN_HEADERS = ['authorization', 'cookie'];

/**
 * Sends requests to a store, over TLS or to this machine, and checks what every response has to be. Redirects of `GET` and `HEAD`
 * are followed, credentials go to the origin that was asked first only. Every request may be sent twice, which the protocols of stores
 * allow.
 */
export class HttpClient {
  readonly #transport: Transport;
  readonly #authorize: (url: URL) => string | null;
  readonly #explain: (response: TransportResponse) => SourceError | null;
  readonly #attempts: number;
  readonly #timeout: number;
  readonly #pause: number;
  readonly #signal: AbortSignal | undefined;
  #isReached = false;

  constructor(options: HttpClientOptions = {}) {
    this.#transport = options.transport ?? defaultTransport();
    this.#authorize = options.authorize ?? (() => null);
    this.#explain = options.explain ?? (() => null);
    this.#attempts = options.attempts ?? 5;
    this.#timeout = options.timeout ?? 30_000;
    this.#pause = options.pause ?? 500;
    this.#signal = options.signal;
  }

  /** The requests that are sent before a failure counts. */
  get attempts(): number {
    return this.#attempts;
  }

  /**
   * Sends a request. The body of the response is still to be read, or to be given to {@link discard}.
   * @throws {SourceError} `source/unauthorized`, `source/not-found`, `source/unreachable`, `source/response-invalid`
   */
  async request(url: URL, request: ClientRequest = {}): Promise<TransportResponse> {
    const { accept = [] } = request;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= this.#attempts;
      try {
        const response = await this.#follow(url, request);
        if (isLast || accept.includes(response.status) || !isTransient(response.status)) {
          return checkResponse(response, accept, this.#explain);
        }
        discard(response);
        await this.pause(attempt, request.signal, pauseOf(response));
      } catch (error) {
        if (isLast || !mayPass(error) || (!this.#isReached && attempt >= FIRST_ATTEMPTS)) throw error;
        await this.pause(attempt, request.signal);
      }
    }
  }

  /**
   * Sends a request and reads its response, and does both again if the connection breaks off before the end.
   * @throws {SourceError} as {@link request}
   */
  async read<T>(url: URL, request: ClientRequest, use: (response: TransportResponse) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.request(url, request);
      try {
        return await use(response);
      } catch (error) {
        discard(response);
        if (attempt >= this.#attempts || !mayPass(error)) throw error;
        await this.pause(attempt, request.signal);
      }
    }
  }

  /**
   * The whole body of a response.
   * @throws {SourceError} as {@link request}, and `source/too-large`
   */
  async bytes(url: URL, { maxBytes, ...request }: BoundedRequest): Promise<Uint8Array> {
    return this.read(url, request, (response) => readBytes(response, maxBytes));
  }

  /**
   * The JSON document of a response.
   * @throws {SourceError} as {@link bytes}
   */
  async json(url: URL, { maxDepth, maxValues, ...request }: BoundedRequest & JsonBounds): Promise<unknown> {
    const headers = { accept: 'application/json', ...request.headers };
    return parseJsonBody(await this.bytes(url, { ...request, headers }), url, { maxDepth, maxValues });
  }

  /** Waits before the next attempt. */
  async pause(attempt: number, signal?: AbortSignal, asked: number | null = null): Promise<void> {
    const ms = Math.max(asked ?? 0, this.#pause * 2 ** Math.min(attempt - 1, 6));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const elapsed = () => new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    try {
      await unlessAborted(this.#signal, () => unlessAborted(signal, elapsed));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request once, and once more for each redirect. */
  async #follow(first: URL, request: ClientRequest): Promise<TransportResponse> {
    const { method = 'GET', headers = {}, body, isLarge, signal } = request;
    let url = first;
    let isOwn = true;
    for (let redirects = 0; ; redirects++) {
      checkSafe(url);
      const sent = { method, headers: this.#headersFor(url, headers, isOwn), body, isLarge };
      const signals = [this.#signal, signal].filter((one) => one !== undefined);
      const response = await exchange(url, sent, { transport: this.#transport, timeout: this.#timeout, signals });
      this.#isReached = true;
      checkSafe(response.url);
      if (!isRedirect(response.status)) return response;
      discard(response);
      if (method !== 'GET' && method !== 'HEAD') {
        throw new SourceError('source/response-invalid', `${url.host} redirects a request that changes something`);
      }
      if (redirects === MAX_REDIRECTS) {
        throw new SourceError('source/response-invalid', `${first.host} redirects more than ${MAX_REDIRECTS} times`);
      }
      const next = redirectTarget(url, response.header('location'));
      isOwn &&= next.origin === first.origin;
      url = next;
    }
  }

  #headersFor(url: URL, headers: Readonly<Record<string, string>>, isOwn: boolean): Record<string, string> {
    const all = { 'accept-encoding': 'identity', ...headers };
    if (!isOwn) return Object.fromEntries(Object.entries(all).filter(([name]) => !OWN_HEADERS.includes(name)));
    const authorization = this.#authorize(url);
    return authorization === null ? all : { ...all, authorization };
  }
}
function checkSafe(url: URL): void {
  if (isSafe(url)) return;
  throw new SourceError(
    'source/response-invalid',
    `${url.protocol}//${url.host} is not read: models are read over https, or over http from this machine`,
  );
}
