import type { ErrorCode } from '@model-signing/core';
import type { KeyErrorCode } from '@model-signing/keys';
import type { PolicyErrorCode } from '@model-signing/policy';
import type { SourceErrorCode } from '@model-signing/sources';

/** The exit codes of the command. */
export const ExitCode = {
  /** Done, or verified. */
  done: 0,
  /** The model or its signature was refused. */
  rejected: 1,
  /** The command line is wrong; nothing was tried. */
  usage: 2,
  /** There is no verdict: a file is missing or unreadable, a passphrase is wrong, the disk failed. */
  cannotRun: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The exit code for each failure of the command itself. */
export const commandExitCodes = {
  'command/usage': ExitCode.usage,
  'command/not-found': ExitCode.cannotRun,
  'command/unreadable': ExitCode.cannotRun,
  'command/unwritable': ExitCode.cannotRun,
  'command/ignore-path-absent': ExitCode.usage,
  'command/signature-signed': ExitCode.usage,
  'command/other-model': ExitCode.rejected,
  'command/declined': ExitCode.rejected,
  'command/failed': ExitCode.cannotRun,
  'command/plan-invalid': ExitCode.rejected,
  'command/plan-outdated': ExitCode.rejected,
  'command/digests-invalid': ExitCode.rejected,
  'command/digests-foreign': ExitCode.rejected,
  'command/digests-disagree': ExitCode.rejected,
  'command/digests-unauthenticated': ExitCode.rejected,
  'command/digests-missing': ExitCode.cannotRun,
} as const;

/** Failures of a store that are more than that there is no verdict. */
const sourceExitCodes: Partial<Record<SourceErrorCode, ExitCode>> = {
  'source/reference-invalid': ExitCode.usage,
  'source/not-pinned': ExitCode.usage,
  'source/signature-ambiguous': ExitCode.usage,
  'source/manifest-invalid': ExitCode.rejected,
  'source/names-collide': ExitCode.rejected,
};

/** The exit code for a failure of the store that a model is in. */
export function exitCodeOfSource(code: SourceErrorCode): ExitCode {
  return sourceExitCodes[code] ?? ExitCode.cannotRun;
}

/** The exit code for a key that is held elsewhere and could not be used, which is never a verdict. */
export function exitCodeOfKey(code: KeyErrorCode): ExitCode {
  return code === 'key/reference-invalid' || code === 'key/ambiguous' ? ExitCode.usage : ExitCode.cannotRun;
}

/** The exit code for a refusal by a policy. One that cannot be used says nothing about a model. */
export function exitCodeOfPolicy(code: PolicyErrorCode): ExitCode {
  return code === 'policy/invalid' || code === 'policy/file-unusable' ? ExitCode.cannotRun : ExitCode.rejected;
}

/** Errors of the library that are not a verdict on a signature. */
const cannotRun: ReadonlySet<ErrorCode> = new Set([
  'model/not-found',
  'model/unreadable',
  'model/out-of-memory',
  'model/unit-too-large',
  'bundle/out-of-memory',
  'signer/key-unreadable',
  'signer/key-unsupported',
  'signer/certificate-unreadable',
  'signer/certificate-mismatch',
  'signer/timestamp-unavailable',
  'signer/passphrase-missing',
  'signer/passphrase-wrong',
  'signer/key-answer-invalid',
  'signer/trust-unreadable',
  'signer/trust-missing',
  'signer/trust-cache',
  'signer/token-missing',
  'signer/token-invalid',
  'signer/token-audience',
  'signer/token-expired',
  'signer/login-failed',
  'signer/service-failed',
  'statement/predicate-invalid',
] as const);

/** Errors that a value on the command line causes, unless they come from a signature. */
const wrongValues: ReadonlySet<ErrorCode> = new Set([
  'manifest/annotations-invalid',
  'manifest/ignore-path-invalid',
  'manifest/shard-size-invalid',
  'manifest/algorithm-unsupported',
  'model/ignore-path-outside',
] as const);

/**
 * The exit code for an error of the library.
 * @param signing whether the command signs or hashes, so that no signature was judged
 */
export function exitCodeOfVerdict(code: ErrorCode, signing = false): ExitCode {
  if (signing && wrongValues.has(code)) return ExitCode.usage;
  return cannotRun.has(code) ? ExitCode.cannotRun : ExitCode.rejected;
}

/** 128 plus the number of the signal, as shells expect. */
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
