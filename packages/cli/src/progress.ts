import type { Progress } from '@model-signing/core';
import type { Output } from './output.ts';
import { formatCount, formatSize, groupDigits } from './sizes.ts';
import { isStderrWatched } from './standard-streams.ts';

/** The progress of a command, and its speed. */
export interface ProgressState extends Progress {
  readonly bytesPerSecond: number;
}

const BAR_WIDTH = 24;

/** A line of at most `columns`: bar, share, bytes, speed and the time left, without the parts that do not fit. */
export function renderProgress(state: ProgressState, columns: number): string {
  const { bytes, totalBytes, jobs, totalJobs, bytesPerSecond } = state;
  const share = shareDone(state);
  const filled = Math.floor(share * BAR_WIDTH);
  const parts = [
    `${Math.floor(share * 100)}%`.padStart(4),
    // For very many files the total size is not known in advance, but their number is.
    totalBytes === null
      ? `${groupDigits(jobs)} of ${formatCount(totalJobs, 'file')}`
      : `${formatSize(bytes)} of ${formatSize(totalBytes)}`,
    ...(bytesPerSecond > 0 ? [`${(bytesPerSecond / 1e9).toFixed(2)} GB/s`] : []),
    ...(bytesPerSecond > 0 && share > 0 ? [`${formatDuration((bytes / share - bytes) / bytesPerSecond)} left`] : []),
  ];
  let line = `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
  if (line.length >= columns) line = '';
  for (const part of parts) {
    const longer = line === '' ? part.trimStart() : `${line}  ${part}`;
    if (longer.length >= columns) break;
    line = longer;
  }
  return line;
}

function shareDone({ bytes, totalBytes, jobs, totalJobs }: Progress): number {
  const [done, all] = totalBytes === null ? [jobs, totalJobs] : [bytes, totalBytes];
  return all === 0 ? 1 : Math.min(done / all, 1);
}

/** A duration, such as `8 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** The time constant of the average speed, in seconds. */
const MEMORY = 2;

/** The average speed after another `bytes` in `seconds`. The first measurement counts fully. */
export function smooth(average: number, bytes: number, seconds: number): number {
  const current = bytes / seconds;
  if (average === 0) return current;
  const weight = 1 - Math.exp(-seconds / MEMORY);
  return average + weight * (current - average);
}

const REDRAW_MS = 100;
const ERASE_LINE = '\r\x1b[K';

/** A line on the terminal that is redrawn with the progress and erased at the end. */
export interface ProgressLine {
  update(progress: Progress): void;
  stop(): void;
}

/** How often a record says how far the work is. */
const RECORD_MS = 5000;

/** Starts a progress line on a terminal, or records of the progress where messages are JSON. Elsewhere it does nothing. */
export function startProgress(output: Output, { CI, TERM } = process.env): ProgressLine {
  const { settings } = output;
  if (settings.logFormat === 'json') return recordProgress(output);
  const wanted = !CI && TERM !== 'dumb' && !settings.quiet && !settings.json;
  if (!wanted || !isStderrWatched()) return { update() {}, stop() {} };
  const { stderr } = process;

  let drawnAt = performance.now();
  let drawnBytes = 0;
  let bytesPerSecond = 0;
  let drawn = false;
  return {
    update(progress) {
      const { bytes } = progress;
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS) return;
      bytesPerSecond = smooth(bytesPerSecond, bytes - drawnBytes, (now - drawnAt) / 1000);
      drawnAt = now;
      drawnBytes = bytes;
      drawn = true;
      stderr.write(ERASE_LINE + renderProgress({ ...progress, bytesPerSecond }, stderr.columns || 80));
    },
    stop() {
      if (drawn) stderr.write(ERASE_LINE);
      drawn = false;
    },
  };
}

/** Records of the progress, one in a while and none for what takes less. */
function recordProgress(output: Output): ProgressLine {
  let at = performance.now();
  let before = 0;
  return {
    update({ bytes, totalBytes, jobs, totalJobs }) {
      const now = performance.now();
      if (now - at < RECORD_MS) return;
      const bytesPerSecond = Math.round(((bytes - before) / (now - at)) * 1000);
      at = now;
      before = bytes;
      output.progress({ bytes, totalBytes, jobs, totalJobs, bytesPerSecond });
    },
    stop() {},
  };
}
