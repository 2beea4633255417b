/** Stands for `*` and for `**` in the text of a pattern that is matched by another pattern. Names have no control characters. */
const ONE = '\u0000';
const MANY = '\u0001';

/**
 * Whether a pattern matches a whole text: `*` matches any characters but `/`, `**` any characters, and both none. The time is linear in
 * the length of the text, for each of the pattern's wildcards.
 */
export function globMatches(glob: string, text: string): boolean {
  let ends: number[] = [0];
  for (const token of tokensOf(glob)) {
    ends = endsAfter(token, text, ends);
    if (ends.length === 0) return false;
  }
  return ends.at(-1) === text.length;
}

/** Whether a pattern matches whatever another one matches. It misses what only several patterns together match. */
export function globCovers(glob: string, other: string): boolean {
  const symbols = tokensOf(other).map((token) => (token === '**' ? MANY : token === '*' ? ONE : token));
  return globMatches(glob, symbols.join(''));
}

export function wildcardsIn(glob: string): number {
  return tokensOf(glob).filter((token) => token.startsWith('*')).length;
}

function tokensOf(glob: string): string[] {
  return glob.split(/(\*{1,2})/).filter((token) => token !== '');
}

/** The places where a token can end that begins at one of `starts`, both in ascending order. */
function endsAfter(token: string, text: string, starts: readonly number[]): number[] {
  const [first = 0] = starts;
  if (token === '**') return Array.from({ length: text.length - first + 1 }, (_, i) => first + i);
  if (token !== '*') return starts.filter((at) => text.startsWith(token, at)).map((at) => at + token.length);
  const ends: number[] = [];
  for (const start of starts) {
    let at = Math.max(start, (ends.at(-1) ?? -1) + 1);
    // An earlier start has reached this one already, unless something between them stopped it.
    if (at > start) continue;
    ends.push(at);
    for (; at < text.length && text[at] !== '/' && text[at] !== MANY; at++) ends.push(at + 1);
  }
  return ends;
}
