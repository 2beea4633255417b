/** How long to work before others get a turn, in milliseconds. */
const YIELD_AFTER_MS = 20;

/** How a platform lets others have a turn. */
export interface Turns {
  /** Milliseconds since a time that stays the same. */
  now(): number;
  /** Resolves after timers, signals and what a user did have had their turn. */
  nextTask(): Promise<unknown>;
}

/** Lets long work that consists of short synchronous steps yield to other work, and stops it when a signal is aborted. */
export class TurnYielder {
  readonly #signal: AbortSignal | undefined;
  readonly #turns: Turns;
  #yieldedAt: number;

  constructor(signal: AbortSignal | undefined, turns: Turns) {
    this.#signal = signal;
    this.#turns = turns;
    this.#yieldedAt = turns.now();
  }

  /** Whether it is time for {@link yieldNow}. */
  get shouldYield(): boolean {
    return this.#turns.now() - this.#yieldedAt > YIELD_AFTER_MS;
  }

  /** @throws the reason of the signal, if it is aborted */
  async yieldNow(): Promise<void> {
    await this.#turns.nextTask();
    this.#signal?.throwIfAborted();
    this.#yieldedAt = this.#turns.now();
  }
}
