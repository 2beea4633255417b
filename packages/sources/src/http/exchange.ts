import { SourceError } from '../source-error.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';
import { failureOf } from './unreachable.ts';

/** Fewer bytes in one period of waiting are no progress: a server could otherwise hold a caller with one byte at a time. */
const MIN_PROGRESS = 1024;

/** The slowest upload that is waited for, in bytes per millisecond. */
const MIN_UPLOAD = 100;

export interface ExchangeOptions {
  readonly transport: Transport;
  /** Milliseconds of waiting without progress. */
  readonly timeout: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * Exchanges one request for one response, and watches both: each ends when nothing comes for the timeout or when one of the signals is
 * aborted, even if the transport does not stop by itself.
 * @throws {SourceError} `source/unreachable`; the body of the response too
 * @throws the reason of a signal when that is aborted
 */
export async function exchange(
  url: URL,
  request: Omit<TransportRequest, 'signal'>,
  { transport, timeout, signals }: ExchangeOptions,
): Promise<TransportResponse> {
  const watch = new Watch(url, timeout, signals);
  try {
    const upload = (request.body?.length ?? 0) / MIN_UPLOAD;
    const response = await watch.wait(() => transport(url, { ...request, signal: watch.signal }), upload);
    return { ...response, header: (name) => response.header(name), body: new WatchedBody(response.body, watch) };
  } catch (error) {
    watch.end();
    throw error;
  }
}

/** Waits for one step of an exchange after the other, and no longer than until it is aborted. */
class Watch {
  readonly #url: URL;
  readonly #timeout: number;
  readonly #callers: readonly AbortSignal[];
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the step that is waited for began; null between two steps, while the caller is at work. */
  #since: number | null = null;
  /** Milliseconds of waiting since the last progress, without the present step. */
  #waited = 0;
  #received = 0;
  #reject: ((reason: unknown) => void) | null = null;

  constructor(url: URL, timeout: number, callers: readonly AbortSignal[]) {
    this.#url = url;
    this.#timeout = timeout;
    this.#callers = callers;
    for (const caller of callers) {
      caller.throwIfAborted();
      caller.addEventListener('abort', this.#onAbort);
    }
  }

  /** What the transport has to follow. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for a step, which may take so many milliseconds longer than the others. */
  wait<T>(step: () => PromiseLike<T>, extra = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.signal.aborted) throw this.signal.reason;
      this.#since = Date.now() + extra;
      this.#timer ??= setTimeout(this.#onTimer, Math.max(0, this.#timeout + extra - this.#waited));
      this.#reject = reject;
      step().then(
        (value) => {
          this.#stepped();
          resolve(value);
        },
        (error: unknown) => {
          this.#stepped();
          reject(this.#asFailure(error));
        },
      );
    });
  }

  #stepped(): void {
    this.#reject = null;
    if (this.#since !== null) this.#waited += Math.max(0, Date.now() - this.#since);
    this.#since = null;
  }

  /** Counts bytes that were received. */
  progress(bytes: number): void {
    this.#received += bytes;
    if (this.#received < MIN_PROGRESS) return;
    this.#received = 0;
    this.#waited = 0;
  }

  /** Stops watching an exchange that is complete. */
  close(): void {
    clearTimeout(this.#timer);
    for (const caller of this.#callers) caller.removeEventListener('abort', this.#onAbort);
  }

  /** Ends the exchange, and frees what it left open. */
  end(): void {
    this.close();
    this.#controller.abort(new SourceError('source/unreachable', `the request to ${this.#url.host} was given up`));
  }

  readonly #onAbort = (): void => this.#abort(this.#callers.find(({ aborted }) => aborted)?.reason);

  #abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.#reject?.(reason);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#since === null) return; // the caller is at work, and the next step starts it again
    const left = this.#timeout - this.#waited - (Date.now() - this.#since);
    if (left > 0) {
      this.#timer = setTimeout(this.#onTimer, left);
      return;
    }
    const seconds = this.#timeout / 1000;
    this.#abort(new SourceError('source/unreachable', `${this.#url.host} sent nothing for ${seconds} seconds`));
  };

  #asFailure(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    return error instanceof SourceError ? error : failureOf(error, this.#url.host);
  }
}

/** An iterator and not a generator, since returning from a generator that was never started frees nothing. */
class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #body: AsyncIterator<Uint8Array>;
  readonly #watch: Watch;
  #ended = false;

  constructor(body: AsyncIterable<Uint8Array>, watch: Watch) {
    this.#body = body[Symbol.asyncIterator]();
    this.#watch = watch;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const result = await this.#watch.wait(() => this.#body.next());
      if (!result.done) this.#watch.progress(result.value.length);
      else {
        this.#ended = true;
        this.#watch.close();
      }
      return result;
    } catch (error) {
      this.#ended = true;
      this.#watch.end();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#watch.end();
      // Not waited for: a transport that hangs must not hold a caller that has stopped reading.
      Promise.resolve(this.#body.return?.()).catch(() => {});
    }
    return { done: true, value: undefined };
  }
}
