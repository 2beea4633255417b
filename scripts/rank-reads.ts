// `npm run rank-reads`: writes into the guide how much one rank of eight has to hash of a model of 70 billion parameters, by shard size.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MIB = 1024 * 1024;
const GB = 1e9;

/** A tensor of 16-bit numbers, and how ranks share it: by rows, by columns, or not. */
interface Tensor {
  readonly rows: number;
  readonly columns: number;
  readonly split: 'rows' | 'columns' | 'none';
}

const rows = (count: number, columns: number): Tensor => ({ rows: count, columns, split: 'rows' });
const columns = (count: number, width: number): Tensor => ({ rows: count, columns: width, split: 'columns' });

const [HIDDEN, INNER, VOCABULARY, LAYERS] = [8192, 28_672, 128_256, 80];

/** The layout of Llama 3 with 70 billion parameters. */
const layer: readonly Tensor[] = [
  ...[rows(HIDDEN, HIDDEN), rows(1024, HIDDEN), rows(1024, HIDDEN), columns(HIDDEN, HIDDEN)],
  ...[rows(INNER, HIDDEN), rows(INNER, HIDDEN), columns(HIDDEN, INNER)],
  ...[{ rows: HIDDEN, columns: 1, split: 'none' } as const, { rows: HIDDEN, columns: 1, split: 'none' } as const],
];
const tensors = [
  rows(VOCABULARY, HIDDEN),
  ...Array.from({ length: LAYERS }, () => layer).flat(),
  rows(VOCABULARY, HIDDEN),
];

const bytesOf = (tensor: Tensor) => 2 * tensor.rows * tensor.columns;

/** Files of at most 4.7 GB, as hubs have them. */
function filesOf(all: readonly Tensor[]): Tensor[][] {
  const files: Tensor[][] = [[]];
  let size = 0;
  for (const tensor of all) {
    if (size + bytesOf(tensor) > 4.7 * GB) {
      files.push([]);
      size = 0;
    }
    files.at(-1)?.push(tensor);
    size += bytesOf(tensor);
  }
  return files;
}

interface Reads {
  readonly needed: number;
  readonly hashed: number;
  readonly total: number;
  readonly shards: number;
}

/** What a rank needs of a file, and the shards that it touches. Columns are a part of every row, so they touch all shards of a tensor. */
export function readsOf(file: readonly Tensor[], shardSize: number, rank: number, ranks: number): Reads {
  const touched = new Set<number>();
  let needed = 0;
  let offset = 0;
  for (const tensor of file) {
    const bytes = bytesOf(tensor);
    const own = tensor.split === 'rows' ? [(bytes * rank) / ranks, (bytes * (rank + 1)) / ranks] : [0, bytes];
    const [start = 0, end = 0] = own.map((at) => offset + at);
    needed += tensor.split === 'none' ? bytes : bytes / ranks;
    for (let shard = Math.floor(start / shardSize); shard * shardSize < end; shard++) touched.add(shard);
    offset += bytes;
  }
  const total = offset;
  const hashed = [...touched].reduce((sum, shard) => sum + Math.min(shardSize, total - shard * shardSize), 0);
  return { needed, hashed, total, shards: Math.ceil(total / shardSize) };
}

const sizes = [1, 4, 16, 64, 256].map((count) => [`${count} MiB`, count * MIB] as const);

/** What a resource of a shard takes in a signature: some 190 bytes of JSON, in Base64. */
const BUNDLE_BYTES_PER_SHARD = (190 * 4) / 3;

export function table(): string {
  const files = filesOf(tensors);
  const lines = [...sizes, ['whole files', Number.MAX_SAFE_INTEGER] as const].map(([name, size]) => {
    const all = files.map((file) => readsOf(file, size, 3, 8));
    const sum = (of: (reads: Reads) => number) => all.reduce((total, reads) => total + of(reads), 0);
    const [hashed, needed, total, shards] = [
      sum((r) => r.hashed),
      sum((r) => r.needed),
      sum((r) => r.total),
      sum((r) => r.shards),
    ];
    const share = `${Math.round((100 * hashed) / total)} %`;
    const bundle = (shards * BUNDLE_BYTES_PER_SHARD) / 1e6;
    const cells = [
      name,
      `${(hashed / GB).toFixed(1)} GB`,
      share,
      `${(hashed / needed).toFixed(1)} ×`,
      shards.toLocaleString('en'),
    ];
    return `| ${[...cells, `${bundle < 0.1 ? '< 0.1' : bundle.toFixed(1)} MB`].join(' | ')} |`;
  });
  const reads = files.map((file) => readsOf(file, MIB, 3, 8));
  const [total, needed] = [reads.reduce((sum, r) => sum + r.total, 0), reads.reduce((sum, r) => sum + r.needed, 0)];
  return [
    '| shards | hashed for the rank | of the model | of what it needs | shards in all | signature |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
    `${(total / GB).toFixed(1)} GB in ${files.length} files, of which one rank of eight needs ${(needed / GB).toFixed(1)} GB.`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const guide = new URL('../docs/guide/read-while-verifying.md', import.meta.url);
  const [before, , after] = readFileSync(guide, 'utf8').split(/<!-- \/?rank-reads -->/);
  writeFileSync(guide, `${before}<!-- rank-reads -->\n\n${table()}\n\n<!-- /rank-reads -->${after}`);
}
