export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Why a request failed. */
export type HttpFailure =
  | 'unreachable'
  | 'proxy'
  | 'proxy-unusable'
  | 'timeout'
  | 'too-large'
  | 'redirect'
  | 'status'
  | 'content-type';

/**
 * A request failed. The message continues a sentence about the server. Neither it nor the cause quotes what the server or a
 * proxy sent, or the user name and password of a proxy.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;
  /** The whole response, if the failure is `status`. */
  readonly response: HttpResponse | undefined;

  constructor(failure: HttpFailure, message: string, options: { cause?: unknown; response?: HttpResponse } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.failure = failure;
    this.response = options.response;
  }

  /** Whether another attempt may succeed. */
  get isTransient(): boolean {
    if (this.failure === 'unreachable' || this.failure === 'proxy' || this.failure === 'timeout') return true;
    const status = this.response?.status ?? 0;
    return status >= 500 || status === 429 || status === 408;
  }
}
