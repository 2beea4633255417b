import { createHash } from 'node:crypto';
import { OmsError, quote } from '../errors.ts';

/** The digest algorithms of the registry (section 12). */
export type HashAlgorithm = 'sha256' | 'blake2b' | 'blake3';

/** One digest in the making. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lowercase hexadecimal. Ends the hasher. */
  digest(): string;
}

/** Size of a digest in bytes, per algorithm (OMS-ALG-3). */
const digestSize: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, blake2b: 64, blake3: 32 };

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(digestSize, name);
}

/**
 * Loads an algorithm and answers with a maker of hashers.
 * @throws {OmsError} `manifest/algorithm-unsupported`, `manifest/algorithm-unavailable`
 */
export async function loadAlgorithm(name: string): Promise<() => Hasher> {
  switch (name) {
    case 'sha256':
      return () => nodeHasher('sha256');
    case 'blake2b':
      return () => nodeHasher('blake2b512');
    case 'blake3':
      return loadBlake3();
    default:
      throw new OmsError(
        'manifest/algorithm-unsupported',
        `the digest algorithm ${quote(name)} is not one of ${Object.keys(digestSize).join(', ')}`,
      );
  }
}

function nodeHasher(name: string): Hasher {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

/** BLAKE3 is not in Node's crypto; the package carries a binary for each platform, loaded only when it is asked for. */
async function loadBlake3(): Promise<() => Hasher> {
  try {
    const { Blake3Hasher } = await import('@napi-rs/blake-hash');
    return () => {
      const hash = new Blake3Hasher();
      return {
        update: (bytes) => void hash.update(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
        digest: () => hash.digest('hex'),
      };
    };
  } catch (cause) {
    const message = 'blake3 cannot be computed here: the package @napi-rs/blake-hash has no binary for this platform';
    throw new OmsError('manifest/algorithm-unavailable', message, { cause });
  }
}
