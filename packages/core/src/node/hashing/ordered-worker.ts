import type { Worker } from 'node:worker_threads';
import { attempt } from '../system-errors.ts';
import { startWorker } from './start-worker.ts';
import { STARTED } from './worker-messages.ts';

/** One worker, which is told an algorithm first, and then returns one reply for each message, in their order. */
export class OrderedWorker<Message, Reply> {
  /** Whether it works: it does not if the system has not the files, threads or memory for it. */
  readonly started: Promise<boolean>;
  readonly #worker: Worker | null;
  readonly #ended: Promise<void>;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  #failure: Error | null = null;

  /** @param script the name of the file beside this one */
  constructor(script: 'stream-worker' | 'range-worker', algorithm: string) {
    const { promise: started, resolve: start } = Promise.withResolvers<boolean>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.started = started;
    this.#ended = ended;
    this.#worker = attempt(() => startWorker(script));
    if (this.#worker === null) end();
    void ended.then(() => start(false));
    this.#worker?.postMessage(algorithm);
    this.#worker
      ?.on('error', (error) => this.#fail(error))
      .on('exit', (code) => {
        this.#fail(new Error(`a hashing worker ended unexpectedly with code ${code}`));
        end();
      })
      .on('message', (message: Reply | typeof STARTED) => {
        if (message === STARTED) start(true);
        else this.#settle(message);
      });
  }

  /** How many messages have no reply yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  send(message: Message, transferred: ArrayBuffer[] = []): Promise<Reply> {
    const result = Promise.withResolvers<Reply>();
    result.promise.catch(() => {}); // it may be waited for only later
    if (this.#failure) result.reject(this.#failure);
    else {
      this.#waiting.push(result);
      this.#worker?.ref();
      this.#worker?.postMessage(message, transferred);
    }
    return result.promise;
  }

  async end(): Promise<void> {
    this.#worker?.ref();
    this.#worker?.postMessage(null);
    await (this.#waiting.length > 0 ? this.#worker?.terminate() : this.#ended);
  }

  #settle(reply: Reply): void {
    this.#waiting.shift()?.resolve(reply);
    if (this.#waiting.length === 0) this.#worker?.unref(); // a process need not wait for a worker that has nothing to do
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
