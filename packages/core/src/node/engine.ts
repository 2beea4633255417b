import type { HashEngine } from '../engine.ts';
import { hashFiles } from './hashing/hash-files.ts';
import { startWorkers } from './hashing/local-engine.ts';
import { StreamPool } from './hashing/stream-pool.ts';

export { readSmallFile } from './hashing/open-file.ts';

/** Hashes on worker threads of this process, or on the calling thread if there is little to hash. */
export const defaultEngine: HashEngine = {
  reportsPointers: true,
  hash: (jobs, options) => hashFiles(jobs, options, null),
  prepare: async (files, { threads }) => {
    const workers = await startWorkers(files, threads);
    const pool = new StreamPool(files, threads);
    return {
      hash: (jobs, options) => hashFiles(jobs, options, workers, pool),
      [Symbol.asyncDispose]: async () => void (await Promise.all([workers?.close(), pool.close()])),
    };
  },
};
