import { type ErrorCode, OmsError } from '@model-signing/core';
import { reasonOf } from './reason.ts';

/** The codes that refuse the contents of a bundle, each with the requirement that it enforces. */
const requirementOf = {
  'signer/certificate-untrusted': 'OMS-SIGSTORE-8',
  'signer/sct-invalid': 'OMS-SIGSTORE-10',
  'signer/timestamp-invalid': 'OMS-SIGSTORE-11',
  'signer/log-invalid': 'OMS-SIGSTORE-12',
  'envelope/signature-invalid': 'OMS-DSSE-10',
} as const satisfies Partial<Record<ErrorCode, string>>;

export type RefusalCode = keyof typeof requirementOf;

/** Creates the error that refuses the contents of a bundle. */
export function refusal(code: RefusalCode, message: string, cause?: unknown): OmsError {
  return new OmsError(code, message, { requirement: requirementOf[code], ...(cause === undefined ? {} : { cause }) });
}

/**
 * Runs a check on untrusted input. Any exception means that the check failed: libraries throw errors of every class for
 * malformed input, and none of them may look like a bug of this program.
 */
export function refuseIfThrows<T>(code: RefusalCode, what: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OmsError) throw error;
    throw refusal(code, `${what}: ${reasonOf(error)}`, error);
  }
}
