import { hash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

const sha256 = (...parts: readonly Uint8Array[]) => hash('sha256', Buffer.concat(parts), 'buffer');

/** The hash of an entry, as RFC 6962 defines it. */
export function leafHash(entry: Uint8Array): Buffer {
  return sha256(LEAF, entry);
}

/** A growing Merkle tree of RFC 6962, kept in memory. */
export class MerkleTree {
  readonly #leaves: Buffer[] = [];

  get size(): number {
    return this.#leaves.length;
  }

  clear(): void {
    this.#leaves.length = 0;
  }

  /** @returns the index of the new entry */
  append(entry: Uint8Array): number {
    return this.#leaves.push(leafHash(entry)) - 1;
  }

  root(): Buffer {
    return rootOf(this.#leaves);
  }

  /** The hashes that lead from an entry to the root, in the order in which they are used. */
  inclusionProof(index: number): Buffer[] {
    return pathOf(this.#leaves, index);
  }
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0] as Buffer;
  const left = split(leaves.length);
  return sha256(NODE, rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

function pathOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const left = split(leaves.length);
  return index < left
    ? [...pathOf(leaves.slice(0, left), index), rootOf(leaves.slice(left))]
    : [...pathOf(leaves.slice(left), index - left), rootOf(leaves.slice(0, left))];
}

/** The largest power of two below a size. */
function split(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1);
}
