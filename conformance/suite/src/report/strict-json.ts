const MAX_DEPTH = 16;

/**
 * Parses JSON from untrusted bytes: UTF-8 without a byte order mark, no member twice, and not deeply nested.
 * @throws {Error} with the reason
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new Error('it begins with a byte order mark, and JSON is UTF-8 without one');
  }
  const text = decoded(bytes);
  checkNesting(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`it is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error('it is not UTF-8', { cause });
  }
}

/** Goes through the tokens that nest and the member names; `JSON.parse` checks everything else. */
function checkNesting(text: string): void {
  /** The member names of each open object, and null for an array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
    } else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && isName(text, end)) addName(names, text.slice(at, end + 1));
      at = end;
    }
  }
}

/** The place of the quotation mark that closes a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (' \t\n\r'.includes(text[at] ?? 'x')) at++;
  return text[at] === ':';
}

function addName(names: Set<string>, written: string): void {
  let name = written;
  try {
    name = JSON.parse(written);
  } catch {
    return; // the whole is no JSON either
  }
  if (names.has(name)) throw new Error(`it has the member "${name.slice(0, 100)}" twice`);
  names.add(name);
}
