import type { StreamHasher } from '../../hashing/streams.ts';
import { type LoadedAlgorithm, localHasher } from './algorithms.ts';
import type { StreamWorkers } from './stream-workers.ts';
import { workersForStreams } from './worker-count.ts';

/** What creates the hashers of streams. */
export type HasherFactory = () => StreamHasher;

/**
 * The worker threads that hash the streams of one model. They are started once there is enough to hash, whether it comes at once or
 * file by file.
 */
export class StreamPool {
  readonly #workers = new Map<string, Promise<StreamWorkers>>();
  #bytes = 0;

  /** The hashers for so many more bytes. */
  async hashersFor(bytes: number, algorithm: LoadedAlgorithm, threads: number | undefined): Promise<HasherFactory> {
    this.#bytes += bytes;
    const max = workersForStreams(this.#bytes, threads);
    if (max === 0) return () => localHasher(algorithm);
    const found = this.#workers.get(algorithm.name) ?? newWorkers(algorithm, max);
    this.#workers.set(algorithm.name, found);
    const workers = await found;
    return () => workers.createHasher();
  }

  /** Ends the workers, and waits until they have ended. */
  async close(): Promise<void> {
    for (const workers of this.#workers.values()) await (await workers).close();
  }
}

/** Loads the module only when a worker is needed. */
async function newWorkers(algorithm: LoadedAlgorithm, max: number): Promise<StreamWorkers> {
  const { StreamWorkers } = await import('./stream-workers.ts');
  return new StreamWorkers(algorithm, max);
}
