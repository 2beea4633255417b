import { hasByteOrderMark } from './encoding.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const RECORD_SEPARATOR = 0x1e;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * The lines of a file in JSON Lines, those that are no object included; blank lines are left out. A file has this form if each line
 * begins like an object and ends like one, or if two lines that are not indented begin like one and one of them ends like one. A
 * file that is one JSON document gives at most one line.
 * @param limit no more lines than this are looked for
 */
export function jsonLines(file: Uint8Array, limit: number): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let begun = 0;
  let whole = 0;
  let isEvery = true;
  for (let from = hasByteOrderMark(file) ? 3 : 0; from < file.length; ) {
    const feed = file.indexOf(LINE_FEED, from);
    const end = feed === -1 ? file.length : feed;
    const line = trimmed(file.subarray(from, end));
    const isIndented = isSpace(file[from]);
    from = end + 1;
    if (line.length === 0) continue;
    const isWhole = line[0] === OPENING_BRACE && line.at(-1) === CLOSING_BRACE;
    isEvery &&= isWhole;
    // The first line of a document on several lines is often a brace alone.
    if (!isIndented && line[0] === OPENING_BRACE && line.length > 1) begun++;
    if (!isIndented && isWhole) whole++;
    if (lines.length < limit) lines.push(line);
    if (lines.length === limit && begun > 1 && whole > 0) return lines;
  }
  return isEvery || (begun > 1 && whole > 0) ? lines : [];
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
  return byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN;
}

/** How a file holds several JSON objects, in words that follow "several bundles"; null if it does not. */
export function arrangementOf(file: Uint8Array): string | null {
  const end = endOfObject(file, 0);
  const next = end === -1 ? -1 : file.indexOf(OPENING_BRACE, end);
  if (next === -1) return null;
  const between = file.subarray(end, next);
  const last = endOfObject(file, next);
  if (between.includes(RECORD_SEPARATOR)) return 'with record separators between them';
  if (between.includes(LINE_FEED)) {
    const isOnLines = !file.subarray(0, end).includes(LINE_FEED);
    return isOnLines ? 'one on each line (JSON Lines)' : 'one after another, each on several lines';
  }
  if (last === -1) return null;
  if (between.includes(CARRIAGE_RETURN)) return 'with carriage returns between them in place of line feeds';
  return between.every(isSpace) ? 'one after another without a line feed between them' : null;
}

/** Where the first object ends, outside of which nothing counts; -1 if it does not. */
function endOfObject(file: Uint8Array, from: number): number {
  let depth = 0;
  let isText = false;
  for (let at = file.indexOf(OPENING_BRACE, from); at !== -1 && at < file.length; at++) {
    const byte = file[at];
    if (isText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === OPENING_BRACE) depth++;
    else if (byte === CLOSING_BRACE && --depth === 0) return at + 1;
  }
  return -1;
}
