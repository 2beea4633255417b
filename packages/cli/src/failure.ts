import { type Difference, type OmsError, quote } from '@model-signing/core';
import type { KeyError } from '@model-signing/keys';
import type { PolicyError } from '@model-signing/policy';
import type { SourceError } from '@model-signing/sources';
import {
  commandExitCodes,
  exitCodeOfKey,
  exitCodeOfPolicy,
  exitCodeOfSource,
  exitCodeOfVerdict,
  signalExitCodes,
} from './exit-codes.ts';
import { type Call, hintsFor } from './hints.ts';
import { keyHints } from './key-hints.ts';
import { sourceHints } from './source-hints.ts';
import { isSystemError, systemHints, systemMessage } from './system-errors.ts';

export { isSystemError, systemMessage };

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
  /** What the caller has to choose from, such as the names of signatures. */
  readonly choices?: readonly string[];
  /** Further members for results in JSON. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Details for people, one line each. */
  readonly lines?: readonly string[];
  readonly exitCode: number;
}

/** What a command adds to an error of a package, for its report. */
export type Reported = Partial<Pick<Failure, 'hints' | 'members' | 'lines' | 'exitCode'>>;

/** The failure of a command that a signal ended, with what that means for the user's files, if it is known. */
export function interruption(exitCode: number | null, what?: string): Failure {
  const message = what === undefined ? 'interrupted' : `interrupted: ${what}`;
  return {
    ...{ code: 'command/interrupted', stage: null, requirement: null, message, differences: [], hints: [] },
    exitCode: exitCode ?? signalExitCodes.SIGINT,
  };
}

/**
 * Converts a thrown value to the failure to report, with its exit code.
 * @param call the call that failed; null before the command line was read
 */
export function failureOf(error: unknown, call: Call | null = null): Failure {
  if (isOmsError(error)) return fromVerdict(error, call);
  if (isSourceError(error)) return fromSource(error, call);
  if (isKeyError(error)) return fromKey(error, call);
  if (isPolicyError(error)) return fromPolicy(error);
  return fromCommand(error instanceof CommandError ? error : fromFault(error));
}

function fromCommand({ code, message, hints }: CommandError): Failure {
  return { code, stage: null, requirement: null, message, differences: [], hints, exitCode: commandExitCodes[code] };
}

function fromVerdict(error: OmsError & Reported, call: Call | null): Failure {
  const { code, stage, requirement, message, differences } = error;
  const hints = hintsFor(error, call);
  // The command has one code for whatever it cannot read.
  if (code === 'model/unreadable') return fromCommand(new CommandError('command/unreadable', message, { hints }));
  const exitCode = exitCodeOfVerdict(code, call?.known.has('hash'));
  return { code, stage, requirement, message, differences, hints, exitCode, ...detailsOf(error) };
}

/** What the command has found out besides. */
function detailsOf({ members, lines }: Reported): Reported {
  return { ...(members && { members }), ...(lines && { lines }) };
}

/** Compares the name and not the class, since parsing a command line must not load the library. */
function isOmsError(error: unknown): error is OmsError & Reported {
  return error instanceof Error && error.name === 'OmsError';
}

/** By its name too, since the package of the stores is loaded only for models that are in one. */
function isSourceError(error: unknown): error is SourceError {
  return error instanceof Error && error.name === 'SourceError';
}

/** By its name too, since policies are loaded only for those who use them. */
function isPolicyError(error: unknown): error is PolicyError & Reported {
  return error instanceof Error && error.name === 'PolicyError';
}

function fromPolicy(error: PolicyError & Reported): Failure {
  const { code, message, hints = [], exitCode = exitCodeOfPolicy(code) } = error;
  const nothing = { stage: null, requirement: null, differences: [] };
  return { code, ...nothing, message, hints, exitCode, ...detailsOf(error) };
}

function fromSource(error: SourceError, call: Call | null): Failure {
  const { code, message, choices } = error;
  const { hints = sourceHints(error, call) } = error as { readonly hints?: readonly string[] };
  return {
    ...{ code, stage: null, requirement: null, message, differences: [], hints },
    ...(choices.length > 0 && { choices }),
    exitCode: exitCodeOfSource(code),
  };
}

/** By its name as well: there are two classes of it, one in the command and one that the package for tokens brings. */
function isKeyError(error: unknown): error is KeyError {
  return error instanceof Error && error.name === 'KeyError';
}

function fromKey(error: KeyError, call: Call | null): Failure {
  const { code, message, choices } = error;
  return {
    ...{ code, stage: null, requirement: null, message, differences: [], hints: keyHints(error, call) },
    ...(choices.length > 0 && { choices }),
    exitCode: exitCodeOfKey(code),
  };
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

function fromSystem(error: NodeJS.ErrnoException): CommandError {
  const { path, syscall, code = '' } = error;
  const hints = Object.hasOwn(systemHints, code) ? [systemHints[code] as string] : [];
  // The engine has already put the name of the file, and not its path, into the message.
  if (syscall === undefined) return new CommandError('command/unreadable', error.message, { hints, cause: error });
  if (syscall === 'uv_cwd') {
    const hints = ['change to a directory that exists'];
    return new CommandError('command/failed', 'the working directory does not exist any more', { hints, cause: error });
  }
  if (path === undefined)
    return new CommandError('command/failed', `cannot ${syscall}: ${systemMessage(error)}`, { hints });
  const what = `${quote(path)} cannot be ${reading.test(syscall) ? 'read' : 'used'}: ${systemMessage(error)}`;
  return new CommandError(reading.test(syscall) ? 'command/unreadable' : 'command/failed', what, {
    hints,
    cause: error,
  });
}
