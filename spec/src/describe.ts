const LONGEST = 60;

/** A value in a few words, safe to print even if untrusted: short, quoted, and without control characters. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value))
    return value.length === 1 ? 'an array of 1 element' : `an array of ${value.length} elements`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A string in double quotes, cut after 60 characters, with everything that could control a terminal escaped. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  const shown = text.slice(0, LONGEST).replaceAll(/["\\]|\p{C}|\p{Zl}|\p{Zp}/gu, escaped);
  return text.length <= LONGEST ? `"${shown}"` : `"${shown}…" (${text.length} characters)`;
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
