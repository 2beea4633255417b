import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { claimedModel } from './claimed-model.ts';
import { CommandError, isSystemError, systemMessage, usageError } from './failure.ts';
import { nameOfKind } from './input-file.ts';
import { isStandardOutput } from './standard-streams.ts';

/** Where a signature will be written. */
export type SignatureTarget =
  | { readonly kind: 'stdout' }
  /** A pipe, such as the shell's `>(…)`. */
  | { readonly kind: 'pipe'; readonly path: string }
  | FileTarget;

export interface FileTarget {
  readonly kind: 'file';
  /** Without links. */
  readonly path: string;
  /** The file that the signature replaces, as it was found; null if there is none. */
  readonly existing: BigIntStats | null;
  /** Whether the directory is read-only, so that the file can only be written into. */
  readonly inPlace: boolean;
}

/**
 * Finds where a signature will be written, and whether it can be, before hours of hashing.
 *
 * Links are followed and kept. An existing file is replaced only if it is a signature of this model, so that a mistyped path
 * destroys neither a key, nor a file of the model, nor the signature of another model.
 * @param modelName the name of the only model whose signature may be replaced; if it is absent, that of any model may be
 * @throws {CommandError} `command/usage`, `command/not-found`, `command/unwritable`
 */
export async function prepareSignatureTarget(given: string, modelName?: string): Promise<SignatureTarget> {
  if (isStandardOutput(given)) return { kind: 'stdout' };
  const found = await stat(given).catch(() => null);
  if (found?.isFIFO()) return { kind: 'pipe', path: given };
  if (found && !found.isFile()) {
    throw usageError(`the signature cannot be written to ${quote(given)}: it is ${nameOfKind(found)}`);
  }
  if (given.endsWith('/') || given.endsWith(path.sep)) throw noDirectory(path.resolve(given));
  const directory = await realDirectory(given);
  const target = await realTarget(path.join(directory, path.basename(path.resolve(given))), given, modelName);
  return { kind: 'file', ...target, inPlace: await mustWriteInPlace(target, given) };
}

async function realDirectory(given: string): Promise<string> {
  const parent = path.dirname(path.resolve(given));
  try {
    return await realpath(parent);
  } catch (cause) {
    if (!isSystemError(cause) || cause.code !== 'ENOENT') throw unwritable(given, cause);
    throw noDirectory(parent, cause);
  }
}

function noDirectory(directory: string, cause?: unknown): CommandError {
  const message = `the signature cannot be written: there is no directory ${quote(directory)}`;
  return new CommandError('command/not-found', message, { cause });
}

type Target = Pick<FileTarget, 'path' | 'existing'>;

async function realTarget(target: string, given: string, modelName?: string): Promise<Target> {
  try {
    const real = await realpath(target);
    const existing = await stat(real, { bigint: true });
    if (existing.size > 0) await refuseToReplace(real, existing.size, given, modelName);
    return { path: real, existing };
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT' && !(await isLink(target)))
      return { path: target, existing: null };
    throw unwritable(given, cause);
  }
}

async function isLink(target: string): Promise<boolean> {
  return lstat(target).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

async function refuseToReplace(file: string, size: bigint, given: string, modelName?: string): Promise<void> {
  if (!(await looksLikeSignature(file))) {
    throw usageError(
      `${quote(given)} exists and is not a signature: it is not replaced`,
      'name another file with --signature',
    );
  }
  const other = modelName === undefined ? null : await claimedModel(file, size);
  if (other === null || other === modelName) return;
  throw usageError(
    `${quote(given)} is the signature of another model, ${quote(other)}: it is not replaced`,
    'name another file with --signature, or replace it with --overwrite',
  );
}

/** Whether a file begins like a Sigstore bundle: all known writers put the media type into the first bytes. */
async function looksLikeSignature(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('latin1', 0, bytesRead).includes('"application/vnd.dev.sigstore.bundle');
  } finally {
    await handle.close();
  }
}

/** @throws {CommandError} `command/unwritable` if a signature can be put there in no way */
async function mustWriteInPlace({ path: file, existing }: Target, given: string): Promise<boolean> {
  const directory = path.dirname(file);
  const [toDirectory, toFile] = await Promise.all([refusalToWrite(directory), existing && refusalToWrite(file)]);
  // A file on a read-only mount of its own cannot be replaced either, though its directory can be written to.
  if (toFile?.code === 'EROFS') throw unwritable(given, toFile);
  if (toDirectory === null && !(existing && (await isProtected(directory, existing)))) return false;
  if (existing && toFile === null) return true;
  if (toDirectory === null) throw unwritable(given, toFile);
  throw new CommandError(
    'command/unwritable',
    `the signature ${quote(given)} cannot be written: the directory ${quote(directory)} cannot be written to: ${systemMessage(toDirectory)}`,
    {
      hints: [
        'make the directory writable, or name a file in another one with --signature',
        'in a container, mount the directory, or a file that exists in it, as writable',
      ],
      cause: toDirectory,
    },
  );
}

/** Whether a file is another user's in a sticky directory, such as /tmp: it can be written into, and not be replaced. */
async function isProtected(directory: string, file: BigIntStats): Promise<boolean> {
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return false;
  const { mode, uid } = await stat(directory);
  return (mode & 0o1000) !== 0 && uid !== user && Number(file.uid) !== user;
}

async function refusalToWrite(file: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await access(file, constants.W_OK);
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error;
  }
}

/** The error for a signature that cannot be written; one that is not of the system is returned unchanged. */
export function unwritable(given: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  return new CommandError(
    'command/unwritable',
    `the signature ${quote(given)} cannot be written: ${systemMessage(cause)}`,
    { cause },
  );
}
