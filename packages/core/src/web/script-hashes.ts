import { blake2b } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HashAlgorithm } from '../format/algorithms.ts';
import type { ReusableHasher } from './reusable-hasher.ts';

const hashes = { sha256, blake2b, blake3 };

/** Hashes in plain JavaScript, which every page may run, several times more slowly than in WebAssembly. */
export function createScriptHasher(algorithm: HashAlgorithm): ReusableHasher {
  const start = () => hashes[algorithm].create();
  let hash = start();
  const hasher: ReusableHasher = {
    init() {
      hash = start();
      return hasher;
    },
    update: (bytes) => hash.update(bytes),
    digest: () => bytesToHex(hash.digest()),
  };
  return hasher;
}
