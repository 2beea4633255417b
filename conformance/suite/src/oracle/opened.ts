import type { Content } from '../vectors/vector.ts';
import { nameFault } from './names.ts';
import { bytesOfText, type Directory, resolve } from './workspace.ts';

/** Files that have the same bytes on every machine of their kind. */
const systemFiles: Readonly<Record<string, string>> = { '/dev/null': '', '/proc/sys/kernel/ostype': 'Linux\n' };

/**
 * What a program finds that opens each listed name below the model without a check of names, for the names that only
 * such a program gets to see; null for a directory, in which there is nothing to compare.
 * @param others further listed names that it opens
 */
export function openedByName(
  workspace: Directory,
  model: string,
  listed: readonly string[],
  others: readonly string[],
): Map<string, Content | null> {
  const opened = new Map<string, Content | null>();
  for (const name of listed) {
    if (nameFault(name) === null && !others.includes(name)) continue;
    const content = openBelow(workspace, model, name);
    if (name === '.' && (content !== null || listed.length === 1)) continue; // the older name of the only file
    if (content !== undefined) opened.set(name, content);
  }
  return opened;
}

function openBelow(workspace: Directory, model: string, name: string): Content | null | undefined {
  const [path = ''] = name.split('\0'); // as a system call reads it
  const known = systemFiles[path];
  if (known !== undefined) return { utf8: known };
  const at = resolve([workspace], bytesOfText(`${model}/${path}`));
  if (typeof at === 'string') return undefined;
  if (at.entry.kind === 'dir') return null;
  return at.entry.kind === 'file' ? at.entry.content : undefined;
}
