import { describeCase, isLimit, isReference, type Limit, type Operation, type Party } from './cases.ts';
import { digits, formatSeconds } from './format.ts';
import { type Figures, figures, type Measurement } from './measurement.ts';
import type { Spread } from './statistics.ts';
import { box, line, logScale, logTicks, type Panel, picture, textAt, WIDTH } from './svg.ts';

interface Bar {
  readonly operation: Operation;
  readonly value: Spread;
}

/** What is measured for one workload in one way: a bar for each operation. */
interface Group {
  readonly label: string;
  readonly bars: Bar[];
}

const LABELS = 330;
const MAX_LABEL = 52;
const VALUES = 60;
const BAR = 11;
const GAP = 10;
const HEAD = 44;

const LIMITS: readonly Limit[] = ['openssl-one', 'openssl-all', 'openssl-files', 'b3sum'];

/** Bars of how many times faster the reference is than each other subject, and than the limits of the machine. */
export function ratioPanels(measurements: readonly Measurement[]): Panel[] {
  const reference = adaptersOf(measurements).find(({ party }) => isReference(party))?.label;
  const panel = (title: string, parties: readonly Party[]) => {
    const groups = groupsOf(measurements, parties, ({ ratio }) => ratio);
    return groups.length > 0 ? [barPanel(title, groups, RATIO)] : [];
  };
  return [
    ...panel('Times faster than the Python implementation', ['peer']),
    ...panel('Times faster than the Go implementation', ['peer-go']),
    ...panel('Times faster than without the native engine', ['ours-node']),
    ...panel('Against what the machine can do (1 is as fast)', LIMITS),
    ...panel('Times faster than the earlier version', ['earlier']),
    ...adaptersOf(measurements)
      .filter(({ party }) => !isReference(party))
      .flatMap(({ party, label }) => panel(`${reference}: times faster than ${label}`, [party])),
  ];
}

/** Bars of the time of each adapter; for a single adapter there is nothing else to show. */
export function timePanels(measurements: readonly Measurement[]): Panel[] {
  const parties = adaptersOf(measurements).map(({ party }) => party);
  const groups = groupsOf(measurements, parties, ({ seconds }) => seconds);
  const title = parties.length > 1 ? 'Time of each adapter' : `Time of ${adaptersOf(measurements)[0]?.label}`;
  return groups.length > 0 ? [barPanel(title, groups, SECONDS)] : [];
}

function adaptersOf(measurements: readonly Measurement[]): Figures[] {
  const all = measurements.flatMap(({ contestants }) => contestants);
  const adapters = all.filter(({ party }) => party.startsWith('adapter'));
  return [...new Map(adapters.map((each) => [each.party, each])).values()];
}

function groupsOf(
  measurements: readonly Measurement[],
  parties: readonly Party[],
  valueIn: (figures: Figures) => Spread | null,
): Group[] {
  const groups = new Map<string, Group>();
  for (const measurement of measurements) {
    for (const party of parties) {
      const its = figures(measurement, party);
      const value = its && valueIn(its);
      if (!value) continue;
      // The colour shows the operation.
      const how = describeCase(measurement).replace(/^(sign|verify), /, '');
      const label = `${measurement.title}: ${how}${isLimit(party) || parties.length > 1 ? `; ${its.label}` : ''}`;
      const group = groups.get(label) ?? { label, bars: [] };
      group.bars.push({ operation: measurement.operation, value });
      groups.set(label, group);
    }
  }
  return [...groups.values()];
}

/** The quantity that bars show: where they begin, the minimum of the axis, and the format of numbers. */
interface Quantity {
  /** Null for bars that begin at the left. */
  readonly origin: number | null;
  readonly shown: readonly number[];
  readonly write: (value: number) => string;
  readonly tick: (value: number) => string;
  readonly fineTicks: boolean;
}

const RATIO: Quantity = {
  origin: 1,
  shown: [0.5, 2],
  write: digits,
  tick: (value) => `${value} ×`,
  fineTicks: true,
};

const SECONDS: Quantity = {
  origin: null,
  shown: [],
  write: formatSeconds,
  tick: (value) => (value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${value} s`),
  fineTicks: false,
};

function barPanel(title: string, groups: readonly Group[], quantity: Quantity): Panel {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const from = Math.min(...quantity.shown, ...values.map(({ min }) => min)) / 1.1;
  const to = Math.max(...quantity.shown, ...values.map(({ max }) => max)) * 1.1;
  const scale = logScale(from, to, LABELS, WIDTH - VALUES);

  let y = HEAD;
  const parts: string[] = [];
  for (const { label, bars } of groups) {
    const height = bars.length * BAR;
    parts.push(textAt(LABELS - 12, y + height / 2 + 4, shortened(label), { anchor: 'end' }));
    for (const bar of bars) {
      parts.push(...drawBar(bar, y, { scale, start: scale(quantity.origin ?? from), write: quantity.write }));
      y += BAR;
    }
    y += GAP;
  }
  const grid = logTicks(from, to, quantity.fineTicks || to / from < 20).flatMap((tick) => [
    line(scale(tick), HEAD - 8, scale(tick), y, tick === quantity.origin ? 'axis' : 'grid'),
    textAt(scale(tick), y + 14, quantity.tick(tick), { anchor: 'middle', style: 'small' }),
  ]);
  return {
    height: y + 20,
    content: [textAt(0, 14, title, { style: 'title' }), ...legend(), ...grid, ...parts].join('\n'),
  };
}

/** Cuts a label that would not fit. */
function shortened(label: string): string {
  return label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label;
}

function legend(): string[] {
  const x = WIDTH - 110;
  return [
    box(x, 5, 10, 10, 'sign'),
    textAt(x + 15, 14, 'sign', { style: 'small' }),
    box(x + 50, 5, 10, 10, 'verify'),
    textAt(x + 65, 14, 'verify', { style: 'small' }),
  ];
}

function drawBar(
  { operation, value }: Bar,
  y: number,
  { scale, start, write }: Pick<Quantity, 'write'> & { scale: (value: number) => number; start: number },
): string[] {
  const end = scale(value.median);
  const middle = y + BAR / 2 - 0.5;
  return [
    box(start, y, end - start, BAR - 1, operation === 'sign' ? 'sign' : 'verify'),
    line(scale(value.min), middle, scale(value.max), middle, 'whisker'),
    textAt(Math.max(start, scale(value.max)) + 5, y + 9, write(value.median), { style: 'small' }),
  ];
}

/** The picture of a report. */
export function plot(panels: readonly Panel[]): string {
  return picture('Measured times of signing and verifying models', panels);
}
