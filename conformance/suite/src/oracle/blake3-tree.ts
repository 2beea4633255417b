// The hash tree of BLAKE3, written from its specification and not for speed.

const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const CHUNK = 1024;
const FLAGS = { chunkStart: 1, chunkEnd: 2, parent: 4, root: 8 };

const rotate = (word: number, bits: number) => ((word >>> bits) | (word << (32 - bits))) >>> 0;

function quarter(v: number[], [a, b, c, d]: readonly [number, number, number, number], x: number, y: number): void {
  const add = (i: number, ...words: number[]) => words.reduce((sum, word) => (sum + word) >>> 0, v[i] as number);
  for (const [word, first, second] of [
    [x, 16, 12],
    [y, 8, 7],
  ] as const) {
    v[a] = add(a, v[b] as number, word);
    v[d] = rotate((v[d] as number) ^ (v[a] as number), first);
    v[c] = add(c, v[d] as number);
    v[b] = rotate((v[b] as number) ^ (v[c] as number), second);
  }
}

const STEPS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

function compress(chaining: readonly number[], block: Buffer, counter: bigint, flags: number): number[] {
  const padded = Buffer.concat([block, Buffer.alloc(64 - block.length)]);
  let words = Array.from({ length: 16 }, (_, index) => padded.readUInt32LE(4 * index));
  const counts = [Number(counter & 0xffffffffn), Number(counter >> 32n)];
  const v = [...chaining, ...INITIAL.slice(0, 4), ...counts, block.length, flags];
  for (let round = 0; round < 7; round++) {
    for (const [index, step] of STEPS.entries())
      quarter(v, step, words[2 * index] as number, words[2 * index + 1] as number);
    words = PERMUTATION.map((from) => words[from] as number);
  }
  return chaining.map((_, index) => ((v[index] as number) ^ (v[index + 8] as number)) >>> 0);
}

function bytesOfWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(32);
  words.forEach((word, index) => void bytes.writeUInt32LE(word, 4 * index));
  return bytes;
}

function chunk(bytes: Buffer, counter: number, isRoot: boolean): Buffer {
  let value: readonly number[] = INITIAL;
  const blocks = Math.max(1, Math.ceil(bytes.length / 64));
  for (let index = 0; index < blocks; index++) {
    const isLast = index === blocks - 1;
    const end = isLast ? FLAGS.chunkEnd | (isRoot ? FLAGS.root : 0) : 0;
    const flags = (index === 0 ? FLAGS.chunkStart : 0) | end;
    value = compress(value, bytes.subarray(64 * index, 64 * index + 64), BigInt(counter), flags);
  }
  return bytesOfWords(value);
}

/** The value of a node over the values of its children. */
export function parent(pair: Buffer, isRoot: boolean): Buffer {
  return bytesOfWords(compress(INITIAL, pair, 0n, FLAGS.parent | (isRoot ? FLAGS.root : 0)));
}

/** The largest power of two below. */
export function leftOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}

/** The value of a subtree that begins at this chunk; as the root, the digest. */
export function subtree(bytes: Buffer, first: number, isRoot: boolean): Buffer {
  const count = Math.ceil(bytes.length / CHUNK);
  if (count <= 1) return chunk(bytes, first, isRoot);
  const left = leftOf(count);
  const [a, b] = [bytes.subarray(0, left * CHUNK), bytes.subarray(left * CHUNK)];
  return parent(Buffer.concat([subtree(a, first, false), subtree(b, first + left, false)]), isRoot);
}

/** A side file: its beginning, and the nodes at and above the groups in pre-order. */
export function sideFileOf(bytes: Buffer, g: number): Buffer {
  const size = CHUNK * 2 ** g;
  const head = Buffer.from('OMSB3T1\0\0\0\0\0\0\0\0\0', 'latin1');
  head[7] = g;
  head.writeBigUInt64LE(BigInt(bytes.length), 8);
  const nodes = (from: number, until: number): Buffer[] => {
    const count = Math.ceil((until - from) / size);
    if (count <= 1) return [];
    const middle = from + leftOf(count) * size;
    const value = (start: number, end: number) => subtree(bytes.subarray(start, end), start / CHUNK, false);
    return [value(from, middle), value(middle, until), ...nodes(from, middle), ...nodes(middle, until)];
  };
  return Buffer.concat([head, ...nodes(0, bytes.length)]);
}
