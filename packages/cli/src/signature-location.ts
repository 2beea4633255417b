import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { CommandError, isSystemError, usageError } from './failure.ts';

/** What `sign` calls a signature by default. */
const NAME = 'model.sig';

/** What other programs call one that lies in a model: `skill.oms.sig`, for example. */
const OTHER_NAME = '.oms.sig';

/** Where Kaggle puts it. */
const KAGGLE_NAME = path.join('.kaggle', 'signing.json');

/**
 * Finds the signature of a model if none is named: `model.sig` beside the model or in it, else one `*.oms.sig` in it, else
 * `.kaggle/signing.json` in it, or else `model.sig` in the working directory, where `sign` writes it by default. Which one is trusted
 * does not depend on its place.
 * @throws {CommandError} `command/usage` if there are two at one of these places, `command/not-found`
 */
export function findSignature(modelPath: string): string {
  const root = path.resolve(modelPath);
  const shown = (file: string) => quote(path.isAbsolute(modelPath) ? file : path.relative('', file));
  const isFolder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const inModel = (names: readonly string[]) => (isFolder ? names.map((name) => path.join(root, name)) : []);
  const ranks = [
    [path.join(path.dirname(root), NAME), ...inModel([NAME])],
    inModel(otherNames(root)),
    inModel([KAGGLE_NAME]),
    [path.resolve(NAME)],
  ].map((files) => files.filter((file) => file !== root));
  const found = ranks.map(distinct).find((files) => files.length > 0) ?? [];
  if (found.length > 1) {
    const count = found.length === 2 ? 'two' : found.length;
    throw usageError(`there are ${count} signatures, ${found.map(shown).join(' and ')}`, 'name one with --signature');
  }
  const [file] = found;
  if (file !== undefined) {
    refuseUnread(file, shown(file));
    return path.isAbsolute(modelPath) ? file : path.relative('', file);
  }
  throw notFound(
    modelPath,
    [...new Set(ranks.flat())].map(shown),
    isFolder ? shown(path.join(root, `*${OTHER_NAME}`)) : null,
  );
}

/** A pipe or a device would be waited for, and an archive can put one into a model. */
function refuseUnread(file: string, shown: string): void {
  if (!isPipeOrDevice(file)) return;
  const message = `the signature that was found, ${shown}, is no regular file, and is read only if --signature names it`;
  throw new CommandError('command/unreadable', message);
}

function isPipeOrDevice(file: string): boolean {
  try {
    const stats = statSync(file);
    return !stats.isFile() && !stats.isDirectory();
  } catch {
    return false; // reading it will say what is wrong with it
  }
}

/** @param pattern what else was looked for in a directory, after the files that have one name */
function notFound(modelPath: string, places: readonly string[], pattern: string | null): CommandError {
  if (places.length === 0) {
    return new CommandError(
      'command/not-found',
      `${quote(modelPath)} is taken for the model, and there is no signature of it`,
      {
        hints: ['give the path of the model, and name its signature with --signature'],
      },
    );
  }
  const looked = [...places, ...(pattern === null ? [] : [pattern])].join(', ');
  return new CommandError('command/not-found', `there is no signature: looked for ${looked}`, {
    hints: ['name it with --signature'],
  });
}

/** The names of the signatures that lie at the top of a directory under a name of their own. */
function otherNames(root: string): string[] {
  try {
    const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    const names = entries.map(({ name }) => name);
    return names.filter((name) => name.endsWith(OTHER_NAME) && name.length > OTHER_NAME.length).sort();
  } catch {
    return []; // hashing will say what is wrong with it
  }
}

/** Those that exist, without a second name of the same file. A file that cannot be looked at counts as one that exists. */
function distinct(files: readonly string[]): string[] {
  const seen = new Set<string>();
  return files.filter((file) => {
    const identity = identityOf(file);
    if (identity === null || seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

function identityOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? null : file;
  }
}
