// What names and exclusions mean, written as definitions: slow, and short enough to be checked by reading.

/** The order of code points is that of the UTF-8 bytes. Only for texts without unpaired surrogates, which UTF-8 cannot express. */
export function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function isCanonical(name: string): boolean {
  const parts = name.split('/');
  return (
    name.length <= 4096 && !name.includes('\0') && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

export function isExclusion(path: string): boolean {
  return path.isWellFormed() && isCanonical(path) && !/[*?[]/.test(path);
}

export function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

export function covers(paths: readonly string[], name: string): boolean {
  return paths.some((path) => isAtOrBelow(name, path));
}

/** The canonical form of a typed exclusion; null if it lies outside of the model, is all of it, or cannot be recorded. */
export function canonicalPath(typed: string): string | null {
  if (typed.startsWith('/')) return null;
  let parts: readonly string[] = [];
  for (const part of typed.split('/')) {
    if (part === '..' && parts.length === 0) return null;
    if (part === '..') parts = parts.slice(0, -1);
    else if (part !== '' && part !== '.') parts = [...parts, part];
  }
  const path = parts.join('/');
  return isExclusion(path) ? path : null;
}

/** The path and the range that the name of a shard states. */
export function rangeIn(name: string): { path: string; range: number[] } | null {
  const found = /^(.*):(0|[1-9]\d*):(0|[1-9]\d*)$/s.exec(name);
  return found && { path: found[1] as string, range: [Number(found[2]), Number(found[3])] };
}
