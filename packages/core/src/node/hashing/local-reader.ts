import { availableParallelism } from 'node:os';
import type { HashOptions, RangeRead } from '../../engine.ts';
import { Yielder } from '../yielder.ts';
import { type LoadedAlgorithm, loadAlgorithm } from './algorithms.ts';
import { warnOnce } from './hash-files.ts';
import type { OrderedWorker } from './ordered-worker.ts';
import { type LocalRange, readLocalRange } from './read-local-range.ts';
import { isWorthWorkers } from './worker-count.ts';
import { errorOf } from './worker-failure.ts';
import type { RangeReply } from './worker-messages.ts';

/** Reads ranges of local files into memory, and hashes what is in that memory. */
export interface LocalReader {
  /** How many ranges it reads at the same time. */
  readonly atOnce: number;
  /** Allocates memory that it can read into. */
  allocate(bytes: number): Uint8Array;
  /**
   * Reads into memory that it has allocated, and which it may move.
   * @throws {FileChanged} or an error of the operating system
   */
  read(range: LocalRange, signal: AbortSignal | undefined): Promise<RangeRead>;
  /** Ends what it is doing, and waits for that. */
  close(): Promise<void>;
}

/** Where memory begins in a buffer: large buffers begin 16 bytes after a page, where some processors copy a third slower. */
const ALIGNED = 48;

/** All of a buffer but what comes before a place where copying is fast. */
export function alignedBytes(bytes: number, Buffer: typeof ArrayBuffer | typeof SharedArrayBuffer): Uint8Array {
  return new Uint8Array(new Buffer(bytes + ALIGNED), ALIGNED);
}

/** A worker, and how many ranges it has to read. */
interface Busy {
  readonly worker: OrderedWorker<LocalRange, RangeReply>;
  ranges: number;
}

/** Reads ranges on worker threads once there is enough to read, and until then on the calling thread, in short steps. */
export async function openLocalReader({
  algorithm,
  threads = availableParallelism(),
}: Pick<HashOptions, 'algorithm' | 'threads'>): Promise<LocalReader> {
  return new ReaderInNode(await loadAlgorithm(algorithm, warnOnce), threads);
}

class ReaderInNode implements LocalReader {
  readonly atOnce: number;
  readonly #algorithm: LoadedAlgorithm;
  readonly #workers: Busy[] = [];
  #bytes = 0;
  #isClosed = false;

  constructor(algorithm: LoadedAlgorithm, threads: number) {
    this.#algorithm = algorithm;
    this.atOnce = threads;
  }

  allocate(bytes: number): Uint8Array {
    return alignedBytes(bytes, SharedArrayBuffer);
  }

  async read(range: LocalRange, signal: AbortSignal | undefined): Promise<RangeRead> {
    return { bytes: range.into, digest: await this.#digestOf(range, signal) };
  }

  async #digestOf(range: LocalRange, signal: AbortSignal | undefined): Promise<string> {
    this.#bytes += range.into.length;
    if (!isWorthWorkers(this.#bytes)) return this.#readHere(range, signal);
    const chosen = await this.#takeLeastBusy();
    try {
      if (!(await chosen.worker.started)) return await this.#readHere(range, signal);
      const reply = await chosen.worker.send(range);
      if ('failure' in reply) throw errorOf(reply.failure);
      return reply.digest;
    } finally {
      chosen.ranges--;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#workers.map(({ worker }) => worker.end()));
  }

  async #readHere(range: LocalRange, signal: AbortSignal | undefined): Promise<string> {
    const yielder = new Yielder(signal);
    const reading = readLocalRange(range, this.#algorithm);
    try {
      for (;;) {
        const step = reading.next();
        if (step.done) return step.value;
        if (yielder.shouldYield) await yielder.yieldNow();
        if (this.#isClosed) throw new Error('the reader was closed');
      }
    } finally {
      reading.return(undefined as never); // closes the file
    }
  }

  /** The module is loaded only when a worker is needed. */
  async #takeLeastBusy(): Promise<Busy> {
    const { OrderedWorker } = await import('./ordered-worker.ts');
    if (this.#isClosed) throw new Error('the reader was closed');
    let [chosen] = this.#workers.toSorted((a, b) => a.ranges - b.ranges);
    if (!chosen || (chosen.ranges > 0 && this.#workers.length < this.atOnce)) {
      chosen = { worker: new OrderedWorker('range-worker', this.#algorithm.name), ranges: 0 };
      this.#workers.push(chosen);
    }
    chosen.ranges++; // before another range is given out
    return chosen;
  }
}
