import { chmodSync } from 'node:fs';
import { OpenFile } from './open-file.ts';
import { marked } from './range-copy.ts';

/**
 * Clones a listed file: the copy shares its blocks until either is written to.
 * @param size in bytes when the file was listed, or null if it was not looked up
 * @param mode the permissions of the copy, which has none of the file's own
 * @throws {FileChanged} for a file that is no longer what was listed
 * @throws {CopyFault} if the file systems cannot do that
 */
export function cloneFile(path: string, size: number | null, copy: string, mode: number): void {
  const file = new OpenFile(path, size);
  try {
    marked(() => {
      file.cloneTo(copy);
      chmodSync(copy, mode);
    });
  } finally {
    file.close();
  }
}
