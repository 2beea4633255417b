import type { Progress } from '@model-signing/core';

const EVERY_MS = 100;

/** Reports how much of the files is there and right, at most ten times a second, and at the end. */
export class CopyProgress {
  readonly #totalBytes: number;
  readonly #totalJobs: number;
  readonly #listener: ((progress: Progress) => void) | undefined;
  #bytes = 0;
  #jobs = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(totalBytes: number, totalJobs: number, listener: ((progress: Progress) => void) | undefined) {
    this.#totalBytes = totalBytes;
    this.#totalJobs = totalJobs;
    this.#listener = listener;
  }

  add(bytes: number, jobs = 0): void {
    this.#bytes += bytes;
    this.#jobs += jobs;
    if (this.#listener && performance.now() - this.#reportedAt >= EVERY_MS) this.report();
  }

  report(): void {
    this.#reportedAt = performance.now();
    const progress = { bytes: this.#bytes, totalBytes: this.#totalBytes };
    this.#listener?.({ ...progress, jobs: this.#jobs, totalJobs: this.#totalJobs });
  }
}
