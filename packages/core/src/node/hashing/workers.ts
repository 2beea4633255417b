import { Worker } from 'node:worker_threads';
import { attempt } from '../system-errors.ts';
import type { SharedTable } from './job-table.ts';
import type { WorkerFailure } from './worker.ts';
import { STARTED } from './worker-messages.ts';

/** The file beside this one, as source, as built, or as bundled. */
const WORKER = new URL(`./worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** A worker keeps no objects, so a small heap for new ones is enough. */
const YOUNG_GENERATION_MB = 2;

/** The worker threads that hash one model. They may start before the jobs are known. */
export class Workers {
  readonly #workers: Worker[] = [];
  readonly #done: Promise<void>[] = [];
  readonly #ended: Promise<void>[] = [];
  #table: SharedTable | null = null;
  /** The failure of the first worker to fail: of a job, or of the worker itself. */
  failure: WorkerFailure | Error | null = null;

  get count(): number {
    return this.#ended.length;
  }

  add(count: number): void {
    for (let i = 0; i < count; i++) this.#start();
  }

  /** Gives the jobs to all workers, including those added later. A worker ends when no job is left. */
  give(table: SharedTable): void {
    this.#table = table;
    for (const worker of this.#workers) worker.postMessage(table);
  }

  /** Stops idle workers and waits until all have ended. Always call it: an idle worker keeps the process alive. */
  async close(): Promise<void> {
    if (this.#table === null) for (const worker of this.#workers) worker.postMessage(null);
    await this.ended();
  }

  /** Resolves when no worker takes jobs any more, because none is left or because the worker ended. */
  async done(): Promise<void> {
    for (let i = 0; i < this.#done.length; i++) await this.#done[i];
  }

  /** Resolves when every worker has ended, which takes a while longer. */
  async ended(): Promise<void> {
    for (let i = 0; i < this.#ended.length; i++) await this.#ended[i];
  }

  /**
   * Starts a worker, unless the system has not the files, threads or memory for one: then the others do its share, or else the
   * calling thread. A worker that ends before it takes a job has failed to start, and is missed no more than that.
   */
  #start(): void {
    const worker = attempt(
      () =>
        // A worker does not inherit flags of the process, such as those of a test runner or a debugger.
        new Worker(WORKER, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } }),
    );
    if (worker === null) return;
    let hasStarted = false;
    if (this.#table) worker.postMessage(this.#table);
    this.#workers.push(worker);
    worker.on('error', (error) => {
      if (hasStarted) this.failure ??= error;
    });
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', (code) => {
        if (code !== 0 && hasStarted)
          this.failure ??= new Error(`a hashing worker ended unexpectedly with code ${code}`);
        resolve();
      });
    });
    const done = new Promise<void>((resolve) => {
      worker.on('message', (failure: WorkerFailure | typeof STARTED | null) => {
        if (failure === STARTED) hasStarted = true;
        else if (failure) this.failure ??= failure;
        else resolve();
      });
      void ended.then(resolve);
    });
    this.#ended.push(ended);
    this.#done.push(done);
  }
}
