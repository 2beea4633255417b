import { getSystemErrorMessage } from 'node:util';
import { type Difference, type OmsError, quote } from '@model-signing/core';
import { commandExitCodes, exitCodeOfVerdict } from './exit-codes.ts';
import { hintsFor } from './hints.ts';

export type CommandErrorCode = keyof typeof commandExitCodes;

export interface CommandErrorOptions {
  /** What the user can do, one line each. */
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/** A failure of the command itself, such as a wrong command line or a file that cannot be read. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly hints: readonly string[];

  constructor(code: CommandErrorCode, message: string, { hints = [], cause }: CommandErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.hints = hints;
  }
}

/** The error for a wrong command line. Nothing was tried. */
export function usageError(message: string, ...hints: string[]): CommandError {
  return new CommandError('command/usage', message, { hints });
}

/** A failure, in the form in which it is reported. */
export interface Failure {
  readonly code: string;
  readonly stage: string | null;
  readonly requirement: string | null;
  readonly message: string;
  readonly differences: readonly Difference[];
  readonly hints: readonly string[];
  readonly exitCode: number;
}

/** Converts a thrown value to the failure to report, with its exit code. */
export function failureOf(error: unknown): Failure {
  if (isOmsError(error)) return fromVerdict(error);
  const { code, message, hints } = error instanceof CommandError ? error : fromFault(error);
  return { code, stage: null, requirement: null, message, differences: [], hints, exitCode: commandExitCodes[code] };
}

function fromVerdict(error: OmsError): Failure {
  const { code, stage, requirement, message, differences } = error;
  return { code, stage, requirement, message, differences, hints: hintsFor(error), exitCode: exitCodeOfVerdict(code) };
}

/** Compares the name and not the class, since parsing a command line must not load the library. */
function isOmsError(error: unknown): error is OmsError {
  return error instanceof Error && error.name === 'OmsError';
}

/** An error of the system, such as a disk that fails while the model is read, or a bug. */
function fromFault(error: unknown): CommandError {
  if (isSystemError(error)) return fromSystem(error);
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError('command/failed', `unexpected error: ${message}`, {
    hints: ['this is a bug in model-signing: --log-level debug shows where it happened'],
  });
}

/** The system calls that read. */
const reading = /^(?:open|opendir|scandir|read|lstat|stat|fstat|realpath|readlink|readdir|access)$/;

/** What a user can do about an error of the system. */
const systemHints: Readonly<Record<string, string>> = {
  EACCES: 'give the user who runs the command the right to read it',
  EPERM: 'give the user who runs the command the right to read it',
  EMFILE: 'raise the limit of open files (ulimit -n), or lower --jobs',
  ENFILE: 'raise the limit of open files (ulimit -n), or lower --jobs',
  EIO: 'the disk or the network file system failed: check it, and read the file again',
  ENAMETOOLONG: 'the path is longer than the system can open: shorten it, or run the command in a folder further down',
};

function fromSystem(error: NodeJS.ErrnoException): CommandError {
  const { path, syscall, code = '' } = error;
  const hints = Object.hasOwn(systemHints, code) ? [systemHints[code] as string] : [];
  // The engine has already put the name of the file, and not its path, into the message.
  if (syscall === undefined) return new CommandError('command/unreadable', error.message, { hints, cause: error });
  if (path === undefined)
    return new CommandError('command/failed', `cannot ${syscall}: ${systemMessage(error)}`, { hints });
  const what = `${quote(path)} cannot be ${reading.test(syscall) ? 'read' : 'used'}: ${systemMessage(error)}`;
  return new CommandError(reading.test(syscall) ? 'command/unreadable' : 'command/failed', what, {
    hints,
    cause: error,
  });
}

/** An error of the operating system, such as ENOENT. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'code' in error;
}

/** The message of the operating system, without the path that Node adds. */
export function systemMessage(error: NodeJS.ErrnoException): string {
  const words = typeof error.errno === 'number' ? getSystemErrorMessage(error.errno) : undefined;
  return words ? `${words} (${error.code})` : `${error.code}`;
}
