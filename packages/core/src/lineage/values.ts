/** The characters of an untrusted text that are kept. */
const MAX_TEXT = 200;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function members(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty, cut if it is long; null for anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (value.length <= MAX_TEXT) return value;
  // A slice alone would keep the whole text in memory.
  return `${JSON.parse(JSON.stringify(value.slice(0, MAX_TEXT - 1)))}…`;
}

/** Lowercase hexadecimal; null for anything else. CycloneDX allows capitals. */
export function sha256Of(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-fA-F]{64}$/.test(value) ? value.toLowerCase() : null;
}

/** A domain in words that can be compared, from a `modelSigning` annotation or properties of that name. */
export function domainText(value: unknown): string | null {
  if (value === undefined) return null;
  const { digest, method, hashType } = members(value);
  if (digest === 'file') return 'one file';
  if (digest !== 'root') return 'something unknown';
  return `root of ${textOf(method) ?? '?'} by ${textOf(hashType) ?? '?'}`;
}
