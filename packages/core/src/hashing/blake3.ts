// BLAKE3 as a tree, as its specification describes it: engines return the digest alone, and a side file holds the inner nodes.

/** Bytes of a chunk. */
export const CHUNK_BYTES = 1024;

/** Bytes of a chaining value, and of a digest. */
export const VALUE_BYTES = 32;

const BLOCK_BYTES = 64;
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

const INITIAL = Uint32Array.of(
  ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
);

const FIRST_HALF = INITIAL.subarray(0, 4);

const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

/** Which words of a block each of the seven rounds mixes in, in its order. */
const SCHEDULE = scheduleOf(7);

function scheduleOf(rounds: number): Uint8Array {
  let order = Array.from({ length: 16 }, (_, index) => index);
  const schedule: number[] = [];
  for (let round = 0; round < rounds; round++) {
    schedule.push(...order);
    order = PERMUTATION.map((from) => order[from] as number);
  }
  return Uint8Array.from(schedule);
}

/** The state words that each of the eight mixing steps of a round is about: four columns, then four diagonals. */
const STEPS = Uint8Array.of(
  ...[0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  ...[0, 5, 10, 15, 1, 6, 11, 12, 2, 7, 8, 13, 3, 4, 9, 14],
);

const state = new Uint32Array(16);
const words = new Uint32Array(16);

/** Compresses `words` into the chaining value. All of this is synchronous, so that one state serves every call. */
function compress(value: Uint32Array, counter: number, length: number, flags: number): void {
  state.set(value);
  state.set(FIRST_HALF, 8);
  state[12] = counter >>> 0;
  state[13] = Math.floor(counter / 2 ** 32);
  state[14] = length;
  state[15] = flags;
  for (let at = 0; at < SCHEDULE.length; at += 16) {
    for (let step = 0; step < 8; step++) {
      mix(
        step * 4,
        words[SCHEDULE[at + 2 * step] as number] as number,
        words[SCHEDULE[at + 2 * step + 1] as number] as number,
      );
    }
  }
  for (let index = 0; index < 8; index++) value[index] = (state[index] as number) ^ (state[index + 8] as number);
}

function mix(step: number, x: number, y: number): void {
  const ia = STEPS[step] as number;
  const ib = STEPS[step + 1] as number;
  const ic = STEPS[step + 2] as number;
  const id = STEPS[step + 3] as number;
  let a = state[ia] as number;
  let b = state[ib] as number;
  let c = state[ic] as number;
  let d = state[id] as number;
  a = (a + b + x) | 0;
  d = rotate(d ^ a, 16);
  c = (c + d) | 0;
  b = rotate(b ^ c, 12);
  a = (a + b + y) | 0;
  d = rotate(d ^ a, 8);
  c = (c + d) | 0;
  b = rotate(b ^ c, 7);
  state[ia] = a;
  state[ib] = b;
  state[ic] = c;
  state[id] = d;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

const block = new Uint8Array(BLOCK_BYTES);
const view = new DataView(block.buffer);

/** Reads up to 64 bytes from `at` as little-endian words, with zeros after them. */
function readBlock(bytes: Uint8Array, at: number, length: number): void {
  if (length < BLOCK_BYTES) block.fill(0);
  for (let index = 0; index < length; index++) block[index] = bytes[at + index] as number;
  for (let word = 0; word < 16; word++) words[word] = view.getUint32(4 * word, true);
}

function toBytes(value: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  const values = new DataView(bytes.buffer);
  for (const [index, word] of value.entries()) values.setUint32(4 * index, word, true);
  return bytes;
}

function chunkValue(bytes: Uint8Array, counter: number, rootFlag: number): Uint8Array {
  const value = INITIAL.slice();
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK_BYTES));
  for (let index = 0; index < blocks; index++) {
    const at = index * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES, bytes.length - at);
    const isLast = index === blocks - 1;
    readBlock(bytes, at, length);
    compress(value, counter, length, (index === 0 ? CHUNK_START : 0) | (isLast ? CHUNK_END | rootFlag : 0));
  }
  return toBytes(value);
}

/**
 * The chaining value of an inner node, or the digest if it is the root.
 * @param pair the chaining values of its two children, one after the other
 */
export function parentValue(pair: Uint8Array, isRoot: boolean): Uint8Array {
  const value = INITIAL.slice();
  readBlock(pair, 0, BLOCK_BYTES);
  compress(value, 0, BLOCK_BYTES, PARENT | (isRoot ? ROOT : 0));
  return toBytes(value);
}

/**
 * The chaining value of a subtree, or the digest if it is the whole tree.
 * @param bytes the content of the subtree
 * @param firstChunk how many chunks come before it
 */
export function subtreeValue(bytes: Uint8Array, firstChunk: number, isRoot: boolean): Uint8Array {
  if (bytes.length <= CHUNK_BYTES) return chunkValue(bytes, firstChunk, isRoot ? ROOT : 0);
  const left = leftUnits(Math.ceil(bytes.length / CHUNK_BYTES));
  const pair = new Uint8Array(2 * VALUE_BYTES);
  pair.set(subtreeValue(bytes.subarray(0, left * CHUNK_BYTES), firstChunk, false));
  pair.set(subtreeValue(bytes.subarray(left * CHUNK_BYTES), firstChunk + left, false), VALUE_BYTES);
  return parentValue(pair, isRoot);
}

/** How many of so many chunks or groups, of which there are at least two, belong to the left child: the largest power of two below. */
export function leftUnits(count: number): number {
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
}
