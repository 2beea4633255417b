/** Text for a cell of a table, in which nothing is markup except code. */
export function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
