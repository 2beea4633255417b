import { digits, formatMemory } from './format.ts';
import type { Case, Limit, Operation } from './matrix.ts';
import { figures, type Measurement } from './measurement.ts';

/** Which figure a target is about: times faster, times less memory, or milliseconds more. */
type Measure = 'speed' | 'memory' | 'delay';

/** Whoever a target is held against. */
type Rival = 'peer' | Limit;

/** What is aimed at, for every measured operation of a workload. */
interface Target extends Partial<Pick<Case, 'hash' | 'shardSize' | 'cache'>> {
  readonly workload: string;
  readonly operations?: readonly Operation[];
  /** Shards instead of files. */
  readonly shards?: boolean;
  readonly measure?: Measure;
  readonly against: Rival;
  /** At least this for speed and memory; at most this for a delay. */
  readonly bound: number;
  readonly tryFor?: number;
}

/** One line of the table of what was reached. */
export interface Reached {
  readonly workload: string;
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** Null where it was not measured. */
  readonly reached: boolean | null;
}

/** Of two processors; bounds from measurements of trials. */
const TARGETS: readonly Target[] = [
  { workload: 'one-file', against: 'peer', bound: 1.08, tryFor: 1.13 },
  { workload: 'one-file', against: 'openssl-one', bound: 0.94 },
  { workload: 'one-file', shards: true, against: 'peer', bound: 0.96 },
  { workload: 'medium-files', against: 'peer', bound: 1.06, tryFor: 1.15 },
  { workload: 'medium-files', against: 'openssl-all', bound: 0.79 },
  { workload: 'small-files', against: 'peer', bound: 11 },
  { workload: 'small-files', against: 'openssl-files', bound: 1 / 1.3 },
  { workload: 'many-files', against: 'peer', bound: 17 },
  { workload: 'many-files', against: 'peer', measure: 'memory', bound: 2 },
  { workload: 'small-files', cache: 'cold', against: 'peer', bound: 4 },
  { workload: 'one-file', hash: 'blake2b', against: 'peer', bound: 1.4 },
  { workload: 'one-file', hash: 'blake3', against: 'b3sum', bound: 0.87 },
  { workload: 'medium-files', hash: 'blake3', against: 'b3sum', bound: 1.1 },
  { workload: 'tiny', operations: ['verify'], against: 'peer', bound: 10 },
  { workload: 'tiny', operations: ['verify-keyless'], against: 'peer', bound: 2.5 },
  { workload: 'tiny', operations: ['verify'], against: 'empty-module', measure: 'delay', bound: 12 },
  { workload: 'tiny', operations: ['version', 'help'], against: 'empty-module', measure: 'delay', bound: 10 },
];

/** Names of what a target is held against, where no measurement has one. */
const NAMES: Readonly<Record<Rival, string>> = {
  peer: 'Python',
  'openssl-one': 'openssl speed, one processor',
  'openssl-all': 'openssl speed, all processors',
  'openssl-files': 'openssl dgst',
  b3sum: 'b3sum',
  'empty-module': 'an empty ES module',
};

/** Resident memory that ours may take whatever the model, and for each of its resources. Bytes. */
const MEMORY = { base: 200e6, perResource: 1000 };

/** Holds the measurements against all targets. Of several operations, each has to reach its target. */
export function reachOf(measurements: readonly Measurement[], titles: ReadonlyMap<string, string>): Reached[] {
  return [...TARGETS.map((target) => reachTarget(target, measurements, titles)), reachMemory(measurements)];
}

function reachTarget(
  target: Target,
  measurements: readonly Measurement[],
  titles: ReadonlyMap<string, string>,
): Reached {
  const { workload, against, measure = 'speed', bound, tryFor } = target;
  const found = measurements
    .filter((measurement) => matches(target, measurement))
    .flatMap((measurement) => {
      const value = measuredValue(measurement, against, measure);
      return value === null ? [] : [{ operation: measurement.operation, value }];
    });
  const fine = (value: number) => (measure === 'delay' ? value <= bound : value >= bound);
  const unit = { speed: '×', memory: '× less memory than', delay: 'ms more than' }[measure];
  return {
    workload: titles.get(workload) ?? workload,
    what: whatOf(target),
    target: `${measure === 'delay' ? '≤' : '≥'} ${trim(bound)}${tryFor ? ` (try ${trim(tryFor)})` : ''} ${unit} ${NAMES[against]}`,
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

function measuredValue(measurement: Measurement, against: Rival, measure: Measure): number | null {
  const its = figures(measurement, against);
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

/** The case in which the memory of ours is nearest to its bound, or furthest above it. */
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

/** A bound as it is written: without zeros at the end. */
function trim(bound: number): string {
  return String(Number(bound.toFixed(2)));
}
