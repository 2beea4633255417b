import { now } from '../yielder.ts';

/** How far hashing has come. */
export interface Progress {
  readonly bytes: number;
  /** Null when there are so many files that nobody looked at their sizes. */
  readonly totalBytes: number | null;
  readonly jobs: number;
  readonly totalJobs: number;
}

const EVERY_MS = 100;

/** Tells a listener how far hashing has come, at most ten times a second. */
export class ProgressMeter {
  /** Set when the sizes are known. */
  totalBytes: number | null = 0;
  readonly #totalJobs: number;
  readonly #listener: ((progress: Progress) => void) | undefined;
  #bytes = 0;
  #jobs = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(totalJobs: number, listener: ((progress: Progress) => void) | undefined) {
    this.#totalJobs = totalJobs;
    this.#listener = listener;
  }

  add(bytes: number, jobs = 0): void {
    this.set(this.#bytes + bytes, this.#jobs + jobs);
  }

  set(bytes: number, jobs: number): void {
    this.#bytes = bytes;
    this.#jobs = jobs;
    if (this.#listener && now() - this.#toldAt >= EVERY_MS) this.#tell();
  }

  /** Tells the end, whenever the last time was. */
  finish(): void {
    this.#tell();
  }

  #tell(): void {
    this.#toldAt = now();
    const { totalBytes } = this;
    this.#listener?.({ bytes: this.#bytes, totalBytes, jobs: this.#jobs, totalJobs: this.#totalJobs });
  }
}
