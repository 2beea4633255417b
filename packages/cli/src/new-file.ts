import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file that does not exist yet, whole or not at all. What is there is never replaced.
 * @param mode its permissions, less those that the umask takes
 * @throws the error of the system, `EEXIST` if something is there
 */
export function writeNewFile(file: string, content: string | Buffer, mode = 0o666): void {
  const descriptor = openSync(file, 'wx', mode);
  try {
    writeFileSync(descriptor, content);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
