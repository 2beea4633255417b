import { setImmediate } from 'node:timers/promises';

/** How long to work before timers, signals and Ctrl-C get a turn. */
const YIELD_AFTER_MS = 20;

/** Milliseconds since the process began. Unlike `performance`, it needs no module. */
export function now(): number {
  return process.uptime() * 1000;
}

/** Lets long work that consists of short synchronous steps yield to other work, and stops it when a signal is aborted. */
export class Yielder {
  readonly #signal: AbortSignal | undefined;
  #yieldedAt = now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Whether it is time for {@link yieldNow}. */
  get shouldYield(): boolean {
    return now() - this.#yieldedAt > YIELD_AFTER_MS;
  }

  /** @throws the reason of the signal, if it is aborted */
  async yieldNow(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#yieldedAt = now();
  }
}
