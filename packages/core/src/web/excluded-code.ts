import { isLoadable } from '../loadable.ts';
import type { ExcludedCode } from '../model.ts';
import type { FolderEntry } from './folder.ts';
import { isReadError } from './read-failure.ts';

/** An entry that was left out of a model, with its canonical name. */
export interface LeftOut {
  readonly name: string;
  readonly entry: FolderEntry;
}

/** The search must not take longer than the hashing. */
const MAX_SEARCHED = 100_000;

/** As many names as anyone reads. */
const MAX_FOUND = 20;

/** Git's own directories in `.git`, which hold as many files as the repository has objects, and nothing that loaders read. */
const GIT_INTERNALS: ReadonlySet<string> = new Set(
  'objects refs logs lfs hooks info branches modules worktrees rr-cache'.split(' ').map((name) => `.git/${name}`),
);

/** Searches what was left out for files that programs run or load, breadth first, by their names. */
export async function findExcludedCode(
  leftOut: readonly LeftOut[],
  signal: AbortSignal | undefined,
): Promise<ExcludedCode> {
  const queue = [...leftOut];
  const names: string[] = [];
  let complete = true;
  for (let next = 0; next < queue.length; next++) {
    const { name, entry } = queue[next] as LeftOut;
    if (next >= MAX_SEARCHED || names.length > MAX_FOUND) return { names: names.slice(0, MAX_FOUND), complete: false };
    if (!('folder' in entry)) {
      if (isLoadable(name)) names.push(name);
    } else if (!GIT_INTERNALS.has(name)) {
      signal?.throwIfAborted();
      try {
        for (const below of await entry.folder.entries()) queue.push({ name: `${name}/${below.name}`, entry: below });
      } catch (error) {
        if (!isReadError(error)) throw error;
        complete = false;
      }
    }
  }
  return { names: names.slice(0, MAX_FOUND), complete: complete && names.length <= MAX_FOUND };
}
