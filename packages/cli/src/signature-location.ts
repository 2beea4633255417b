import { statSync } from 'node:fs';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { CommandError, isSystemError, usageError } from './failure.ts';

/** What `sign` calls a signature by default. */
const NAME = 'model.sig';

/**
 * Finds the signature of a model if none is named: `model.sig` beside the model or in it, or else in the working directory, where
 * `sign` writes it by default. Which one is trusted does not depend on its place.
 * @throws {CommandError} `command/usage` if there are two, `command/not-found`
 */
export function findSignature(modelPath: string): string {
  const root = path.resolve(modelPath);
  const shown = (file: string) => quote(path.isAbsolute(modelPath) ? file : path.relative('', file));
  const inside = statSync(root, { throwIfNoEntry: false })?.isDirectory() ? [path.join(root, NAME)] : [];
  const near = [path.join(path.dirname(root), NAME), ...inside];
  const places = [...new Set([...near, path.resolve(NAME)])].filter((file) => file !== root);
  const found = distinct(near.filter((file) => file !== root));
  if (found.length > 1) {
    throw usageError(`there are two signatures, ${found.map(shown).join(' and ')}`, 'name one with --signature');
  }
  if (places.length === 0) {
    throw new CommandError(
      'command/not-found',
      `${quote(modelPath)} is taken for the model, and there is no signature of it`,
      {
        hints: ['give the path of the model, and name its signature with --signature'],
      },
    );
  }
  const [file = distinct(places)[0]] = found;
  if (file !== undefined) return path.isAbsolute(modelPath) ? file : path.relative('', file);
  throw new CommandError('command/not-found', `there is no signature: looked for ${places.map(shown).join(', ')}`, {
    hints: ['name it with --signature'],
  });
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
