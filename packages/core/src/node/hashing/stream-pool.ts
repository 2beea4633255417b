import type { StreamHasher } from '../../hashing/streams.ts';
import { type LoadedAlgorithm, localHasher } from './algorithms.ts';
import type { StreamWorkers } from './stream-workers.ts';
import { workersForStreams } from './worker-count.ts';

/** A stream with fewer bytes is hashed before a worker would have been told of it. */
const WORTH_A_MESSAGE_BYTES = 128 * 1024;

/** The workers that hash the streams of one model, perhaps in several calls. They start once there is enough to hash. */
export class StreamPool {
  readonly #streams: number;
  readonly #threads: number | undefined;
  #bytes = 0;
  #workers: Promise<StreamWorkers> | null = null;

  /** @param streams about how many there will be */
  constructor(streams: number, threads: number | undefined) {
    this.#streams = streams;
    this.#threads = threads;
  }

  /**
   * What makes the hashers of streams with so many bytes in total.
   * @returns a function that takes the number of bytes in one stream
   */
  async hashersFor(bytes: number, algorithm: LoadedAlgorithm): Promise<(length: number) => StreamHasher> {
    this.#bytes += bytes;
    this.#workers ??= this.#start(algorithm);
    const workers = await this.#workers;
    return (length) => (workers && length >= WORTH_A_MESSAGE_BYTES ? workers.createHasher() : localHasher(algorithm));
  }

  #start(algorithm: LoadedAlgorithm): Promise<StreamWorkers> | null {
    const count = workersForStreams(this.#streams, this.#bytes, this.#threads);
    if (count === 0) return null;
    return import('./stream-workers.ts').then(({ StreamWorkers }) => new StreamWorkers(algorithm, count));
  }

  /** Ends the workers, whatever they are doing, and waits until they have ended. */
  async close(): Promise<void> {
    const workers = await this.#workers;
    await workers?.close();
  }
}
