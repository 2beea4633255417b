/**
 * What a rank of a large model reads and hashes, by shard size and by the group size of a side file. Tensors of a transformer are laid
 * out as in a checkpoint of several files; a rank needs a range of rows of some and a part of every row of others.
 */
export interface Layout {
  readonly layers: number;
  /** Bytes of one row of a matrix, of which a rank needs whole rows of some and a part of each row of others. */
  readonly rowBytes: number;
  readonly rows: number;
  readonly ranks: number;
  /** Of the matrices of a layer, how many are split by rows and how many within rows. */
  readonly byRows: number;
  readonly withinRows: number;
}

/** Close to a model of 70 billion parameters in 16 bits. */
export const LAYOUT: Layout = { layers: 80, rowBytes: 16_384, rows: 8_192 * 13, ranks: 8, byRows: 9, withinRows: 4 };

/** The ranges that the first rank needs, in order. Each matrix has the same share of the rows of a layer. */
export function* rangesOf({ layers, rowBytes, rows, ranks, byRows, withinRows }: Layout): Generator<[number, number]> {
  const matrices = byRows + withinRows;
  const rowsOfOne = Math.floor(rows / matrices);
  let at = 0;
  for (let layer = 0; layer < layers; layer++) {
    for (let matrix = 0; matrix < matrices; matrix++) {
      if (matrix < byRows) yield [at, at + Math.floor(rowsOfOne / ranks) * rowBytes];
      else
        for (let row = 0; row < rowsOfOne; row++) yield [at + row * rowBytes, at + row * rowBytes + rowBytes / ranks];
      at += rowsOfOne * rowBytes;
    }
  }
}

/** Bytes of the whole layout. */
export function totalBytes({ layers, rowBytes, rows, byRows, withinRows }: Layout): number {
  const matrices = byRows + withinRows;
  return layers * matrices * Math.floor(rows / matrices) * rowBytes;
}

/** Ranges of bytes in order. */
export type Ranges = readonly (readonly [start: number, end: number])[];

/** The units of this size that hold any byte of the ranges, as ranges that do not touch. */
export function widened(ranges: Iterable<readonly [number, number]>, unit: number): Ranges {
  const runs: [number, number][] = [];
  for (const [start, end] of ranges) {
    const from = Math.floor(start / unit) * unit;
    const until = Math.ceil(end / unit) * unit;
    const last = runs.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else runs.push([from, until]);
  }
  return runs;
}

export function bytesOf(ranges: Ranges): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** The bytes of the nodes of a side file that lead to the groups of these ranges, as if no node were read twice. */
export function nodeBytes(groups: Ranges, unit: number, total: number): number {
  let bytes = 0;
  let runs = groups;
  for (let size = unit * 2; size / 2 < total; size *= 2) {
    runs = widened(runs, size);
    bytes += (bytesOf(runs) / size) * 64;
  }
  return bytes;
}
