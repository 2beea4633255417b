import { rmSync } from 'node:fs';
import { type HashModelOptions, quote, type Verification } from '@model-signing/core';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import type { EngineChoice } from '../engine-choice.ts';
import { usageError } from '../failure.ts';
import { InterruptedError, onForcedExit } from '../interrupt.ts';
import type { NamedModel } from '../model-name.ts';
import { formatCount, formatSize } from '../sizes.ts';

/** The flags that say whether what is verified is copied as well. */
export interface CopyFlags {
  readonly copyTo?: string;
  readonly reflink?: boolean;
  readonly sync?: boolean;
  readonly engine?: EngineChoice;
}

/** A copy that was made of what was verified. */
export interface Copied {
  /** The absolute path of the directory. */
  readonly to: string;
  readonly files: number;
  readonly bytes: number;
  /** Whether it was made by cloning files, and not by writing. */
  readonly reflink: boolean;
  /** Whether it was written to the disk before it appeared. */
  readonly synced: boolean;
}

/** A result, with the copy that was made; null if none was asked for. */
export type WithCopy<T> = T & { readonly copy: Copied | null };

/** How a model is read. */
type Reading = Pick<HashModelOptions, 'engine' | 'onProgress' | 'signal'>;

/**
 * Refuses flags that say nothing about a copy, or ask for one that cannot be made.
 * @throws {CommandError} `command/usage`
 */
export function checkCopy(operand: string, { copyTo, reflink, sync, engine }: CopyFlags): void {
  if (copyTo === undefined) {
    if (reflink) throw usageError('--reflink says how to make a copy, and there is no --copy-to');
    if (sync === false) throw usageError('--no-sync says how to make a copy, and there is no --copy-to');
    return;
  }
  if (reflink && hasScheme(operand)) {
    throw usageError(
      `--reflink is for a model on this machine, and ${quote(operand)} is in a hub or registry`,
      'leave it out: the files are written while they arrive',
    );
  }
  if (engine === 'native' && !reflink) {
    throw usageError(
      '--engine native does not write, and --copy-to writes what it hashes',
      'leave it out: Node hashes while it writes; with --reflink, the native engine hashes the clones',
    );
  }
}

/** Files that a process can write back at the same time. Those that wait together share one commit of the file system. */
const WRITTEN_BACK_AT_ONCE = '64';

/** Gives the process more threads for waiting for the disk, which it must do before it first uses one of them. */
export function prepareCopy({ copyTo, sync }: CopyFlags): void {
  if (copyTo !== undefined && sync !== false) process.env.UV_THREADPOOL_SIZE ??= WRITTEN_BACK_AT_ONCE;
}

/**
 * Runs a verb, and copies what it verifies if a copy is asked for. Nothing is left of a copy if it fails.
 * @param verificationOf what was verified, by the result of the verb; throws if nothing was
 */
export async function copying<T>(
  { path }: Pick<NamedModel, 'path'>,
  { copyTo, reflink = false, sync = true }: CopyFlags,
  { signal, ...reading }: Reading & Pick<Context, 'signal'>,
  work: (reading: Reading) => Promise<T>,
  verificationOf: (result: T) => Verification,
): Promise<WithCopy<T>> {
  if (copyTo === undefined) return { ...(await work({ ...reading, signal })), copy: null };
  const { copyVerified } = await import('@model-signing/sources');
  let result: T | undefined;
  let keep = () => {};
  const verify = async (engine: Reading['engine']) => {
    result = await work({ ...reading, signal, engine });
    return verificationOf(result);
  };
  const onFolder = (folder: string) => {
    keep = onForcedExit(() => rmSync(folder, { recursive: true, force: true }));
  };
  try {
    const options = { to: copyTo, model: path ?? undefined, reflink, sync, engine: reading.engine, signal, onFolder };
    const { target, files, bytes } = await copyVerified(verify, options);
    return { ...(result as T), copy: { to: target, files, bytes, reflink, synced: sync } };
  } catch (error) {
    throw signal.aborted ? new InterruptedError('nothing was copied') : error;
  } finally {
    keep();
  }
}

/** A copy, in a line for people; null if there is none. */
export function copyLine(copy: Copied | null | undefined): [string, string] | null {
  if (!copy) return null;
  const { to, files, bytes, reflink, synced } = copy;
  const how = `${reflink ? ', cloned' : ''}${synced ? '' : ', not yet on the disk'}`;
  return ['copy', `${quote(to)}: ${formatCount(files, 'file')}, ${formatSize(bytes)}${how}`];
}
