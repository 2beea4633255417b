import { type OwnEngine, stopsByItself } from '../hashing/own-engines.ts';
import { type HashLocal, hashFiles } from './hashing/hash-files.ts';
import { openLocalReader } from './hashing/local-reader.ts';
import { readerOf } from './hashing/open-reader.ts';
import { StreamPool } from './hashing/stream-pool.ts';

export { stopsByItself } from '../hashing/own-engines.ts';
export { readChunks } from '../hashing/streams.ts';
export { cloneFile } from './hashing/clone-file.ts';
export { copyInNode, fileFailure, type HashLocal, type HashLocalOptions, hashInNode } from './hashing/hash-files.ts';
export { JobFailure } from './hashing/local-engine.ts';
export { alignedBytes, type LocalReader, openLocalReader } from './hashing/local-reader.ts';
export { FileChanged, readSmallFile } from './hashing/open-file.ts';
export { isCopyFault } from './hashing/range-copy.ts';
export type { LocalRange } from './hashing/read-local-range.ts';

/**
 * Makes an engine from what hashes local files, and what reads ranges of them into memory. The engine also reads files through their functions, names the
 * files that failures are about, and reports progress. A verb that is aborted waits until the engine has stopped.
 */
export function makeEngine(hashLocally: HashLocal, openLocal = openLocalReader): OwnEngine {
  const prepare: OwnEngine['prepare'] = async () => {
    const pool = new StreamPool();
    return {
      hash: (jobs, options) => hashFiles(jobs, options, hashLocally, pool),
      [Symbol.asyncDispose]: () => pool.close(),
    };
  };
  return stopsByItself({
    reportsPointers: true,
    prepare,
    openReader: async (options) => readerOf(await openLocal(options), options),
    hash: async (jobs, options) => {
      const engine = await prepare(jobs.length, {});
      try {
        return await engine.hash(jobs, options);
      } finally {
        await engine[Symbol.asyncDispose]();
      }
    },
  });
}
