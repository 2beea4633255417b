import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

const hashes = { sha1, sha256, sha384, sha512 };

/** Hashes the pieces, one after another. Synchronous, unlike what browsers offer themselves. */
export function digest(algorithm: keyof typeof hashes, pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = hashes[algorithm].create();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
