import { describeCase, isReference } from './cases.ts';
import { digits, formatMemory, formatRatio, formatSeconds } from './format.ts';
import type { Machine } from './machine.ts';
import type { Figures, Measurement } from './measurement.ts';
import type { Failure } from './rounds.ts';
import { type Curve, lastGrowth } from './scaling.ts';
import { formatQuantity } from './scaling-plot.ts';
import { formatTable } from './table.ts';

/** The result of a benchmark; its README documents the members. */
export interface Report {
  readonly schema: 'model-signing/benchmark/v1';
  /** ISO 8601, to the day. */
  readonly date: string;
  readonly machine: Machine;
  readonly settings: { readonly runs: number; readonly short: boolean; readonly cold: boolean };
  readonly measurements: readonly Measurement[];
  readonly scaling: readonly Curve[];
  /** Empty unless targets were requested. */
  readonly reach: readonly Reached[];
  readonly skipped: readonly Skipped[];
  /** Without reasons, which may name files of the machine. */
  readonly failures: readonly Omit<Failure, 'reason'>[];
}

/** One line of the table of targets. */
export interface Reached {
  readonly workload: string;
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** Null if nothing was measured. */
  readonly reached: boolean | null;
}

/** Something that could not be measured. */
export interface Skipped {
  readonly what: string;
  readonly reason: string;
}

/** If other processes use more processors than this, the figures mean little. */
const BUSY = 0.15;

/** All figures of all subjects, as text. */
function measurementTable(measurements: readonly Measurement[]): string {
  const heading = [
    'workload',
    'case',
    'program',
    'time',
    'min–max',
    'processor',
    'GB/s',
    'memory',
    `its time / ${referenceName(measurements)}`,
  ];
  const rows = measurements.flatMap((measurement) =>
    measurement.contestants.map((each, index) => {
      const first = index === 0;
      return [first ? measurement.title : '', first ? describeCase(measurement) : '', ...cells(each, measurement)];
    }),
  );
  return formatTable(heading, rows, 3);
}

/** The label of the subject that all others are compared with. */
function referenceName(measurements: readonly Measurement[]): string {
  const all = measurements.flatMap(({ contestants }) => contestants);
  return all.find(({ party }) => isReference(party))?.label ?? 'ours';
}

function cells(
  { label, seconds, cpuSeconds, peakMemory, ratio, othersCores }: Figures,
  { bytes }: Measurement,
): string[] {
  const busy = othersCores !== null && othersCores > BUSY && seconds.median > 0.1;
  return [
    busy ? `${label} *` : label,
    formatSeconds(seconds.median),
    `${formatSeconds(seconds.min)} – ${formatSeconds(seconds.max)}`,
    cpuSeconds ? formatSeconds(cpuSeconds.median) : '',
    bytes > 1e6 ? digits(bytes / seconds.median / 1e9) : '',
    peakMemory ? formatMemory(peakMemory.max) : '',
    ratio ? formatRatio(ratio) : '',
  ];
}

/** Targets and whether they were reached, as text. */
function reachTable(reach: readonly Reached[]): string {
  const words = new Map<boolean | null, string>([
    [true, 'yes'],
    [false, 'NO'],
    [null, 'not measured'],
  ]);
  const rows = reach.map(({ workload, what, target, measured, reached }) => [
    workload,
    what,
    target,
    measured,
    words.get(reached) ?? '',
  ]);
  return formatTable(['workload', 'case', 'target', 'measured', 'reached'], rows, 5);
}

/** Time by size and by number of files, as text. */
function scalingTable(curves: readonly Curve[]): string {
  const rows = curves.flatMap((curve) =>
    curve.points.map(({ x, seconds }, index) => [
      index === 0 ? curve.label : '',
      `${formatQuantity(curve.axis, x)}${curve.axis === 'files' ? ' files' : ''}`,
      formatSeconds(seconds.median),
      index === curve.points.length - 1 ? digits(lastGrowth(curve) ?? Number.NaN) : '',
    ]),
  );
  return formatTable(['program', 'model', 'time', 'growth'], rows, 1);
}

/** The whole report as text. */
export function reportText(report: Report, machine: string): string {
  const { measurements, scaling, reach, skipped, failures } = report;
  const busy = measurements.some(({ contestants }) => contestants.some(({ othersCores }) => (othersCores ?? 0) > BUSY));
  const notes = [
    ...(report.settings.short ? ['This was a short run: its figures mean nothing.'] : []),
    ...(busy
      ? [`* Other processes used more than ${BUSY} of a processor meanwhile: these figures are not reliable.`]
      : []),
    ...skipped.map(({ what, reason }) => `Skipped: ${what}: ${reason}.`),
    ...failures.map(({ label, workload, what }) => `FAILED: ${label}: ${workload}: ${what}.`),
  ];
  return [
    `${machine}\n`,
    ...(measurements.length > 0 ? [measurementTable(measurements)] : []),
    ...(scaling.length > 0 ? [`${scalingTable(scaling)}growth: 1 is in proportion, over the last step\n`] : []),
    ...(reach.length > 0 ? [reachTable(reach)] : []),
    ...(notes.length > 0 ? [`${notes.join('\n')}\n`] : []),
  ].join('\n');
}
