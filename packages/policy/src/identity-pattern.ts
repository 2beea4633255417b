const WORD = /[A-Za-z0-9]/;

/** The text around the first "." of a pattern that stands between two letters or digits, unescaped; null if there is none. */
export function unescapedDot(pattern: string): string | null {
  let isInClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (isInClass) isInClass = character !== ']';
    else if (character === '[') isInClass = true;
    else if (character === '.' && WORD.test(pattern[i - 1] ?? '') && WORD.test(pattern[i + 1] ?? '')) {
      return pattern.slice(Math.max(0, i - 10), i + 11);
    }
  }
  return null;
}
