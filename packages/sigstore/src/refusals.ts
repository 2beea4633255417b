import { type ErrorCode, OmsError, redact } from '@model-signing/core';

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

/**
 * Returns the messages of an error and its cause, escaped and without the secret: they may quote untrusted input or repeat
 * a token.
 */
export function reasonOf(error: unknown, secret?: string): string {
  if (!(error instanceof Error)) return printable(String(error), secret);
  const { message, cause } = error;
  const text = printable(message, secret);
  if (!(cause instanceof Error)) return text;
  // When every address of a host refuses, the messages are empty and only the code says why.
  const reason = cause.message || String((cause as { code?: unknown }).code ?? '');
  return message.includes(reason) ? text : `${text} (${printable(reason, secret)})`;
}

function printable(text: string, secret: string | undefined): string {
  return redact(text, secret === undefined ? [] : [secret]);
}
