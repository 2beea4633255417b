const LONGEST = 60;

/** Describes a value in a few words. A string is quoted and shortened, but not escaped for a terminal. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value))
    return value.length === 1 ? 'an array of 1 element' : `an array of ${value.length} elements`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A string as JSON, cut after 60 characters. It may hold terminal control characters: escape it before printing. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  const shown = JSON.stringify(text.slice(0, LONGEST));
  return text.length <= LONGEST ? shown : `${shown.slice(0, -1)}…" (${text.length} characters)`;
}
