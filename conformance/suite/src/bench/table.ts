/** Lays out rows below a heading, columns aligned; the first `left` columns to the left and the others to the right. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column < left ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return `${[line(heading), rule, ...rows.map(line)].join('\n')}\n`;
}
