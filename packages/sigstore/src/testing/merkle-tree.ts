import { createHash } from 'node:crypto';

/** A Merkle tree as RFC 6962 defines it. */
export class MerkleTree {
  readonly #leaves: Buffer[] = [];

  get size(): number {
    return this.#leaves.length;
  }

  /** As it was before anything was added. */
  clear(): void {
    this.#leaves.length = 0;
  }

  /** @returns the index of the new leaf */
  add(entry: Uint8Array): number {
    return this.#leaves.push(hash(0, entry)) - 1;
  }

  root(): Buffer {
    return rootOf(this.#leaves);
  }

  /** The hashes that lead from a leaf to the root. */
  proof(index: number): Buffer[] {
    return path(index, this.#leaves);
  }
}

function hash(prefix: number, ...parts: readonly Uint8Array[]): Buffer {
  const state = createHash('sha256').update(Buffer.from([prefix]));
  for (const part of parts) state.update(part);
  return state.digest();
}

/** The largest power of two below the number of leaves. */
function splitOf(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  const split = splitOf(leaves.length);
  return hash(1, rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function path(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...path(index, leaves.slice(0, split)), rootOf(leaves.slice(split))]
    : [...path(index - split, leaves.slice(split)), rootOf(leaves.slice(0, split))];
}
