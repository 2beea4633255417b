import { randomBytes } from 'node:crypto';
import { constants, unlinkSync } from 'node:fs';
import { access, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { CommandError, isSystemError, systemMessage, usageError } from './failure.ts';
import { nameOfKind } from './input-file.ts';
import { onForcedExit } from './interrupt.ts';

/**
 * Finds where a signature will be written, and whether it can be, before hours of hashing.
 *
 * Links are followed and kept. An existing file is replaced only if it is a signature, so that a mistyped path destroys
 * neither a key nor a file of the model.
 * @returns the real path, for {@link writeSignatureFile}
 * @throws {CommandError} `command/usage`, `command/unwritable`
 */
export async function prepareSignatureFile(given: string): Promise<string> {
  const directory = await realDirectory(given);
  const target = await realTarget(path.join(directory, path.basename(path.resolve(given))), given);
  try {
    await access(path.dirname(target), constants.W_OK);
  } catch (cause) {
    throw unwritable(given, cause);
  }
  return target;
}

async function realDirectory(given: string): Promise<string> {
  const parent = path.dirname(path.resolve(given));
  try {
    return await realpath(parent);
  } catch (cause) {
    if (!isSystemError(cause) || cause.code !== 'ENOENT') throw unwritable(given, cause);
    throw new CommandError(
      'command/not-found',
      `the signature cannot be written: there is no directory ${quote(parent)}`,
      { cause },
    );
  }
}

async function realTarget(target: string, given: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(target);
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT' && !(await isLink(target))) return target;
    throw unwritable(given, cause);
  }
  const stats = await stat(real);
  if (!stats.isFile())
    throw usageError(`the signature cannot be written to ${quote(given)}: it is ${nameOfKind(stats)}`);
  if (stats.size > 0 && !(await looksLikeSignature(real))) {
    throw usageError(
      `${quote(given)} exists and is not a signature: it is not replaced`,
      'name another file with --signature',
    );
  }
  return real;
}

async function isLink(target: string): Promise<boolean> {
  return lstat(target).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
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

/**
 * Writes a signature atomically: to a temporary file beside the target, flushed, then renamed over it.
 * @throws {CommandError} `command/unwritable`; the target is unchanged then
 */
export async function writeSignatureFile(target: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  const forget = onForcedExit(() => removeSync(temporary));
  try {
    await writeAndFlush(temporary, bytes, signal);
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw isSystemError(error) ? unwritable(target, error) : error;
  } finally {
    forget();
  }
  await flushDirectory(path.dirname(target));
}

async function writeAndFlush(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(bytes, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
  signal.throwIfAborted();
}

/** Makes the rename survive a power cut. Not every system can flush a directory. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function removeSync(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it was renamed or never created
  }
}

function unwritable(given: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  return new CommandError(
    'command/unwritable',
    `the signature ${quote(given)} cannot be written: ${systemMessage(cause)}`,
    { cause },
  );
}
