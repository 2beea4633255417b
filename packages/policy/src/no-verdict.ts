import type { ErrorCode } from '@model-signing/core';

/** Codes that say that something could not be found out, so that there is no verdict, whatever the mode of the rule. */
const noVerdict: ReadonlySet<ErrorCode> = new Set([
  'model/not-found',
  'model/unreadable',
  'model/out-of-memory',
  'model/unit-too-large',
  'model/changed',
  'bundle/out-of-memory',
  'signer/trust-unreadable',
  'signer/trust-missing',
  'signer/trust-cache',
  'signer/service-failed',
] as const);

/** Whether an error says something about the model or its signature. */
export function isVerdict(code: ErrorCode): boolean {
  return !noVerdict.has(code);
}
