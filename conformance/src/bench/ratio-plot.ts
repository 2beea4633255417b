import { digits } from './format.ts';
import { describeCase, type Limit, type Operation, type Party } from './matrix.ts';
import { figures, type Measurement } from './measurement.ts';
import type { Spread } from './statistics.ts';
import { box, line, logScale, logTicks, type Panel, picture, textAt, WIDTH } from './svg.ts';

interface Bar {
  readonly operation: Operation;
  readonly ratio: Spread;
}

/** What is measured for one workload in one way: a bar for each operation. */
interface Group {
  readonly label: string;
  readonly bars: Bar[];
}

const LABELS = 330;
const VALUES = 60;
const BAR = 11;
const GAP = 10;
const HEAD = 44;

const LIMITS: readonly Limit[] = ['openssl-one', 'openssl-all', 'openssl-files', 'b3sum'];

/** Bars of how many times faster ours is than the peer, and than the limits of the machine. */
export function ratioPanels(measurements: readonly Measurement[]): Panel[] {
  const panel = (title: string, parties: readonly Party[]) => {
    const groups = groupsOf(measurements, parties);
    return groups.length > 0 ? [barPanel(title, groups)] : [];
  };
  return [
    ...panel('Times faster than the Python implementation', ['peer']),
    ...panel('Against what the machine can do (1 is as fast)', LIMITS),
    ...panel('Times faster than the earlier version', ['earlier']),
  ];
}

function groupsOf(measurements: readonly Measurement[], parties: readonly Party[]): Group[] {
  const groups = new Map<string, Group>();
  for (const measurement of measurements) {
    for (const party of parties) {
      const its = figures(measurement, party);
      if (!its?.ratio) continue;
      // The operation is a matter of colour.
      const how = describeCase(measurement).replace(/^(sign|verify), /, '');
      const label = `${measurement.title}: ${how}${party === 'peer' || party === 'earlier' ? '' : `; ${its.label}`}`;
      const group = groups.get(label) ?? { label, bars: [] };
      group.bars.push({ operation: measurement.operation, ratio: its.ratio });
      groups.set(label, group);
    }
  }
  return [...groups.values()];
}

function barPanel(title: string, groups: readonly Group[]): Panel {
  const ratios = groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  const from = Math.min(0.5, ...ratios.map(({ min }) => min)) / 1.1;
  const to = Math.max(2, ...ratios.map(({ max }) => max)) * 1.1;
  const scale = logScale(from, to, LABELS, WIDTH - VALUES);

  let y = HEAD;
  const parts: string[] = [];
  for (const { label, bars } of groups) {
    const height = bars.length * BAR;
    parts.push(textAt(LABELS - 12, y + height / 2 + 4, label, { anchor: 'end' }));
    for (const bar of bars) {
      parts.push(...drawBar(bar, y, scale));
      y += BAR;
    }
    y += GAP;
  }
  const grid = logTicks(from, to, true).flatMap((tick) => [
    line(scale(tick), HEAD - 8, scale(tick), y, tick === 1 ? 'axis' : 'grid'),
    textAt(scale(tick), y + 14, `${tick} ×`, { anchor: 'middle', style: 'small' }),
  ]);
  return {
    height: y + 20,
    content: [textAt(0, 14, title, { style: 'title' }), ...legend(), ...grid, ...parts].join('\n'),
  };
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

function drawBar({ operation, ratio }: Bar, y: number, scale: (value: number) => number): string[] {
  const [start, end] = [scale(1), scale(ratio.median)];
  const middle = y + BAR / 2 - 0.5;
  return [
    box(start, y, end - start, BAR - 1, operation === 'sign' ? 'sign' : 'verify'),
    line(scale(ratio.min), middle, scale(ratio.max), middle, 'whisker'),
    textAt(Math.max(start, scale(ratio.max)) + 5, y + 9, digits(ratio.median), { style: 'small' }),
  ];
}

/** The picture of a report. */
export function plot(panels: readonly Panel[]): string {
  return picture('Measured times of signing and verifying models', panels);
}
