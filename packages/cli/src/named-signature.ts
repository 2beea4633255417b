import path from 'node:path';
import { hasScheme } from './addresses.ts';
import { usageError } from './failure.ts';
import { readSignatureFile } from './input-file.ts';
import { findSignature } from './signature-location.ts';
import { isStandardInput } from './standard-streams.ts';

/** A signature to verify, as it was named or found. */
export interface NamedSignature {
  /** Its path as it was given or found, its address, or its name in the store; `-` is standard input. */
  readonly name: string;
  readonly place: 'file' | 'standard-input' | 'url' | 'store';
  /** Why it is the one that is read, as the end of a sentence that begins with its name. */
  readonly why: string;
  /** Its path, if it is a file of this machine; else null. */
  readonly path: string | null;
  /** What to type after `inspect` to see it; null if it cannot be read again. */
  readonly inspect: readonly string[] | null;
  /**
   * Its bytes.
   * @throws {OmsError} `bundle/too-large`
   * @throws {CommandError} {@link SourceError}
   */
  read(signal: AbortSignal): Promise<Uint8Array>;
}

/** Why a signature is read that the command line names. */
export const NAMED = 'named by --signature';

/**
 * A signature that `--signature` names: a file, `-`, or an address that begins with https.
 * @throws {CommandError} `command/usage`
 */
export function localSignature(given: string, why = NAMED): NamedSignature {
  if (hasScheme(given)) return urlSignature(given);
  const isFile = !isStandardInput(given);
  return {
    ...{ name: given, why, place: isFile ? 'file' : 'standard-input', path: isFile ? given : null },
    inspect: isFile ? [given] : null,
    read: (signal) => readSignatureFile(given, signal),
  };
}

/** The signature of a model on this machine, if none is named. */
export function defaultSignature(modelPath: string): NamedSignature {
  const file = findSignature(modelPath);
  const absolute = path.resolve(file);
  const root = path.resolve(modelPath);
  const isBeside = path.dirname(absolute) === path.dirname(root);
  const where = absolute.startsWith(root + path.sep)
    ? 'in the model'
    : isBeside
      ? 'beside the model'
      : 'in the working directory';
  return localSignature(file, `found ${where}`);
}

function urlSignature(given: string): NamedSignature {
  if (!/^https?:\/\//i.test(given)) {
    throw usageError(
      '--signature takes a path, an address that begins with https://, or a name in the store of the model',
    );
  }
  const url = URL.parse(given);
  // A query can hold a key, as that of a presigned address does.
  const name = url === null ? 'an address that cannot be parsed' : url.origin + url.pathname;
  return {
    ...{ name, why: NAMED, place: 'url', path: null, inspect: url?.search ? null : [name] },
    read: async (signal) => (await import('@model-signing/sources')).fetchSignature(given, { signal }),
  };
}
