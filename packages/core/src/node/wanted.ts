import { type BigIntStats, lstatSync } from 'node:fs';
import path from 'node:path';
import type { UnusableEntry } from '../model.ts';
import type { Directory, Entries, Entry } from './directory.ts';
import type { ListingBudget } from './listing-budget.ts';
import { unreadable } from './model-errors.ts';
import { RefusedEntry } from './refused-entry.ts';
import { isSystemError } from './system-errors.ts';
import type { Yielder } from './yielder.ts';

/** The entries of a directory that are wanted, each with what is wanted below it; null for everything. */
export type Wanted = ReadonlyMap<string, Wanted> | null;

/** What is at or below these canonical names, which are not empty. */
export function wantedBelow(names: readonly string[]): Wanted {
  const root = new Map<string, Wanted>();
  for (const name of names) add(root, name.split('/'));
  return root;
}

function add(root: Map<string, Wanted>, components: readonly string[]): void {
  let at = root;
  for (const [index, component] of components.entries()) {
    const isLast = index === components.length - 1;
    const found = at.get(component);
    if (found === null) return;
    if (isLast) at.set(component, null);
    else {
      const below = (found ?? new Map()) as Map<string, Wanted>;
      at.set(component, below);
      at = below;
    }
  }
}

/** Looks for entries by their names, without reading the directory, which may have many others. */
export async function findEntries(
  { path: at, prefix }: Directory,
  names: Iterable<string>,
  yielder: Yielder,
  budget: ListingBudget,
): Promise<Entries> {
  const usable: Entry[] = [];
  const unusable: UnusableEntry[] = [];
  for (const name of names) {
    if (yielder.shouldYield) await yielder.yieldNow();
    if (!isEntryName(name)) continue;
    budget.take(prefix.length + name.length);
    try {
      const found = lstatSync(at + path.sep + name, { bigint: true, throwIfNoEntry: false });
      if (found) usable.push(entryOf(name, found));
    } catch (cause) {
      if (isSystemError(cause) && cause.code === 'ENAMETOOLONG') continue;
      if (!isSystemError(cause)) throw cause;
      budget.keepError();
      unusable.push(new RefusedEntry(prefix + name, () => unreadable('file', prefix + name, cause)));
    }
  }
  return { usable, unusable };
}

function entryOf(name: string, found: BigIntStats): Entry {
  return {
    name,
    isFile: () => found.isFile(),
    isDirectory: () => found.isDirectory(),
    isSymbolicLink: () => found.isSymbolicLink(),
  };
}

/** Whether a directory can have an entry of this name: Windows would take some names for others, or for paths. */
function isEntryName(name: string): boolean {
  if (!name.isWellFormed() || name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
  return path.sep === '/' ? !name.includes('/') : !/[\\/:*?"<>|]|[. ]$/.test(name);
}
