import type { HashAlgorithm } from '../format/algorithms.ts';
import type { OwnEngine } from '../hashing/own-engines.ts';
import type { StreamHasher } from '../hashing/streams.ts';
import { loadAlgorithm, localHasher } from './hashing/algorithms.ts';
import { hashInNode } from './hashing/hash-files.ts';
import { makeEngine } from './make-engine.ts';
import { Yielder } from './yielder.ts';

export { readSmallFile } from './hashing/open-file.ts';

/** Hashes on worker threads of this process, or on the calling thread if there is little to hash. */
export const defaultEngine: OwnEngine = makeEngine(hashInNode);

/** Loads an algorithm, and returns what creates a hasher for each of several streams, on the calling thread. */
export async function streamHashers(name: HashAlgorithm): Promise<() => StreamHasher> {
  const algorithm = await loadAlgorithm(name);
  return () => localHasher(algorithm);
}

/** How much is hashed at once, so that other work gets its turn. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Like {@link streamHashers}, for content that is in memory as a whole. */
export async function bytesHashers(name: HashAlgorithm): Promise<() => StreamHasher> {
  const algorithm = await loadAlgorithm(name);
  return () => {
    const hasher = localHasher(algorithm);
    return {
      digest: () => hasher.digest(),
      async update(bytes) {
        const yielder = new Yielder(undefined);
        for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
          hasher.update(bytes.subarray(at, at + SLICE_BYTES));
          if (yielder.shouldYield) await yielder.yieldNow();
        }
      },
    };
  };
}
