import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { canonicalIgnorePath, OmsError, quote } from '@model-signing/core';
import { usageError } from './failure.ts';

/**
 * Converts ignore paths, absolute or relative to the working directory, to names relative to the root of the model.
 * @throws {CommandError} `command/usage` for a path outside the model, the model itself, any path if the model is one file,
 * and patterns
 */
export async function resolveIgnorePaths(modelPath: string, given: readonly string[]): Promise<string[]> {
  if (given.length === 0) return [];
  const root = realpathSync.native(modelPath);
  if (!statSync(root).isDirectory()) {
    throw usageError(`${quote(given[0] as string)} cannot be ignored: the model is a single file`);
  }
  return given.map((one) => resolveOne(path.resolve(modelPath), root, one));
}

function resolveOne(spelledRoot: string, realRoot: string, given: string): string {
  const absolute = path.resolve(given);
  const name =
    nameBelow(spelledRoot, absolute) ??
    nameBelow(realRoot, realLocation(absolute)) ??
    nameBelow(realRoot, realPath(absolute) ?? absolute);
  if (name === null) throw usageError(`the path ${quote(given)} cannot be ignored: it lies outside the model`);
  if (name === '') throw usageError(`the path ${quote(given)} cannot be ignored: it is the model itself`);
  try {
    return canonicalIgnorePath(name);
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    throw usageError(`the path ${quote(given)} cannot be ignored: ${error.message}`);
  }
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
