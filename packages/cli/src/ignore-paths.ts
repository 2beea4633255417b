import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { canonicalIgnorePath, OmsError, quote } from '@model-signing/core';
import { type CommandError, isSystemError, usageError } from './failure.ts';
import { shellWord } from './shell-words.ts';

/**
 * Converts ignore paths, absolute or relative to the working directory, to names relative to the root of the model.
 * @throws {CommandError} `command/usage` for a path outside the model, the model itself, any path if the model is one file,
 * and patterns
 */
export async function resolveIgnorePaths(modelPath: string, given: readonly string[]): Promise<string[]> {
  if (given.length === 0) return [];
  if (given.includes(''))
    throw usageError('the ignore path is empty', 'is the variable set that --ignore-paths takes it from?');
  const root = realpathSync.native(modelPath);
  if (!statSync(root).isDirectory()) {
    throw usageError(`${quote(given[0] as string)} cannot be ignored: the model is a single file`);
  }
  return given.map((one) => resolveOne(modelPath, root, one));
}

/**
 * The ignore paths that name nothing in the model, most of them mistyped.
 * @param names what {@link resolveIgnorePaths} returned for `given`
 */
export function absentIgnorePaths(modelPath: string, given: readonly string[], names: readonly string[]): string[] {
  return given.filter((_, index) => !isThere(path.join(modelPath, names[index] as string)));
}

function isThere(at: string): boolean {
  try {
    return lstatSync(at, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Below a directory that is not readable, there may be anything.
    return isSystemError(error) && (error.code === 'EACCES' || error.code === 'EPERM');
  }
}

function resolveOne(modelPath: string, realRoot: string, given: string): string {
  const spelledRoot = path.resolve(modelPath);
  const absolute = path.resolve(given);
  refuseList(modelPath, given);
  const name =
    nameBelow(spelledRoot, absolute) ??
    nameBelow(realRoot, realLocation(absolute)) ??
    nameBelow(realRoot, realPath(absolute) ?? absolute);
  if (name === null) throw outside(modelPath, given);
  if (name === '') throw usageError(`the path ${quote(given)} cannot be ignored: it is the model itself`);
  try {
    return canonicalIgnorePath(name);
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    throw usageError(`the path ${quote(given)} cannot be ignored: ${error.message}`);
  }
}

/** Refuses several paths in one value, as another command takes them: as one path they would ignore nothing. */
function refuseList(modelPath: string, given: string): void {
  if (!given.includes(',') || isThere(path.resolve(given))) return;
  const parts = given.split(',').map((part) => part.trim());
  const inModel = (part: string) => isThere(path.join(modelPath, part));
  if (!parts.every((part) => part !== '' && (isThere(path.resolve(part)) || inModel(part)))) return;
  const flags = parts.map(
    (part) => `--ignore-paths ${shellWord(isThere(path.resolve(part)) ? part : path.join(modelPath, part))}`,
  );
  throw usageError(`${quote(given)} is not one path: --ignore-paths takes one, and can be repeated`, flags.join(' '));
}

/** The error for a path outside the model, which names the path that was probably meant. */
function outside(modelPath: string, given: string): CommandError {
  const meant = path.isAbsolute(given) ? null : path.join(modelPath, given);
  const word = meant !== null && isThere(meant) ? shellWord(meant) : null;
  const hints =
    word === null ? [] : [`paths are relative to the working directory: did you mean --ignore-paths ${word}?`];
  return usageError(`the path ${quote(given)} cannot be ignored: it lies outside the model`, ...hints);
}

/** The location of an entry after links above it are followed. The entry itself may be a link, or not exist yet. */
function realLocation(absolute: string): string {
  const parent = path.dirname(absolute);
  if (parent === absolute) return absolute;
  return path.join(realPath(parent) ?? realLocation(parent), path.basename(absolute));
}

/** The path after all links are followed, or null if there is nothing. */
function realPath(absolute: string): string | null {
  try {
    return realpathSync.native(absolute);
  } catch {
    return null;
  }
}

/** The name of `target` relative to `root`, with `/`; empty for the root itself, null for a path outside. */
function nameBelow(root: string, target: string): string | null {
  const relative = path.relative(root, target);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return null;
  return path.sep === '/' ? relative : relative.replaceAll(path.sep, '/');
}
