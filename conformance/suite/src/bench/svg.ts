import { escapeXml } from '../report/escape.ts';

/** A part of a picture, with its origin in its upper left corner. Pixels. */
export interface Panel {
  readonly height: number;
  readonly content: string;
}

/** All panels have this width. Pixels. */
export const WIDTH = 840;

const MARGIN = 24;

/** Classes of shapes: `ours` and `peer` colour fills, `line` with one of them colours strokes. */
const STYLE = `
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #3b4048 }
.title { font-size: 15px; font-weight: 600; fill: #16181c }
.small { font-size: 11px; fill: #6b7280 }
.page { fill: #ffffff }
.grid { stroke: #e4e6ea; stroke-width: 1 }
.axis { stroke: #8a919c; stroke-width: 1 }
.guide { stroke: #8a919c; stroke-width: 1; stroke-dasharray: 2 4; fill: none }
.whisker { stroke: #16181c; stroke-width: 1; opacity: .6 }
.sign, .ours { fill: #2563c9 }
.verify { fill: #86b0f2 }
.peer { fill: #d9822b }
.earlier { fill: #7a8290 }
.line { fill: none; stroke-width: 2 }
.line.ours { stroke: #2563c9 }
.line.peer { stroke: #d9822b }
.line.earlier { stroke: #7a8290 }
@media (prefers-color-scheme: dark) {
text { fill: #c3c8d0 }
.title { fill: #f0f2f5 }
.small { fill: #969ea9 }
.page { fill: #15181d }
.grid { stroke: #2b3038 }
.axis, .guide { stroke: #767e8a }
.whisker { stroke: #f0f2f5 }
.sign, .ours { fill: #5b96f5 }
.verify { fill: #2f5ea8 }
.line { fill: none }
.line.ours { stroke: #5b96f5 }
}`;

/** Stacks panels into a picture. */
export function picture(title: string, panels: readonly Panel[]): string {
  let top = MARGIN;
  const placed = panels.map(({ height, content }) => {
    const group = `<g transform="translate(${MARGIN} ${top})">\n${content}\n</g>`;
    top += height + MARGIN;
    return group;
  });
  const width = WIDTH + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img">
<title>${escapeXml(title)}</title>
<style>${STYLE}
</style>
<rect class="page" width="${width}" height="${top}"/>
${placed.join('\n')}
</svg>
`;
}

/** A line of text whose baseline is at `y`. */
export function textAt(
  x: number,
  y: number,
  text: string,
  { anchor = 'start', style = '' }: { anchor?: 'start' | 'middle' | 'end'; style?: string } = {},
): string {
  const attributes = `${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}${style ? ` class="${style}"` : ''}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapeXml(text)}</text>`;
}

/** A filled rectangle; a negative width extends to the left. */
export function box(x: number, y: number, width: number, height: number, style: string): string {
  const left = Math.min(x, x + width);
  const size = `width="${round(Math.abs(width))}" height="${round(height)}"`;
  return `<rect class="${style}" x="${round(left)}" y="${round(y)}" ${size} rx="1.5"/>`;
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

/** Rounds to tenths; more digits only make the file larger. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A logarithmic scale from `from`…`to` to pixels. */
export function logScale(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = Math.log(to) - Math.log(from);
  return (value) => start + ((Math.log(value) - Math.log(from)) / span) * (end - start);
}

/** Ticks of a log axis: powers of ten, and with `fine` also twice and five times them. */
export function logTicks(from: number, to: number, fine: boolean): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const factor of fine ? [1, 2, 5] : [1]) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((tick) => tick >= from * 0.9999 && tick <= to * 1.0001);
}
