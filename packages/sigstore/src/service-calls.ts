import { OmsError } from '@model-signing/core';
import { reasonOf } from './reason.ts';

/** The calls to services for one signature. */
export class ServiceCalls {
  readonly #signal: AbortSignal;
  readonly #pending = new Set<string>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The services that have not responded yet. */
  get pending(): string {
    return [...this.#pending].join(' and ');
  }

  /** Makes a call, and names the service if it fails. Its own message is untrusted and may repeat the token. */
  async call<T>(
    what: string,
    url: string,
    secret: string | undefined,
    request: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const service = `the ${what} ${url}`;
    this.#pending.add(service);
    try {
      return await request(this.#signal);
    } catch (error) {
      throw new OmsError('signer/service-failed', `${service} failed: ${reasonOf(error, secret)}`);
    } finally {
      if (!this.#signal.aborted) this.#pending.delete(service);
    }
  }
}

const DEFAULT_DEADLINE_MS = 120_000;

interface Limits {
  /** In milliseconds. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the calls until the deadline or until the caller aborts. */
export async function withDeadline<T>(
  { deadline = DEFAULT_DEADLINE_MS, signal }: Limits,
  work: (calls: ServiceCalls) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(deadline);
  // Aborts the calls that are still pending when one has failed.
  const done = new AbortController();
  const ended = AbortSignal.any([done.signal, timeout, ...(signal ? [signal] : [])]);
  const calls = new ServiceCalls(ended);
  try {
    ended.throwIfAborted();
    return await work(calls);
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    const who = calls.pending || 'the services';
    throw new OmsError('signer/service-failed', `${who} did not respond within ${deadline / 1000} seconds`);
  } finally {
    done.abort();
  }
}
