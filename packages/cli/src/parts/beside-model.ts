import { fstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { Exclusion } from '@model-signing/core/exclusion';
import { isSystemError, usageError } from '../failure.ts';

/**
 * Refuses to write into the model that is divided: it would have a file more than the plan, and nothing could be signed.
 * @param what `plan`, as messages call it
 * @param file where it is written
 * @param ignorePaths what is no part of the model
 * @throws {CommandError} `command/usage`
 */
export function checkBesideModel(what: string, file: string, model: string, ignorePaths: readonly string[]): void {
  const name = path.relative(realPlace(model), path.join(realPlace(path.dirname(file)), path.basename(file)));
  if (name === '' || name === '..' || name.startsWith(`..${path.sep}`) || path.isAbsolute(name)) return;
  if (new Exclusion(ignorePaths, {}).excludes(name.split(path.sep).join('/'))) return;
  throw usageError(
    `the ${what} would be in the model, as ${quote(name)}, and the model would not be what was planned`,
    'name another directory for it',
  );
}

/** The file that standard output goes to, if the system tells; null for none. */
export function fileOfStandardOutput(): string | null {
  try {
    return fstatSync(1).isFile() ? realpathSync('/dev/stdout') : null;
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

/** The path of a directory that may not be there yet, without the links in the part of it that is. */
function realPlace(directory: string): string {
  const absolute = path.resolve(directory);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const above = path.dirname(absolute);
    return above === absolute ? absolute : path.join(realPlace(above), path.basename(absolute));
  }
}
