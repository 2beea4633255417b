import { existsSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type Manifest, quote } from '@model-signing/core';
import { isAttestationName } from '@model-signing/core/attestation-file';
import { GIT_PATHS, PathSet } from '@model-signing/core/names';
import { type CommandError, isSystemError, usageError } from '../failure.ts';

/** How many files of a model are looked for beside a file of attestations. */
const MAX_LOOKED_FOR = 10;

/** What a file of attestations is for: a signature, and its model if it was named. */
export interface Attesting {
  readonly manifest: Manifest;
  /** The path of the model on this machine; null if it is in a store or was not named. */
  readonly model: string | null;
  /** Paths that the caller leaves out of the model. */
  readonly ignoredPaths: readonly string[];
  /** The file of the signature; null if it is none of this machine. */
  readonly signature: string | null;
}

/**
 * Refuses a file to which an attestation must not be added: one that is something else, and one among the files of the model where its
 * signature has no place for it, because the model would not be what was signed any more.
 * @throws {CommandError} `command/usage`
 */
export async function checkTargetFile(file: string, attesting: Attesting): Promise<void> {
  const { signature } = attesting;
  if (signature !== null && real(file) === real(signature))
    throw refused(file, 'it is the signature of the model, which has to stay alone in its file');
  // What is in a file of lines is reported line by line, and the rest of it counts.
  if (!file.endsWith('.jsonl') && !(await mayBeBundles(file)))
    throw refused(file, 'it exists and is no file of attestations, and so it is left as it is');
  checkPlace(file, attesting);
}

function checkPlace(file: string, { manifest, model, ignoredPaths }: Attesting): void {
  const { ignorePaths, excludeAttestations } = manifest.serialization;
  const name = model === null ? nameBeside(file, manifest) : nameIn(model, file);
  if (name === null) return;
  if (new PathSet([...ignorePaths, ...ignoredPaths, ...GIT_PATHS]).covers(name)) return;
  if (excludeAttestations && isAttestationName(name)) return;
  const place = excludeAttestations
    ? 'name claims.jsonl at the top of the model with --attestations, for which the signature has left room'
    : 'name a file outside of the model with --attestations';
  throw refused(file, 'it is in the model, which would not be what was signed any more', place);
}

function refused(file: string, why: string, hint = 'name another file with --attestations'): CommandError {
  return usageError(`the attestation cannot be added to ${quote(file)}: ${why}`, hint);
}

/** The name that a file has, or would have, in a model; null for one outside. */
function nameIn(model: string, file: string): string | null {
  const relative = path.relative(real(model), real(file));
  const isOutside = relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative);
  return isOutside ? null : relative.split(path.sep).join('/');
}

/** The name of a file whose directory has the files of the model; null if it does not. A single file may be a model by itself. */
function nameBeside(file: string, { resources }: Manifest): string | null {
  const names = new Set(resources.map((resource) => resource.path));
  const [first, ...others] = names;
  if (first === undefined || (others.length === 0 && !first.includes('/'))) return null;
  const directory = path.dirname(real(file));
  const isThere = [...names].slice(0, MAX_LOOKED_FOR).every((name) => existsSync(path.join(directory, name)));
  return isThere ? path.basename(file) : null;
}

/** The path without links, also of a file that is to be made. */
function real(file: string): string {
  if (existsSync(file)) return realpathSync.native(file);
  const directory = path.dirname(path.resolve(file));
  return path.join(existsSync(directory) ? realpathSync.native(directory) : directory, path.basename(file));
}

/** Whether a file is not there, or begins as a JSON object does. A file that cannot be read is for what adds to it to report. */
async function mayBeBundles(file: string): Promise<boolean> {
  const handle = await open(file).catch((error: unknown) => {
    if (isSystemError(error)) return null;
    throw error;
  });
  if (handle === null) return true;
  try {
    if (!(await handle.stat()).isFile()) return true;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    const beginning = buffer.toString('latin1', 0, bytesRead).trimStart();
    return beginning === '' || beginning.startsWith('{');
  } finally {
    await handle.close();
  }
}
