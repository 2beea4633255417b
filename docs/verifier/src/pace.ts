/** Over how many milliseconds the rate is measured: long enough to be steady, short enough to follow a slow disk. */
const WINDOW_MS = 5000;

/** The least that has to pass before a rate means anything. */
const LEAST_MS = 500;

/** How fast work goes, and how long it will take. */
export interface Speed {
  readonly bytesPerSecond: number;
  /** Seconds; null if it is not known how much there is. */
  readonly left: number | null;
}

/** Measures the rate of the last seconds. */
export class Pace {
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];

  /**
   * Takes how far the work has come, and returns its speed; null as long as too little has passed.
   * @param at milliseconds, by any clock
   */
  mark(at: number, bytes: number, totalBytes: number | null): Speed | null {
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - (this.#marks[1]?.at ?? at) >= WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0];
    if (!first || at - first.at < LEAST_MS || bytes === first.bytes) return null;
    const bytesPerSecond = ((bytes - first.bytes) * 1000) / (at - first.at);
    return { bytesPerSecond, left: totalBytes === null ? null : (totalBytes - bytes) / bytesPerSecond };
  }
}
