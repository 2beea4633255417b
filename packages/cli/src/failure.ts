import { getSystemErrorMessage } from 'node:util';
import type { Difference, OmsError } from '@model-signing/core';
import { commandExitCodes, exitCodeOfVerdict, signalExitCodes } from './exit-codes.ts';
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

/** The failure of a command that a signal ended, with what that means for the user's files, if it is known. */
export function interruption(exitCode: number | null, what?: string): Failure {
  const message = what === undefined ? 'interrupted' : `interrupted: ${what}`;
  return {
    ...{ code: 'command/interrupted', stage: null, requirement: null, message, differences: [], hints: [] },
    exitCode: exitCode ?? signalExitCodes.SIGINT,
  };
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
  if (isSystemError(error)) {
    const where = error.path === undefined ? '' : ` ${JSON.stringify(error.path)}`;
    return new CommandError('command/failed', `cannot ${error.syscall ?? 'use'}${where}: ${systemMessage(error)}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError('command/failed', `unexpected error: ${message}`, {
    hints: ['this is a bug in model-signing: --log-level debug shows where it happened'],
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
