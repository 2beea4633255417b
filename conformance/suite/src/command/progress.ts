import { isFailure, type State } from '../run/states.ts';

/** A progress line that is rewritten on a terminal; elsewhere it is not shown. */
export class Progress {
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #shown: boolean;
  #done = 0;
  #failed = 0;
  #shownAt = 0;

  constructor(total: number, stream: NodeJS.WriteStream, quiet: boolean) {
    this.#total = total;
    this.#stream = stream;
    this.#shown = stream.isTTY === true && !quiet;
  }

  done(id: string, state: State): void {
    this.#done++;
    if (isFailure(state)) this.#failed++;
    if (!this.#shown || performance.now() - this.#shownAt < 50) return;
    this.#shownAt = performance.now();
    const width = 24;
    const filled = Math.round((this.#done / this.#total) * width);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    const line = `${bar} ${this.#done}/${this.#total}, ${this.#failed} failed  ${id}`;
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }

  end(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
  }
}
