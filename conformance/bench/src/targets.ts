import type { Case, Limit, Operation } from '../../suite/src/bench/cases.ts';
import { digits, formatMemory } from '../../suite/src/bench/format.ts';
import { figures, type Measurement } from '../../suite/src/bench/measurement.ts';
import type { Reached } from '../../suite/src/bench/report.ts';
import { MiB, WORKLOADS } from '../../suite/src/bench/workloads.ts';

/** Which figure a target is about: times faster, or milliseconds more. */
type Measure = 'speed' | 'delay';

/** What ours is compared with. */
type Baseline = 'peer' | 'peer-go' | 'earlier' | 'ours-node' | 'ours-one-thread' | Limit;

/** A goal for every measured operation of a workload. */
interface Target extends Partial<Pick<Case, 'hash' | 'shardSize' | 'cache'>> {
  readonly workload: string;
  readonly operations?: readonly Operation[];
  readonly measure?: Measure;
  readonly baseline: Baseline;
  /** At least this for speed; at most this for a delay. */
  readonly bound: number;
  /** A more ambitious bound. */
  readonly stretch?: number;
}

const BIG_SHARD = 1e9;
const SMALL_SHARD = 64 * MiB;

/** For two processors, with the native engine; the bounds come from trials. `earlier` is the last version without that engine. */
const TARGETS: readonly Target[] = [
  { workload: 'one-file', baseline: 'openssl-files', bound: 1, stretch: 1.1 },
  { workload: 'one-file', baseline: 'peer-go', bound: 1 },
  { workload: 'one-file', shardSize: BIG_SHARD, baseline: 'peer', bound: 0.96 },
  { workload: 'one-file', shardSize: SMALL_SHARD, baseline: 'peer', bound: 2.2, stretch: 3 },
  { workload: 'medium-files', baseline: 'peer', bound: 2.2, stretch: 3 },
  { workload: 'medium-files', baseline: 'earlier', bound: 1.5, stretch: 1.8 },
  { workload: 'medium-files', baseline: 'peer-go', bound: 2.3, stretch: 3 },
  { workload: 'medium-files', baseline: 'ours-one-thread', bound: 1.8 },
  { workload: 'small-files', baseline: 'peer', bound: 14, stretch: 20 },
  { workload: 'small-files', baseline: 'peer-go', bound: 3.5, stretch: 5 },
  { workload: 'many-files', baseline: 'peer', bound: 21, stretch: 28 },
  { workload: 'small-files', cache: 'cold', baseline: 'peer', bound: 4 },
  { workload: 'one-file', hash: 'blake2b', baseline: 'peer', bound: 1.4 },
  { workload: 'one-file', hash: 'blake3', baseline: 'b3sum', bound: 0.6, stretch: 1 },
  { workload: 'medium-files', hash: 'blake3', baseline: 'b3sum', bound: 0.75, stretch: 1 },
  { workload: 'tiny', baseline: 'ours-node', measure: 'delay', bound: 1 },
  { workload: 'tiny', operations: ['verify'], baseline: 'peer', bound: 10 },
  { workload: 'tiny', operations: ['verify-keyless'], baseline: 'peer', bound: 2.5 },
  { workload: 'tiny', operations: ['verify'], baseline: 'empty-module', measure: 'delay', bound: 12 },
  { workload: 'tiny', operations: ['version', 'help'], baseline: 'empty-module', measure: 'delay', bound: 10 },
];

/** The names of the baselines in the table. */
const NAMES: Readonly<Record<Baseline, string>> = {
  peer: 'Python',
  'peer-go': 'Go',
  earlier: 'the earlier version',
  'ours-node': 'without the native engine',
  'ours-one-thread': 'with one thread',
  'openssl-one': 'openssl speed, one processor',
  'openssl-all': 'openssl speed, all processors',
  'openssl-files': 'openssl dgst',
  b3sum: 'b3sum',
  'empty-module': 'an empty ES module',
};

/** The most resident memory for many small files. Bytes. */
const MANY_FILES_MEMORY = 300e6;

/** The resident memory that ours may use for any model, and for each of its resources. Bytes. */
const MEMORY = { base: 200e6, perResource: 1000 };

/** Compares the measurements with all targets. If a target covers several operations, each must reach it. */
export function reachOf(measurements: readonly Measurement[]): Reached[] {
  return [
    ...TARGETS.map((target) => reachTarget(target, measurements)),
    reachManyFiles(measurements),
    reachMemory(measurements),
  ];
}

function reachTarget(target: Target, measurements: readonly Measurement[]): Reached {
  const { workload, baseline, measure = 'speed', bound, stretch } = target;
  const found = measurements
    .filter((measurement) => matches(target, measurement))
    .flatMap((measurement) => {
      const value = measuredValue(measurement, baseline, measure);
      return value === null ? [] : [{ operation: measurement.operation, value }];
    });
  const fine = (value: number) => (measure === 'delay' ? value <= bound : value >= bound);
  const unit = { speed: '×', delay: 'ms more than' }[measure];
  return {
    workload: WORKLOADS.find(({ name }) => name === workload)?.title ?? workload,
    what: whatOf(target),
    target: `${measure === 'delay' ? '≤' : '≥'} ${trim(bound)}${stretch ? ` (try ${trim(stretch)})` : ''} ${unit} ${NAMES[baseline]}`,
    measured: found.map(({ operation, value }) => `${digits(value)} ${operation}`).join(', ') || '–',
    reached: found.length === 0 ? null : found.every(({ value }) => fine(value)),
  };
}

function matches(target: Target, { workload, operation, hash, shardSize, cache }: Measurement): boolean {
  return (
    workload === target.workload &&
    (target.operations ?? ['sign', 'verify']).includes(operation) &&
    hash === (target.hash ?? 'sha256') &&
    shardSize === (target.shardSize ?? null) &&
    cache === (target.cache ?? 'warm')
  );
}

function measuredValue(measurement: Measurement, baseline: Baseline, measure: Measure): number | null {
  const its = figures(measurement, baseline);
  if (measure === 'speed') return its?.ratio?.median ?? null;
  return its?.delay ? its.delay.median * 1000 : null;
}

function whatOf({ operations, hash = 'sha256', shardSize, cache }: Target): string {
  const names = operations?.map((operation) =>
    operation === 'version' || operation === 'help' ? `--${operation}` : operation,
  );
  const shards = shardSize ? [`shards of ${shardSize === BIG_SHARD ? '1 GB' : '64 MiB'}`] : [];
  return [...(names ?? [hash]), ...shards, ...(cache === 'cold' ? ['cold'] : [])].join(', ');
}

/** The memory for many small files, whichever of the operations takes more. */
function reachManyFiles(measurements: readonly Measurement[]): Reached {
  const used = measurements
    .filter(({ workload }) => workload === 'many-files')
    .flatMap(({ operation, ...measurement }) => {
      const memory = figures({ operation, ...measurement }, 'ours')?.peakMemory;
      return memory ? [{ operation, bytes: memory.median }] : [];
    });
  return {
    workload: WORKLOADS.find(({ name }) => name === 'many-files')?.title ?? 'many-files',
    what: 'peak memory',
    target: `≤ ${formatMemory(MANY_FILES_MEMORY)}`,
    measured: used.map(({ operation, bytes }) => `${formatMemory(bytes)} ${operation}`).join(', ') || '–',
    reached: used.length === 0 ? null : used.every(({ bytes }) => bytes <= MANY_FILES_MEMORY),
  };
}

/** The case in which our memory is closest to its bound, or furthest above it. */
function reachMemory(measurements: readonly Measurement[]): Reached {
  const uses = measurements.flatMap((measurement) => {
    const used = figures(measurement, 'ours')?.peakMemory?.max;
    if (used === undefined) return [];
    const allowed = MEMORY.base + MEMORY.perResource * measurement.files;
    return [{ measurement, used, share: used / allowed }];
  });
  const worst = uses.toSorted((a, b) => b.share - a.share)[0];
  return {
    workload: 'every workload',
    what: 'peak memory',
    target: `≤ ${formatMemory(MEMORY.base)} and ${MEMORY.perResource / 1000} kB per resource`,
    measured: worst ? `${formatMemory(worst.used)} (${worst.measurement.title})` : '–',
    reached: worst ? worst.share <= 1 : null,
  };
}

/** A bound without trailing zeros. */
function trim(bound: number): string {
  return String(Number(bound.toFixed(2)));
}
