/** Tries the slower way again after so many portions, since the cause may be gone. */
const TRY_AGAIN_AFTER = 32;

/** How many portions to try in each way before choosing; the first is slower, since its memory has never been used. */
const TRIALS = 2;

/**
 * Chooses the faster of two ways to read a long range, by trying both. Whether it helps that another thread reads depends on
 * the machine, the algorithm and the disk.
 */
export class ReadStrategy {
  /** Whether the next portion is to be read by another thread while this one hashes. */
  overlaps = true;
  /** The last known speed of each way, in bytes per millisecond. */
  #overlapping = 0;
  #alternating = 0;
  #portions = 0;

  /** Records how long a portion took, and decides on the next. */
  record(bytes: number, milliseconds: number): void {
    const speed = bytes / Math.max(milliseconds, 0.001);
    if (this.overlaps) this.#overlapping = speed;
    else this.#alternating = speed;
    this.#portions++;
    if (this.#portions < 2 * TRIALS) {
      this.overlaps = this.#portions < TRIALS;
      return;
    }
    const isOverlappingFaster = this.#overlapping >= this.#alternating;
    this.overlaps = this.#portions % TRY_AGAIN_AFTER === 0 ? !isOverlappingFaster : isOverlappingFaster;
  }
}
