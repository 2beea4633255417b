import { now } from '#platform';
import type { Progress } from '../engine.ts';

const EVERY_MS = 100;

/** Reports how far hashing has come, at most ten times a second. */
export class ProgressMeter {
  #totalBytes: number | null = 0;
  readonly #totalJobs: number;
  readonly #listener: ((progress: Progress) => void) | undefined;
  #bytes = 0;
  #jobs = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(totalJobs: number, listener: ((progress: Progress) => void) | undefined) {
    this.#totalJobs = totalJobs;
    this.#listener = listener;
  }

  /** Adds bytes to the total. Null means that their number is unknown, which makes the total unknown too. */
  expect(bytes: number | null): void {
    this.#totalBytes = bytes === null || this.#totalBytes === null ? null : this.#totalBytes + bytes;
  }

  add(bytes: number, jobs = 0): void {
    this.set(this.#bytes + bytes, this.#jobs + jobs);
  }

  set(bytes: number, jobs: number): void {
    this.#bytes = bytes;
    this.#jobs = jobs;
    if (this.#listener && now() - this.#reportedAt >= EVERY_MS) this.#report();
  }

  /** Reports the end, no matter how recent the last report is. */
  finish(): void {
    this.#report();
  }

  #report(): void {
    this.#reportedAt = now();
    this.#listener?.({
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
      jobs: this.#jobs,
      totalJobs: this.#totalJobs,
    });
  }
}
