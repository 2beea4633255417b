/** Files of one size in a model. */
export interface FileGroup {
  readonly count: number;
  /** Bytes of each. */
  readonly size: number;
}

/** A model to measure with. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly files: readonly FileGroup[];
  /** The number of runs where `runs` were requested. */
  readonly runs?: (runs: number) => number;
}

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

const tinyModel: readonly FileGroup[] = [
  { count: 1, size: 6 * KiB },
  { count: 2, size: 700 },
];

/** The workloads of a full run. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'one-file', title: 'one 4 GiB file', files: [{ count: 1, size: 4 * GiB }] },
  { name: 'medium-files', title: '1,000 × 4 MiB', files: [{ count: 1000, size: 4 * MiB }] },
  { name: 'small-files', title: '20,000 × 4 KiB', files: [{ count: 20_000, size: 4 * KiB }] },
  {
    name: 'many-files',
    title: '200,000 × 4 KiB',
    files: [{ count: 200_000, size: 4 * KiB }],
    runs: (runs) => Math.min(runs, 3),
  },
  {
    name: 'language-model',
    title: '8 × 512 MiB, 20 small',
    files: [
      { count: 8, size: 512 * MiB },
      { count: 20, size: 100 * KiB },
    ],
  },
  { name: 'tiny', title: 'a tiny model', files: tinyModel, runs: (runs) => runs * 4 },
];

/** The same shapes in small: running them only proves that everything works. */
export const SHORT_WORKLOADS: readonly Workload[] = [
  { name: 'one-file', title: 'one 4 MiB file', files: [{ count: 1, size: 4 * MiB }] },
  { name: 'medium-files', title: '20 × 64 KiB', files: [{ count: 20, size: 64 * KiB }] },
  { name: 'small-files', title: '200 × 4 KiB', files: [{ count: 200, size: 4 * KiB }] },
  { name: 'many-files', title: '400 × 4 KiB', files: [{ count: 400, size: 4 * KiB }] },
  {
    name: 'language-model',
    title: '8 × 256 KiB, 20 small',
    files: [
      { count: 8, size: 256 * KiB },
      { count: 20, size: 1 * KiB },
    ],
  },
  { name: 'tiny', title: 'a tiny model', files: tinyModel },
];

/** Bytes of a model. */
export function bytesOf({ files }: Workload): number {
  return files.reduce((sum, { count, size }) => sum + count * size, 0);
}

/** Number of files of a model. */
export function filesOf({ files }: Workload): number {
  return files.reduce((sum, { count }) => sum + count, 0);
}
