const LONGEST = 60;

/** A value in a few words: a text is quoted and short, and not escaped for a terminal. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value))
    return value.length === 1 ? 'an array of 1 element' : `an array of ${value.length} elements`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A string as JSON, cut after 60 characters. It may hold characters that steer a terminal: escape it before printing. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  const shown = JSON.stringify(text.slice(0, LONGEST));
  return text.length <= LONGEST ? shown : `${shown.slice(0, -1)}…" (${text.length} characters)`;
}
