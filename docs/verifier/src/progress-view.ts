import type { Progress } from '@model-signing/core';
import { byId } from './dom.ts';
import { Pace, type Speed } from './pace.ts';
import { counted, durationText, sizeText } from './text.ts';

/** How often a screen reader is told, in milliseconds. */
const SPOKEN_EVERY_MS = 10_000;

/** Shows how far a check has come. */
export class ProgressView {
  readonly #bar = byId<HTMLProgressElement>('bar');
  readonly #text = byId('progress-text');
  readonly #spoken = byId('progress-spoken');
  readonly #pace = new Pace();
  #spokenAt = performance.now();
  bytes = 0;

  /** Shows what is done before anything is hashed. */
  begin(text: string): void {
    this.#bar.removeAttribute('value');
    this.#text.textContent = text;
    this.#spoken.textContent = '';
  }

  show(progress: Progress): void {
    const { bytes, totalBytes, jobs, totalJobs } = progress;
    const at = performance.now();
    this.bytes = bytes;
    const [done, all] = totalBytes === null || totalBytes === 0 ? [jobs, totalJobs] : [bytes, totalBytes];
    this.#bar.max = Math.max(all, 1);
    this.#bar.value = done;
    const text = progressText(progress, this.#pace.mark(at, bytes, totalBytes));
    this.#text.textContent = text;
    if (at - this.#spokenAt < SPOKEN_EVERY_MS) return;
    this.#spokenAt = at;
    this.#spoken.textContent = text;
  }
}

/** How far it has come, how fast it goes and how long it will take. */
function progressText({ bytes, totalBytes, jobs, totalJobs }: Progress, speed: Speed | null): string {
  const size = totalBytes === null ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(totalBytes)}`;
  const files = `${jobs.toLocaleString('en')} of ${counted(totalJobs, 'file')}`;
  const rate = speed === null ? null : `${sizeText(speed.bytesPerSecond)}/s`;
  const left = speed === null || speed.left === null ? null : `${durationText(speed.left)} left`;
  return [size, files, rate, left].filter((part) => part !== null).join(' · ');
}
