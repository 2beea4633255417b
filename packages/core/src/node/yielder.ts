import { setImmediate } from 'node:timers/promises';

/** After this long in one go, timers, signals and Ctrl-C get their turn. */
const PAUSE_AFTER_MS = 20;

/** Milliseconds since the process began. Unlike `performance`, it is there without loading a module. */
export function now(): number {
  return process.uptime() * 1000;
}

/** Lets long work that is made of short synchronous steps pause, and end when a signal says so. */
export class Breather {
  readonly #signal: AbortSignal | undefined;
  #pausedAt = now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Whether it is time to {@link pause}. */
  get isDue(): boolean {
    return now() - this.#pausedAt > PAUSE_AFTER_MS;
  }

  /** @throws the reason of the signal, if it is aborted */
  async pause(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#pausedAt = now();
  }
}
