import type { Case } from './cases.ts';

const letters = (count: number) => 'abcdefghij'.repeat(count / 10);

const tree = { 'weights.bin': letters(250), 'sub/more.bin': letters(100), 'tiny.txt': 't' };
const tampering = { flip: 'weights.bin' };

/** Other digests than SHA-256, and shards. */
export const hashes: readonly Case[] = [
  {
    id: 'files/blake2b',
    title: 'a tree hashed with BLAKE2b',
    tree: { ...tree, empty: '' },
    tampering,
    sign: { hash: 'blake2b' },
  },
  {
    id: 'files/blake3',
    title: 'a tree hashed with BLAKE3',
    tree: { ...tree, empty: '' },
    tampering,
    sign: { hash: 'blake3' },
  },
  { id: 'shards/sha256', title: 'shards hashed with SHA-256', tree, tampering, sign: { shardSize: 100 } },
  {
    id: 'shards/blake2b',
    title: 'shards hashed with BLAKE2b',
    tree,
    tampering,
    sign: { hash: 'blake2b', shardSize: 100 },
  },
  {
    id: 'shards/blake3',
    title: 'shards hashed with BLAKE3',
    tree,
    tampering,
    sign: { hash: 'blake3', shardSize: 100 },
    // The peer's library mistakes BLAKE3 with shards for BLAKE3 without.
    onlySigner: 'ours',
  },
  {
    id: 'shards/more-than-ten',
    title: 'a file of more than ten shards',
    tree: { w: letters(120) },
    tampering: { flip: 'w' },
    sign: { shardSize: 10 },
  },
  {
    id: 'shards/empty-file',
    title: 'shards in a tree with an empty file',
    tree: { ...tree, '__init__.py': '' },
    tampering,
    sign: { shardSize: 100 },
  },
  {
    id: 'shards/colon-in-name',
    title: 'shards of a file with a colon in its name',
    tree: { 'v1:weights.bin': letters(150) },
    tampering: { flip: 'v1:weights.bin' },
    sign: { shardSize: 100 },
  },
  {
    id: 'shards/single-file',
    title: 'shards of a single file',
    model: 'model.gguf',
    tree: letters(250),
    tampering: { flip: '' },
    sign: { shardSize: 100 },
  },
  {
    id: 'shards/unsigned-files-ignored',
    title: 'shards, where the verifier ignores unsigned files',
    tree,
    addedLater: { 'later.txt': 'later' },
    tampering,
    sign: { shardSize: 100 },
    verify: { ignoreUnsignedFiles: true },
  },
  ...(['command', 'automatic'] as const).flatMap((through): Case[] => {
    const how = through === 'command' ? 'by command' : 'by a library that has to detect how';
    const rest = { tree, tampering, through, onlySigner: 'ours' as const };
    return [
      { ...rest, id: `${through}/blake2b`, title: `a tree hashed with BLAKE2b ${how}`, sign: { hash: 'blake2b' } },
      { ...rest, id: `${through}/blake3`, title: `a tree hashed with BLAKE3 ${how}`, sign: { hash: 'blake3' } },
      { ...rest, id: `${through}/shards`, title: `shards ${how}`, sign: { shardSize: 100 } },
    ];
  }),
  {
    id: 'automatic/links',
    title: 'a tree with a link by a library that has to detect how',
    tree: { 'blobs/1': 'content', 'model.bin': { link: 'blobs/1' } },
    tampering: { flip: 'blobs/1' },
    through: 'automatic',
    onlySigner: 'ours',
    sign: { allowSymlinks: true },
  },
];
