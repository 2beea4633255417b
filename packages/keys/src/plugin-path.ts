import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { KeyError } from './key-error.ts';

const isWindows = process.platform === 'win32';

/**
 * Finds the program of a plugin in the directories of `PATH`. Entries of `PATH` that are relative, and so name the working directory
 * or a place in it, are skipped: a model that is verified where it lies must not bring a program along.
 * @returns an absolute path
 * @throws {KeyError} `key/module-missing`
 */
export async function findPlugin(
  plugin: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const program = `sigstore-kms-${plugin}`;
  const entries = pathOf(environment).split(path.delimiter);
  let found = '';
  for (const directory of entries.filter(path.isAbsolute)) {
    const file = path.join(directory, isWindows ? `${program}.exe` : program);
    if (await isFile(file)) found ||= file;
    if (await isProgram(file)) return file;
  }
  const because = found ? `${found} may not be executed` : `it is in no directory of PATH${hint(entries)}`;
  throw new KeyError('key/module-missing', `${plugin}:// keys need the plugin ${program}, and ${because}`);
}

function pathOf(environment: Readonly<Record<string, string | undefined>>): string {
  if (!isWindows) return environment.PATH ?? '';
  const [name = 'PATH'] = Object.keys(environment).filter((each) => each.toUpperCase() === 'PATH');
  return environment[name] ?? '';
}

function hint(entries: readonly string[]): string {
  const isRelative = entries.join('') !== '' && entries.some((entry) => !path.isAbsolute(entry));
  return isRelative ? ' that is given by an absolute path; others are not searched' : '';
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isProgram(file: string): Promise<boolean> {
  if (!(await isFile(file))) return false;
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
