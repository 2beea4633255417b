/** After so many portions the slower way is tried again: what it waits for may have changed. */
const TRY_AGAIN_AFTER = 32;

/** Portions in each way before one is chosen; the first one is slower, since memory is touched for the first time. */
const TRIALS = 2;

/**
 * Finds out which of two ways to go on with a long job is faster, by trying both. Whether it helps that another thread reads
 * depends on the machine, the algorithm and the disk.
 */
export class Pace {
  /** Whether the next portion is to be read by another thread. */
  overlaps = true;
  /** The last known speed of each way, in bytes per millisecond. */
  #overlapping = 0;
  #alone = 0;
  #portions = 0;

  /** Takes in how long a portion took, and decides on the next. */
  took(bytes: number, milliseconds: number): void {
    const speed = bytes / Math.max(milliseconds, 0.001);
    if (this.overlaps) this.#overlapping = speed;
    else this.#alone = speed;
    this.#portions++;
    if (this.#portions < 2 * TRIALS) {
      this.overlaps = this.#portions < TRIALS;
      return;
    }
    const isOverlappingFaster = this.#overlapping >= this.#alone;
    this.overlaps = this.#portions % TRY_AGAIN_AFTER === 0 ? !isOverlappingFaster : isOverlappingFaster;
  }
}
