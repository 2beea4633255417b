import { isFailure, type State } from '../run/states.ts';

/** The least time between two versions of the line on a terminal. Milliseconds. */
const REDRAW_MS = 50;

/** Elsewhere a line is printed for each tenth of the vectors, and after this time without one. Milliseconds. */
const QUIET_MS = 30_000;

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The progress of a run: on a terminal one line that is rewritten, elsewhere about ten lines. */
export class Progress {
  readonly #total: number;
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #done = 0;
  #failed = 0;
  #shownAt: number;
  #shownTenth = 0;

  /** @param now the time in milliseconds, from any start */
  constructor(total: number, stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#stream = stream;
    this.#now = now;
    this.#shownAt = now();
  }

  done(id: string, state: State): void {
    this.#done++;
    if (isFailure(state)) this.#failed++;
    if (this.#stream.isTTY) this.#redraw(id);
    else this.#print();
  }

  #redraw(id: string): void {
    if (this.#now() - this.#shownAt < REDRAW_MS) return;
    this.#shownAt = this.#now();
    const width = 24;
    const filled = Math.round((this.#done / this.#total) * width);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    const line = `${bar} ${this.#count()}  ${id}`;
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  #print(): void {
    const tenth = Math.floor((this.#done / this.#total) * 10);
    const isDue = this.#now() - this.#shownAt >= QUIET_MS;
    if (tenth === this.#shownTenth && !isDue) return;
    this.#shownTenth = tenth;
    this.#shownAt = this.#now();
    this.#stream.write(`${this.#count()}\n`);
  }

  #count(): string {
    return `${this.#done}/${this.#total} vectors, ${this.#failed} failed`;
  }

  end(): void {
    if (this.#stream.isTTY && this.#done > 0) this.#stream.write('\r\u001b[K');
  }
}

/** A run that takes no longer than this is not estimated. Seconds. */
const LONG_S = 120;

/** How long a run takes and what is quicker, as text; null if it is short. */
export function estimateText(seconds: number, jobs: number): string | null {
  if (seconds <= LONG_S) return null;
  const at = `${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
  return `about ${Math.round(seconds / 60)} minutes at ${at}; --light or --only 'manifest_*' takes less`;
}

/** How many vectors run, as text: those that were asked for, and those that judging them needs. */
export function vectorsText(asked: number, others: number): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(asked, 'vector')}${others === 0 ? '' : ` and ${count(others, 'control')}`}`;
}
