import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import type { Pkcs11Uri } from '@model-signing/pkcs11';
import { CommandError, usageError } from './failure.ts';

/** A URI, and the module for it if the URI names none. */
interface Located {
  readonly uri: string;
  readonly module?: string;
}

/**
 * Applies `--module-path` to a URI. As in the Go command, it can name folders, in which the module with the `module-name` of the
 * URI is; a module itself is taken as well.
 * @throws {CommandError} `command/usage`, `command/not-found`
 */
export async function locateModule(
  uri: string,
  { modulePath, moduleName }: Pick<Pkcs11Uri, 'modulePath' | 'moduleName'>,
  paths: readonly string[],
): Promise<Located> {
  if (modulePath !== null) {
    throw usageError('the module is given twice, by module-path in the URI and with --module-path', 'leave one out');
  }
  for (const each of paths) {
    const place = path.resolve(each);
    const found = await stat(place).catch(() => null);
    if (found === null) throw new CommandError('command/not-found', `there is no module or folder at ${quote(each)}`);
    if (!found.isDirectory()) return { uri, module: place };
    if (moduleName === null) {
      const hint = 'add ?module-name=NAME to the URI, or name the module itself';
      throw usageError(`--module-path ${quote(each)} is a folder, and the URI does not say which module of it`, hint);
    }
    const names = await readdir(place);
    if (names.some((name) => isCalled(name, moduleName))) return { uri: withModulePath(uri, place) };
  }
  throw new CommandError('command/not-found', `no folder of --module-path has the module ${quote(moduleName ?? '')}`);
}

/** A module is named without its endings and, as RFC 7512 has it, without `lib`; the package for tokens takes it with `lib` as well. */
function isCalled(file: string, moduleName: string): boolean {
  const [stem, wanted] = [file.replace(/\..*$/s, ''), moduleName].map((name) => name.toLowerCase());
  return stem === wanted || stem === `lib${wanted}`;
}

/** Slashes stay as they are, which the RFC allows in a value. */
function withModulePath(uri: string, folder: string): string {
  const value = encodeURIComponent(folder).replaceAll('%2F', '/');
  return `${uri}${uri.includes('?') ? '&' : '?'}module-path=${value}`;
}
