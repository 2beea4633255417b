import { lstatSync, statSync } from 'node:fs';
import { usageError } from './failure.ts';

/** What Node puts in place of bytes of an argument that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * Whether bytes of a word may have been lost, so that it may name another file.
 * @param mayExist whether the word may be the name of a file, which may truly hold this character
 */
export function isUndecodable(word: string, mayExist: boolean): boolean {
  if (!word.includes(REPLACEMENT)) return false;
  return !(mayExist && exists(word));
}

/** Whether there is anything of this name. A name that the system does not take names nothing. */
export function exists(name: string): boolean {
  try {
    return lstatSync(name, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Refuses to work in a folder whose path cannot be known, since paths would lead elsewhere.
 * @throws {CommandError} `command/usage`
 */
export function refuseUndecodableFolder(): void {
  const folder = currentFolder();
  if (!folder.includes(REPLACEMENT)) return;
  const [known, actual] = [statSync(folder, { throwIfNoEntry: false }), statSync('.')];
  if (known?.ino === actual.ino && known.dev === actual.dev) return;
  throw usageError('the path of the current folder is not UTF-8', 'run the command in a folder with another name');
}

/** The current folder, or nothing if it was removed. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '';
  }
}
