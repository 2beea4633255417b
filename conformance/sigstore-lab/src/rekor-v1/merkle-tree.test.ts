import { hash } from 'node:crypto';
import { leafHash, MerkleTree } from '@model-signing/testing/merkle-tree';
import { describe, expect, it } from 'vitest';

const sha256 = (data: Buffer) => hash('sha256', data, 'buffer');

/** Verifies an inclusion proof as RFC 9162, section 2.1.3.2, tells it: from the leaf up, by the bits of the index. */
function rootFromProof(entry: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer {
  let [node, last, root] = [index, size - 1, leafHash(entry)];
  for (const sibling of proof) {
    if (last === 0) throw new Error('the proof is too long');
    if (node % 2 === 1 || node === last) {
      root = sha256(Buffer.concat([Buffer.of(1), sibling, root]));
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else root = sha256(Buffer.concat([Buffer.of(1), root, sibling]));
    [node, last] = [node >> 1, last >> 1];
  }
  if (last !== 0) throw new Error('the proof is too short');
  return root;
}

describe('the Merkle tree', () => {
  it('the Merkle tree has the root of RFC 6962 when it is empty and when it has one entry', () => {
    const tree = new MerkleTree();
    expect(tree.root()).toEqual(sha256(Buffer.alloc(0)));
    tree.append(Buffer.from('one'));
    expect(tree.root()).toEqual(sha256(Buffer.from('\0one')));
  });

  it('the Merkle tree proves every entry of every size up to 40', () => {
    const tree = new MerkleTree();
    for (let size = 1; size <= 40; size++) {
      tree.append(Buffer.from(`entry ${size}`));
      for (let index = 0; index < size; index++) {
        const entry = Buffer.from(`entry ${index + 1}`);
        expect(rootFromProof(entry, index, size, tree.inclusionProof(index))).toEqual(tree.root());
      }
    }
  });
});
