import { unlessAborted } from '@model-signing/core/abort';
import { HttpError, type HttpResponse, sendRequest } from '@model-signing/core/http';
import { KeyError } from './key-error.ts';
import type { CallLimits } from './options.ts';
import type { TransitAnswer } from './transit-answer.ts';
import type { TransitService } from './transit-service.ts';

/** A request to the transit engine. */
export interface TransitCall {
  /** The path in the engine, such as `keys/NAME`. */
  readonly path: string;
  /** What is sent as JSON; absent for reading. */
  readonly body?: object;
  readonly maxBytes: number;
  /** How often the request is sent, at most, while the service fails. */
  readonly attempts: number;
}

export interface TransitClientOptions extends CallLimits {
  readonly fetch?: typeof globalThis.fetch | undefined;
}

type Sent = Pick<HttpResponse, 'status' | 'body'>;

/** Sends requests to a service, each within the time limit, and follows no redirect: the token is for this server alone. */
export class TransitClient {
  readonly #service: TransitService;
  readonly #options: TransitClientOptions;
  readonly #holder: string;

  /** @param holder what names the service and the key, to begin a message */
  constructor(service: TransitService, holder: string, options: TransitClientOptions) {
    this.#service = service;
    this.#holder = holder;
    this.#options = options;
  }

  /**
   * @returns the response, whatever its status is
   * @throws {KeyError} `key/unreachable`, `key/response-invalid`
   * @throws the reason of the signal when that is aborted
   */
  async send(call: TransitCall): Promise<TransitAnswer> {
    const { signal, timeout } = this.#options;
    signal?.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeout);
    const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
    try {
      const sent = await unlessAborted(either, () => this.#exchange(call, either));
      return { ...sent, holder: this.#holder, secrets: [this.#service.token] };
    } catch (error) {
      signal?.throwIfAborted();
      const isLate = deadline.signal.aborted || (error instanceof HttpError && error.failure === 'timeout');
      if (isLate) throw this.#unreachable(`it did not respond within ${timeout / 1000} seconds`);
      throw error instanceof HttpError ? this.#refusalBy(error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange({ path, body, maxBytes, attempts }: TransitCall, signal: AbortSignal): Promise<Sent> {
    const { token, namespace, engine } = this.#service;
    const request = {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        'x-vault-request': 'true',
        'x-vault-token': token,
        ...(namespace !== null && { 'x-vault-namespace': namespace }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal,
    };
    const url = `${engine}/${path}`;
    const given = this.#options.fetch;
    if (given !== undefined) return this.#sendBy(given, url, request, maxBytes);
    const { isLoopback, ca } = this.#service;
    const options = { ...request, maxBytes, timeout: this.#options.timeout, attempts, withoutProxy: isLoopback };
    try {
      return await sendRequest(url, ca === null ? options : { ...options, ca });
    } catch (error) {
      if (error instanceof HttpError && error.response) return error.response;
      throw error;
    }
  }

  async #sendBy(
    given: typeof globalThis.fetch,
    url: string,
    { body, ...request }: Omit<RequestInit, 'body'> & { readonly body: string | undefined },
    maxBytes: number,
  ): Promise<Sent> {
    const init: RequestInit = { ...request, redirect: 'manual', credentials: 'omit' };
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      const response = await given(url, body === undefined ? init : { ...init, body });
      for await (const chunk of response.body ?? []) {
        length += chunk.length;
        if (length > maxBytes) throw this.#invalid(`its response has more than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return { status: response.status, body: new Uint8Array(Buffer.concat(chunks)) };
    } catch (error) {
      // The error of another's function may repeat the headers, and so the token.
      throw error instanceof KeyError ? error : this.#unreachable('it could not be reached');
    }
  }

  #refusalBy(error: HttpError): KeyError {
    if (error.failure === 'too-large') return this.#invalid(error.message);
    if (error.failure === 'redirect')
      return this.#invalid(`${error.message}, since the token is for this server alone`);
    const isCertificate = /\((?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_)/.test(error.message);
    const advice = isCertificate ? `: ${this.#service.caVariable} names a file with the certificates to trust` : '';
    return this.#unreachable(`${error.message}${advice}`);
  }

  #unreachable(what: string): KeyError {
    return new KeyError('key/unreachable', `${this.#holder}: ${what}`);
  }

  #invalid(what: string): KeyError {
    return new KeyError('key/response-invalid', `${this.#holder}: ${what}`);
  }
}
