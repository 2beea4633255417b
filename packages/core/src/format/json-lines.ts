const LINE_FEED = 0x0a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * The lines of a file in JSON Lines, each of which begins like an object and ends like one; blank lines are left out. A file that
 * is one JSON document gives at most one line.
 * @param limit no more lines than this are looked for
 */
export function jsonLines(file: Uint8Array, limit: number): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < file.length && lines.length < limit; ) {
    const feed = file.indexOf(LINE_FEED, from);
    const end = feed === -1 ? file.length : feed;
    const line = trimmed(file.subarray(from, end));
    from = end + 1;
    if (line.length === 0) continue;
    if (line[0] !== OPENING_BRACE || line.at(-1) !== CLOSING_BRACE) return [];
    lines.push(line);
  }
  return lines;
}

/** Without the white space of JSON at both ends. */
function trimmed(line: Uint8Array): Uint8Array {
  let start = 0;
  let end = line.length;
  while (start < end && isSpace(line[start])) start++;
  while (end > start && isSpace(line[end - 1])) end--;
  return line.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
