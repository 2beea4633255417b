import { attempt } from '../system-errors.ts';
import type { SharedTable } from './job-table.ts';
import { startWorker } from './start-worker.ts';
import type { JobFailed } from './worker.ts';
import { STARTED } from './worker-messages.ts';

/** A worker keeps no objects, so a small heap for new ones is enough. */
const YOUNG_GENERATION_MB = 2;

/** The worker threads that hash the jobs of one table. Each ends when no job is left. */
export class Workers {
  readonly #table: SharedTable;
  readonly #ended: Promise<void>[] = [];
  /** The failure of the first worker to fail: of a job, or of the worker itself. */
  failure: JobFailed | Error | null = null;

  constructor(table: SharedTable) {
    this.#table = table;
  }

  get count(): number {
    return this.#ended.length;
  }

  add(count: number): void {
    for (let i = 0; i < count; i++) this.#start();
  }

  /** Resolves when every worker has ended. */
  async ended(): Promise<void> {
    for (let i = 0; i < this.#ended.length; i++) await this.#ended[i];
  }

  /**
   * Starts a worker, unless the system has not the files, threads or memory for one: then the others do its share, or else the
   * calling thread. A worker that ends before it takes a job has failed to start, and is missed no more than that.
   */
  #start(): void {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
    const worker = attempt(() => startWorker('worker', { resourceLimits }));
    if (worker === null) return;
    let hasStarted = false;
    worker.on('message', (message: JobFailed | typeof STARTED) => {
      if (message === STARTED) hasStarted = true;
      else this.failure ??= message;
    });
    worker.on('error', (error) => {
      if (hasStarted) this.failure ??= error;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.on('exit', (code) => {
      if (code !== 0 && hasStarted) this.failure ??= new Error(`a hashing worker ended unexpectedly with code ${code}`);
      resolve();
    });
    worker.postMessage(this.#table);
    this.#ended.push(promise);
  }
}
