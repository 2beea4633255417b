import { isReference, type Party } from './cases.ts';
import { formatSeconds } from './format.ts';
import type { Curve } from './scaling.ts';
import { line, logScale, logTicks, type Panel, round, textAt, WIDTH } from './svg.ts';
import { GiB, MiB } from './workloads.ts';

const HEAD = 34;
const FOOT = 42;
const PLOT = 230;
const LEFT = 50;
const RIGHT = 60;
const BETWEEN = 10;
const HALF = (WIDTH - BETWEEN) / 2;

type Scale = (value: number) => number;

const AXES = [
  { axis: 'bytes', title: 'Time to sign one file of this size' },
  { axis: 'files', title: 'Time to sign this many files of 4 KiB' },
] as const;

/** Time against size and against the number of files, both on log axes; none without curves. */
export function scalingPanels(curves: readonly Curve[]): Panel[] {
  if (curves.length === 0) return [];
  const halves = AXES.map(({ axis, title }, index) => {
    const its = curves.filter((curve) => curve.axis === axis);
    return `<g transform="translate(${index * (HALF + BETWEEN)} 0)">\n${half(title, its)}\n</g>`;
  });
  return [{ height: HEAD + PLOT + FOOT, content: halves.join('\n') }];
}

function half(title: string, curves: readonly Curve[]): string {
  const heading = textAt(0, 14, title, { style: 'title' });
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return heading;
  const xs = points.map(({ x }) => x);
  const seconds = points.flatMap(({ seconds: { min, max } }) => [min, max]);
  const [low, high] = [Math.min(...seconds) / 1.3, Math.max(...seconds) * 1.3];
  const x = logScale(Math.min(...xs), Math.max(...xs), LEFT, HALF - RIGHT);
  const y = logScale(low, high, HEAD + PLOT, HEAD);
  const drawn = curves.map((curve) => drawCurve(curve, x, y));
  return [
    heading,
    ...drawAxes(curves[0] as Curve, [low, high], x, y),
    ...curves.slice(0, 1).map((c) => guide(c, x, y, low)),
    ...drawn,
    ...names(curves, y),
  ].join('\n');
}

function drawAxes({ axis, points }: Curve, [low, high]: readonly [number, number], x: Scale, y: Scale): string[] {
  const bottom = HEAD + PLOT;
  const rows = logTicks(low, high, Math.log10(high / low) < 1.5).flatMap((tick) => [
    line(LEFT, y(tick), HALF - RIGHT, y(tick), 'grid'),
    textAt(LEFT - 6, y(tick) + 4, formatTick(tick), { anchor: 'end', style: 'small' }),
  ]);
  // The labels of all seven sizes would overlap.
  const every = points.length > 5 ? 2 : 1;
  const columns = points.flatMap((point, index) => [
    line(x(point.x), HEAD, x(point.x), bottom, 'grid'),
    ...(index % every === 0
      ? [textAt(x(point.x), bottom + 16, formatQuantity(axis, point.x), { anchor: 'middle', style: 'small' })]
      : []),
  ]);
  const note = textAt(LEFT, bottom + 34, 'dotted: time in proportion', { style: 'small' });
  return [...rows, ...columns, line(LEFT, bottom, HALF - RIGHT, bottom, 'axis'), note];
}

function formatTick(seconds: number): string {
  return seconds < 1 ? formatSeconds(seconds).replace(/\.0+ /, ' ') : `${seconds} s`;
}

/** A size or a number of files. */
export function formatQuantity(axis: Curve['axis'], x: number): string {
  if (axis === 'files') return x.toLocaleString('en-US');
  return x >= GiB ? `${x / GiB} GiB` : `${x / MiB} MiB`;
}

/** The curve if all times were in proportion to that of the last point. */
function guide({ points }: Curve, x: Scale, y: Scale, low: number): string {
  const last = points.at(-1);
  const first = points[0];
  if (!last || !first) return '';
  const from = Math.max(first.x, (last.x * low) / last.seconds.median);
  return line(x(from), y((last.seconds.median * from) / last.x), x(last.x), y(last.seconds.median), 'guide');
}

function styleOf(party: Party): 'ours' | 'earlier' | 'peer' {
  if (isReference(party)) return 'ours';
  return party === 'peer' || party === 'adapter-2' ? 'peer' : 'earlier';
}

function drawCurve({ party, points }: Curve, x: Scale, y: Scale): string {
  const style = styleOf(party);
  const at = points.map(({ x: quantity, seconds }) => [round(x(quantity)), round(y(seconds.median))] as const);
  return [
    `<polyline class="line ${style}" points="${at.map((point) => point.join(',')).join(' ')}"/>`,
    ...at.map(([cx, cy]) => `<circle class="${style}" cx="${cx}" cy="${cy}" r="3"/>`),
  ].join('\n');
}

/** The names of the curves at their ends, moved apart if they would overlap. */
function names(curves: readonly Curve[], y: Scale): string[] {
  const ends = curves.map(({ label, points }) => ({ label, y: y(points.at(-1)?.seconds.median ?? 1) + 4 }));
  let above = Number.NEGATIVE_INFINITY;
  return ends
    .toSorted((a, b) => a.y - b.y)
    .map((end) => {
      above = Math.max(end.y, above + 13);
      return textAt(HALF - RIGHT + 8, above, end.label.split(' ')[0] ?? '');
    });
}
