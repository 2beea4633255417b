import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import { asText, readSmallFile } from './input-file.ts';
import { variableOf } from './own-secrets.ts';
import { isStandardInput } from './standard-streams.ts';

/** Where the command looks for a secret. The first source that is given decides, in this order. */
export interface SecretSources {
  /** What messages call the secret: `client secret`. */
  readonly what: string;
  /** A flag whose value is the secret, which other users of the machine can see. */
  readonly flag?: { readonly name: string; readonly value: string | undefined };
  /** A flag that names a file, a pipe or, as `-`, standard input. */
  readonly fileFlag: { readonly name: string; readonly value: string | undefined };
  /** A variable of the environment. */
  readonly variable?: string;
}

/**
 * Reads a secret from a flag with a warning, from a file, a pipe or standard input without one line break at its end, or from
 * the environment. No message repeats any of it.
 * @returns undefined if no source is given
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function openSecret(
  { what, flag, fileFlag, variable }: SecretSources,
  { output, signal }: Pick<Context, 'output' | 'signal'>,
): Promise<Uint8Array | undefined> {
  if (flag?.value !== undefined) {
    output.notice(
      'command/secret-visible',
      `other users of this machine can see ${flag.name}: ${fileFlag.name} is safer`,
    );
    return Buffer.from(flag.value);
  }
  if (fileFlag.value !== undefined) return readSecret(fileFlag.value, what, signal);
  const value = variable === undefined ? undefined : fromEnvironment(variable);
  return value === undefined ? undefined : Buffer.from(value);
}

/** Reads a secret from a file, a pipe or, as `-`, standard input, without one line break at its end. */
async function readSecret(file: string, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  const source = isStandardInput(file) ? what : `${what} file`;
  return withoutLineBreak(asText(await readSmallFile(file, source, signal), source));
}

/** Removes one `\n` or `\r\n` from the end. */
export function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

/** The value of a variable of the environment; an empty one counts as unset, as shells cannot easily unset one for a command. */
export function fromEnvironment(variable: string): string | undefined {
  return variableOf(variable);
}

/** Where the command looks for a key: a flag that names a file, and a variable that holds a path or the PEM text itself. */
export interface KeySource {
  /** What messages call it: `public key`. */
  readonly what: string;
  readonly flag: string;
  readonly variable: string;
}

const PEM_BEGIN = '-----BEGIN';

/**
 * Reads a key from the file of a flag, or else from the environment. No message repeats a key, or the value of the variable,
 * which may be one.
 * @throws {CommandError} `command/usage` if a flag holds the key itself, `command/not-found`, `command/unreadable`
 */
export async function readKey(
  file: string | undefined,
  { what, flag, variable }: KeySource,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (file?.includes(PEM_BEGIN)) {
    throw usageError(`${flag} takes a file, not the key itself`, `the variable ${variable} can hold the key itself`);
  }
  if (file !== undefined) return readSmallFile(file, what, signal);
  const value = fromEnvironment(variable);
  if (value === undefined) throw usageError(`the option '${flag} <file>' is required`, `or set ${variable}`);
  // Many CI systems keep a secret in one line, with the line breaks written as \n.
  if (value.includes(PEM_BEGIN)) return Buffer.from(value.replaceAll('\\n', '\n'));
  if (value === '-') throw usageError(`${variable} must hold a path or a key in PEM form; ${flag} - is standard input`);
  return readSmallFile(value, what, signal, `the path in ${variable}`);
}
