import type { Case, Limit, Operation } from '../../suite/src/bench/cases.ts';
import { digits, formatMemory } from '../../suite/src/bench/format.ts';
import { figures, type Measurement } from '../../suite/src/bench/measurement.ts';
import type { Reached } from '../../suite/src/bench/report.ts';
import { WORKLOADS } from '../../suite/src/bench/workloads.ts';

/** Which figure a target is about: times faster, times less memory, or milliseconds more. */
type Measure = 'speed' | 'memory' | 'delay';

/** The baseline that ours is compared with. */
type Baseline = 'peer' | Limit;

/** A goal for every measured operation of a workload. */
interface Target extends Partial<Pick<Case, 'hash' | 'shardSize' | 'cache'>> {
  readonly workload: string;
  readonly operations?: readonly Operation[];
  /** Shards instead of files. */
  readonly shards?: boolean;
  readonly measure?: Measure;
  readonly baseline: Baseline;
  /** At least this for speed and memory; at most this for a delay. */
  readonly bound: number;
  /** A more ambitious bound. */
  readonly stretch?: number;
}

/** For two processors; the bounds come from trials. */
const TARGETS: readonly Target[] = [
  { workload: 'one-file', baseline: 'peer', bound: 1.08, stretch: 1.13 },
  { workload: 'one-file', baseline: 'openssl-one', bound: 0.94 },
  { workload: 'one-file', shards: true, baseline: 'peer', bound: 0.96 },
  { workload: 'medium-files', baseline: 'peer', bound: 1.06, stretch: 1.15 },
  { workload: 'medium-files', baseline: 'openssl-all', bound: 0.79 },
  { workload: 'small-files', baseline: 'peer', bound: 11 },
  { workload: 'small-files', baseline: 'openssl-files', bound: 1 / 1.3 },
  { workload: 'many-files', baseline: 'peer', bound: 17 },
  { workload: 'many-files', baseline: 'peer', measure: 'memory', bound: 2 },
  { workload: 'small-files', cache: 'cold', baseline: 'peer', bound: 4 },
  { workload: 'one-file', hash: 'blake2b', baseline: 'peer', bound: 1.4 },
  { workload: 'one-file', hash: 'blake3', baseline: 'b3sum', bound: 0.87 },
  { workload: 'medium-files', hash: 'blake3', baseline: 'b3sum', bound: 1.1 },
  { workload: 'tiny', operations: ['verify'], baseline: 'peer', bound: 10 },
  { workload: 'tiny', operations: ['verify-keyless'], baseline: 'peer', bound: 2.5 },
  { workload: 'tiny', operations: ['verify'], baseline: 'empty-module', measure: 'delay', bound: 12 },
  { workload: 'tiny', operations: ['version', 'help'], baseline: 'empty-module', measure: 'delay', bound: 10 },
];

/** The names of the baselines in the table. */
const NAMES: Readonly<Record<Baseline, string>> = {
  peer: 'Python',
  'openssl-one': 'openssl speed, one processor',
  'openssl-all': 'openssl speed, all processors',
  'openssl-files': 'openssl dgst',
  b3sum: 'b3sum',
  'empty-module': 'an empty ES module',
};

/** The resident memory that ours may use for any model, and for each of its resources. Bytes. */
const MEMORY = { base: 200e6, perResource: 1000 };

/** Compares the measurements with all targets. If a target covers several operations, each must reach it. */
export function reachOf(measurements: readonly Measurement[]): Reached[] {
  return [...TARGETS.map((target) => reachTarget(target, measurements)), reachMemory(measurements)];
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
  const unit = { speed: '×', memory: '× less memory than', delay: 'ms more than' }[measure];
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
    (shardSize !== null) === (target.shards ?? false) &&
    cache === (target.cache ?? 'warm')
  );
}

function measuredValue(measurement: Measurement, baseline: Baseline, measure: Measure): number | null {
  const its = figures(measurement, baseline);
  if (measure === 'speed') return its?.ratio?.median ?? null;
  if (measure === 'delay') return its?.delay ? its.delay.median * 1000 : null;
  const ours = figures(measurement, 'ours')?.peakMemory;
  return its?.peakMemory && ours ? its.peakMemory.median / ours.median : null;
}

function whatOf({ operations, hash = 'sha256', shards, cache }: Target): string {
  const names = operations?.map((operation) =>
    operation === 'version' || operation === 'help' ? `--${operation}` : operation,
  );
  return [...(names ?? [hash]), ...(shards ? ['shards'] : []), ...(cache === 'cold' ? ['cold'] : [])].join(', ');
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
