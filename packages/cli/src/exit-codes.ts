import type { ErrorCode } from '@model-signing/core';

/** What the command answers to the shell. */
export const ExitCode = {
  /** Done, or verified. */
  done: 0,
  /** A verdict: the model or its signature was refused. */
  rejected: 1,
  /** The command line is wrong; nothing was tried. */
  usage: 2,
  /** No verdict could be reached: a file is missing or unreadable, a passphrase is wrong, the disk failed. */
  cannotRun: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Failures of the command itself, beside the verdicts of the library, and what each exits with. */
export const commandExitCodes = {
  'command/usage': ExitCode.usage,
  'command/not-found': ExitCode.cannotRun,
  'command/unreadable': ExitCode.cannotRun,
  'command/unwritable': ExitCode.cannotRun,
  'command/failed': ExitCode.cannotRun,
} as const;

/** Refusals of the library that say nothing about a signature, only that the request cannot be carried out. */
const cannotRun: ReadonlySet<ErrorCode> = new Set([
  'model/not-found',
  'signer/key-unreadable',
  'signer/key-unsupported',
  'signer/certificate-unreadable',
  'signer/certificate-mismatch',
  'signer/timestamp-unavailable',
  'signer/passphrase-missing',
  'signer/passphrase-wrong',
  'signer/trust-unreadable',
  'signer/trust-missing',
  'signer/token-missing',
  'signer/token-invalid',
  'signer/token-audience',
  'signer/token-expired',
  'signer/login-failed',
  'signer/service-failed',
] as const);

/** What a refusal by the library exits with. */
export function exitCodeOfVerdict(code: ErrorCode): ExitCode {
  return cannotRun.has(code) ? ExitCode.cannotRun : ExitCode.rejected;
}

/** A signal exits with 128 and its number, as shells expect it. */
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
