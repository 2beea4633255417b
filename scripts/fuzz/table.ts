import type { Tally } from './messages.ts';

const columns = ['target', 'inputs', 'per s', 'accepted', 'refused', 'codes', 'failures'] as const;

/** One line for each target: how many inputs, how fast, and what became of them. */
export function table(tallies: ReadonlyMap<string, Tally>, failures: readonly { readonly target: string }[]): string {
  const rows = [...tallies].map(([target, tally]) => {
    const { inputs, accepted, codes, milliseconds } = tally;
    const refused = Object.values(codes).reduce((sum, count) => sum + count, 0);
    const perSecond = milliseconds === 0 ? 0 : Math.round((inputs / milliseconds) * 1000);
    const failed = failures.filter((failure) => failure.target === target).length;
    return [target, ...[inputs, perSecond, accepted, refused, Object.keys(codes).length, failed].map(withCommas)];
  });
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${all.map(line).join('\n')}\n`;
}

function withCommas(count: number): string {
  return count.toLocaleString('en-US');
}
