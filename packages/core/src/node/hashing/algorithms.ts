import { createHash, hash } from 'node:crypto';
import { digestSize, type HashAlgorithm } from '../../format/algorithms.ts';
import { OmsError } from '../../format/errors.ts';
import { quote } from '../../format/text.ts';
import type { StreamHasher } from '../../hashing/streams.ts';

/** Computes one digest from pieces. */
export interface Hasher {
  update(bytes: Buffer): void;
  /** Returns lowercase hexadecimal, which is cheaper to make than bytes. The hasher cannot be used afterwards. */
  digest(): string;
}

/** An algorithm that is loaded. */
export interface LoadedAlgorithm {
  readonly name: HashAlgorithm;
  createHasher(): Hasher;
  /** Hashes bytes in one call, which for short ones is much faster than a hasher. */
  hash(bytes: Buffer): string;
}

type OnSlow = ((message: string) => void) | undefined;

/**
 * Loads an algorithm.
 * @param onSlow called if only a slow form of the algorithm is available
 * @throws {OmsError} `manifest/algorithm-unsupported`
 */
export async function loadAlgorithm(name: string, onSlow?: OnSlow): Promise<LoadedAlgorithm> {
  switch (name) {
    case 'sha256':
      return nodeAlgorithm(name, 'sha256');
    case 'blake2b':
      return (await loadBlake())?.blake2b ?? nodeAlgorithm(name, 'blake2b512');
    case 'blake3':
      return (await loadBlake())?.blake3 ?? (await loadSlowBlake3(onSlow));
    default:
      throw new OmsError(
        'manifest/algorithm-unsupported',
        `the digest algorithm ${quote(name)} is not one of ${Object.keys(digestSize).join(', ')}`,
      );
  }
}

function nodeAlgorithm(name: HashAlgorithm, nodeName: string): LoadedAlgorithm {
  return {
    name,
    createHasher() {
      const hasher = createHash(nodeName);
      return { update: (bytes) => void hasher.update(bytes), digest: () => hasher.digest('hex') };
    },
    hash: (bytes) => hash(nodeName, bytes, 'hex'),
  };
}

/** Hashes on the calling thread. */
export function localHasher(algorithm: Pick<LoadedAlgorithm, 'createHasher'>): StreamHasher {
  const hasher = algorithm.createHasher();
  return {
    update: (bytes) => void hasher.update(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    digest: async () => hasher.digest(),
  };
}

/** The package carries a binary for each common platform, and does not load on any other. */
async function loadBlake(): Promise<Record<'blake2b' | 'blake3', LoadedAlgorithm> | null> {
  try {
    const { blake2b, Blake2BHasher, blake3, Blake3Hasher } = await import('@napi-rs/blake-hash');
    return {
      blake2b: {
        name: 'blake2b',
        createHasher: () => nativeHasher(new Blake2BHasher()),
        hash: (bytes) => blake2b(bytes).toString('hex'),
      },
      blake3: {
        name: 'blake3',
        createHasher: () => nativeHasher(new Blake3Hasher()),
        hash: (bytes) => blake3(bytes).toString('hex'),
      },
    };
  } catch {
    return null;
  }
}

function nativeHasher(hasher: { update(bytes: Buffer): unknown; digest(format: 'hex'): string }): Hasher {
  return { update: (bytes) => void hasher.update(bytes), digest: () => hasher.digest('hex') };
}

/** BLAKE3 in JavaScript, for platforms without the binary: the same digests, far slower. */
async function loadSlowBlake3(onSlow: OnSlow): Promise<LoadedAlgorithm> {
  const { blake3 } = await import('@noble/hashes/blake3.js');
  onSlow?.('blake3 is computed in JavaScript, which is slow: there is no binary for this platform');
  return {
    name: 'blake3',
    createHasher: () => {
      const hasher = blake3.create();
      return {
        update: (bytes) => void hasher.update(bytes),
        digest: () => Buffer.from(hasher.digest()).toString('hex'),
      };
    },
    hash: (bytes) => Buffer.from(blake3(bytes)).toString('hex'),
  };
}
