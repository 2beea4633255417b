const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/**
 * The bytes of a member's value as they stand in a document, without the white space around them: numbers keep all of their digits.
 * @param document a JSON object that was parsed before, with no member twice
 * @returns null if it has no such member
 */
export function memberBytes(document: Uint8Array, name: string): Uint8Array | null {
  let depth = 0;
  let key = '';
  let from = -1;
  for (let at = 0; at < document.length; at++) {
    const byte = document[at] as number;
    if (byte === QUOTE) {
      const end = endOfString(document, at);
      if (depth === 1 && from === -1) key = JSON.parse(new TextDecoder().decode(document.subarray(at, end)));
      at = end - 1;
    } else if (OPENING.has(byte)) depth++;
    else if (depth === 1 && byte === COLON) from = at + 1;
    else if (depth === 1 && (byte === COMMA || CLOSING.has(byte))) {
      if (key === name && from !== -1) return trimmed(document.subarray(from, at));
      from = -1;
      depth -= byte === COMMA ? 0 : 1;
    } else if (CLOSING.has(byte)) depth--;
  }
  return null;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(document: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < document.length && document[at] !== QUOTE) at += document[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function trimmed(value: Uint8Array): Uint8Array {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value[start])) start++;
  while (end > start && isSpace(value[end - 1])) end--;
  return value.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
