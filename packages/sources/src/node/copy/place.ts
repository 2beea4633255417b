import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type HashEngine,
  isOmsError,
  OmsError,
  quote,
  type SignedManifest,
  type SignerIdentity,
  type Verification,
} from '@model-signing/core';
import { SourceError } from '../../source-error.ts';
import { inTarget } from '../system-fault.ts';
import { type CopyModelOptions, verifyCopy } from './copy-model.ts';

/** Where a model is to be put. */
export interface Place {
  /** An absolute path. No link is in it, as far as it exists. */
  readonly target: string;
  /** Whether there is nothing at it, or an empty directory. */
  readonly isFree: boolean;
}

/**
 * Finds the place for a model. Makes nothing there.
 * @throws {SourceError} `source/target-unusable` for a file, a link to nothing, and a directory that cannot be replaced
 */
export async function findPlace(to: string): Promise<Place> {
  const absolute = path.resolve(to);
  if (path.dirname(absolute) === absolute) throw unusable(absolute, 'it is the root of the file system');
  const found = await inTarget(`look at ${quote(absolute)}`, () => lstatOrNull(absolute));
  if (found === null) {
    const above = await inTarget(`look at ${quote(absolute)}`, () => realFolder(path.dirname(absolute)));
    return { target: path.join(above, path.basename(absolute)), isFree: true };
  }
  const target = await realpath(absolute).catch(() => null);
  if (target === null) throw unusable(absolute, 'it is a link to nothing');
  const stats = await stat(target);
  if (!stats.isDirectory()) throw unusable(absolute, 'there is a file, not a folder');
  const entries = await inTarget(`look into the folder ${quote(absolute)}`, () => readdir(target));
  if (entries.length > 0) return { target, isFree: false };
  const parent = await stat(path.dirname(target));
  if (parent.dev !== stats.dev) {
    const inside = quote(path.join(to, 'model'));
    throw unusable(
      absolute,
      `it is a file system of its own, which cannot be replaced; name a folder in it, such as ${inside}`,
    );
  }
  return { target, isFree: true };
}

/**
 * Finds the place for a model at which there must be nothing yet. Makes nothing there.
 * @param model the path of the model if it is on this machine, whose listing the copy would change if it were in it
 * @returns an absolute path without links
 * @throws {SourceError} `source/target-unusable`
 */
export async function findNewPlace(to: string, model: string | undefined): Promise<string> {
  const absolute = path.resolve(to);
  const found = await inTarget(`look at ${quote(absolute)}`, () => lstatOrNull(absolute));
  if (found !== null) throw unusable(absolute, 'something is there already; name a directory that does not exist');
  const { target } = await findPlace(to);
  const real = model === undefined ? null : await realpath(model).catch(() => path.resolve(model));
  if (real !== null && isInside(target, real)) {
    throw unusable(absolute, `it is in the model ${quote(model as string)}, which it would change`);
  }
  return target;
}

function isInside(place: string, folder: string): boolean {
  const way = path.relative(folder, place);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** The path of a folder that may not be there yet, without the links in the part of it that is. */
async function realFolder(folder: string): Promise<string> {
  if ((await lstatOrNull(folder)) !== null) return realpath(folder);
  return path.join(await realFolder(path.dirname(folder)), path.basename(folder));
}

async function lstatOrNull(file: string) {
  return lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/**
 * Verifies what is in the place already, and leaves it as it is.
 * @throws {OmsError} with the code of the refusal, and that the directory was there
 */
export async function verifyExisting<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  target: string,
  options: Parameters<typeof verifyCopy<Identity>>[2] & Pick<CopyModelOptions, 'concurrency'>,
  engine: HashEngine | undefined,
): Promise<Verification<Identity>> {
  try {
    return await verifyCopy(signed, target, options, engine);
  } catch (error) {
    if (!isOmsError(error) || error.stage !== 'model' || error.code === 'model/not-signed') throw error;
    const message = `the folder ${quote(target)} is there already and was left as it is: ${error.message}`;
    const { requirement, differences, required } = error;
    throw new OmsError(error.code, message, { cause: error, requirement, differences, required });
  }
}

function unusable(place: string, why: string): SourceError {
  return new SourceError('source/target-unusable', `a model cannot be put at ${quote(place)}: ${why}`);
}
