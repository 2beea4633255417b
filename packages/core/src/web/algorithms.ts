import type { HashAlgorithm } from '../format/algorithms.ts';
import type { StreamHasher } from '../hashing/streams.ts';
import type { ReusableHasher } from './reusable-hasher.ts';

/** Hashes streams on the calling thread, several at a time. */
export class StreamHashers {
  readonly #algorithm: HashAlgorithm;
  readonly #idle: ReusableHasher[] = [];

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  createHasher(): StreamHasher {
    let hasher = this.#idle.pop()?.init();
    const started = async () => {
      hasher ??= await createHasher(this.#algorithm);
      return hasher;
    };
    return {
      update: (bytes) => (hasher ? void hasher.update(bytes) : started().then((ready) => void ready.update(bytes))),
      digest: async () => {
        const ready = await started();
        const digest = ready.digest();
        this.#idle.push(ready);
        return digest;
      },
    };
  }
}

/**
 * Loads an algorithm, in WebAssembly where that runs. The policy of a page may forbid it (`script-src` without `'wasm-unsafe-eval'`), and
 * a browser that is locked down has none: then plain JavaScript gives the same digests, several times more slowly.
 */
export async function createHasher(algorithm: HashAlgorithm): Promise<ReusableHasher> {
  const { createBLAKE2b, createBLAKE3, createSHA256 } = await import('./wasm-hashes.ts');
  try {
    return await { sha256: createSHA256, blake2b: createBLAKE2b, blake3: createBLAKE3 }[algorithm]();
  } catch {
    const { createScriptHasher } = await import('./script-hashes.ts');
    return createScriptHasher(algorithm);
  }
}
