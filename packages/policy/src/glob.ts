/** Stands for `*` and for `**` in the text of a pattern that is matched by another pattern. Names have no control characters. */
const ONE = '\u0000';
const MANY = '\u0001';

/**
 * Whether a pattern matches a whole text: `*` matches any characters but `/`, `**` any characters, and both none. The time is linear in
 * the length of the text, for each of the pattern's wildcards.
 */
export function globMatches(glob: string, text: string): boolean {
  const [head = '', ...rest] = glob.split(/(\*+)/);
  if (rest.length === 0) return head === text;
  if (!text.startsWith(head) || !text.endsWith(rest.at(-1) as string)) return false;
  let starts: readonly number[] = [head.length];
  for (let i = 0; i + 2 < rest.length && starts.length > 0; i += 2) {
    starts = endsOf(rest[i + 1] as string, text, starts, rest[i] !== '*');
  }
  return reachesEnd(rest.at(-1) as string, text, starts, rest.at(-2) !== '*');
}

/** Where a text that follows a wildcard can end, if the wildcard begins at one of `starts`; both in ascending order. */
function endsOf(literal: string, text: string, starts: readonly number[], isMany: boolean): number[] {
  const ends: number[] = [];
  let found = -1;
  let stop = -1;
  for (const start of starts) {
    // An earlier start has tried all that this one could.
    if (start <= stop) continue;
    stop = isMany ? text.length : segmentEnd(text, start);
    if (found < start) found = text.indexOf(literal, start);
    for (; found !== -1 && found <= stop; found = text.indexOf(literal, found + 1)) ends.push(found + literal.length);
    if (found === -1) break;
  }
  return ends;
}

/** Whether the text ends with `literal`, after a wildcard that begins at one of `starts`. */
function reachesEnd(literal: string, text: string, starts: readonly number[], isMany: boolean): boolean {
  const end = text.length - literal.length;
  if (end < 0 || !text.endsWith(literal)) return false;
  const first = isMany ? 0 : segmentStart(text, end);
  return starts.some((start) => first <= start && start <= end);
}

function segmentEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isStop(text[end])) end++;
  return end;
}

function segmentStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && !isStop(text[start - 1])) start--;
  return start;
}

/** What `*` does not match. */
function isStop(character: string | undefined): boolean {
  return character === '/' || character === MANY;
}

/** Whether a pattern matches whatever another one matches. It misses what only several patterns together match. */
export function globCovers(glob: string, other: string): boolean {
  const symbols = tokensOf(other).map((token) => (token === '*' ? ONE : token.startsWith('*') ? MANY : token));
  return globMatches(glob, symbols.join(''));
}

export function wildcardsIn(glob: string): number {
  return tokensOf(glob).filter((token) => token.startsWith('*')).length;
}

function tokensOf(glob: string): string[] {
  return glob.split(/(\*+)/).filter((token) => token !== '');
}
