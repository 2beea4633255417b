import type { HashJob, HashOptions, RangeRead, RangeReader } from '../../engine.ts';
import { readRange } from '../../hashing/read-range.ts';
import { lengthOf } from '../../hashing/streams.ts';
import { loadAlgorithm } from './algorithms.ts';
import { fileFailure, warnOnce } from './hash-files.ts';
import type { LocalReader } from './local-reader.ts';
import { StreamPool } from './stream-pool.ts';

type ReaderOptions = Pick<HashOptions, 'algorithm' | 'threads'>;

/** Reads ranges of local files, and of other files through their functions, and names the files of failures. */
export function readerOf(local: LocalReader, options: ReaderOptions): RangeReader {
  const streams = new StreamReader(options);
  return {
    atOnce: local.atOnce,
    allocate: (bytes) => local.allocate(bytes),
    async read(job, into, { signal }) {
      const { file, start } = job;
      if (!('path' in file.content)) return streams.read(job, into, signal);
      const range = { path: file.content.path, size: file.size, start, into };
      try {
        return await local.read(range, signal);
      } catch (error) {
        throw fileFailure(file, error);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([local.close(), streams.close()]);
    },
  };
}

/** Reads ranges on this thread, and hashes them on workers if there is much to hash. */
class StreamReader {
  readonly #options: ReaderOptions;
  readonly #pool = new StreamPool();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async read(job: HashJob, into: Uint8Array, signal: AbortSignal | undefined): Promise<RangeRead> {
    const algorithm = await loadAlgorithm(this.#options.algorithm, warnOnce);
    const createHasher = await this.#pool.hashersFor(lengthOf(job), algorithm, this.#options.threads);
    return readRange(job, into, createHasher(), signal);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
