import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { quote, type SignedManifest } from '@model-signing/core';
import { type CommandError, isSystemError, usageError } from '../failure.ts';
import { resolveIgnorePaths } from '../ignore-paths.ts';

/** What an attestation is about, and where that lies on this machine. */
interface AttestedFiles {
  /** The model; null if it is in a store, or not looked at. */
  readonly model: string | null;
  /** The file of its signature; null if it is no file. */
  readonly signature: string | null;
  readonly signed: SignedManifest;
  /** As given, besides those of the signature. */
  readonly ignorePaths: readonly string[];
}

/**
 * Refuses a file to which an attestation must not be added: one that is something else, and one with which the model would no longer be
 * what was signed.
 * @throws {CommandError} `command/usage`
 */
export async function checkTargetFile(file: string, about: AttestedFiles): Promise<void> {
  const target = await realPlace(file);
  if (about.signature !== null && target === (await realPlace(about.signature)))
    throw refused(file, 'it is the signature of the model, which has to stay alone in its file');
  if (!(await mayBeBundles(target)))
    throw refused(file, 'it exists and is no file of attestations, and so it is left as it is');
  const name = about.model === null ? null : nameIn(await realPlace(about.model), target);
  if (name === null || (await isLeftOut(name, about))) return;
  throw refused(
    file,
    'the model would no longer be what was signed: the file is in it',
    'leave --attestations out, and the file is beside the model; or leave the file out of the model with --ignore-paths',
  );
}

function refused(file: string, why: string, hint = 'name another file with --attestations'): CommandError {
  return usageError(`the attestation cannot be added to ${quote(file)}: ${why}`, hint);
}

/** The real path of a file that need not exist. */
async function realPlace(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const folder = path.dirname(path.resolve(file));
    return path.join(await realpath(folder).catch(() => folder), path.basename(file));
  }
}

/** The canonical name of a file in a model; null for one that is not in it. */
function nameIn(root: string, file: string): string | null {
  const name = path.relative(root, file);
  const isInside = name !== '' && name !== '..' && !name.startsWith(`..${path.sep}`) && !path.isAbsolute(name);
  return isInside ? name.split(path.sep).join('/') : null;
}

async function isLeftOut(name: string, { model, signed, ignorePaths }: AttestedFiles): Promise<boolean> {
  const { serialization } = signed.manifest;
  if (serialization.excludeAttestations && !name.includes('/')) return true;
  const own = await resolveIgnorePaths(model as string, ignorePaths);
  return [...serialization.ignorePaths, ...own].some((left) => name === left || name.startsWith(`${left}/`));
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
