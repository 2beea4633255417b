import { type ErrorCode, OmsError, quote } from '@model-signing/core';

/** What a refusal says of a bundle of this method, with the requirement that it enforces here. */
const requirementOf = {
  'signer/certificate-untrusted': 'OMS-SIGSTORE-8',
  'signer/sct-invalid': 'OMS-SIGSTORE-10',
  'signer/timestamp-invalid': 'OMS-SIGSTORE-11',
  'signer/log-invalid': 'OMS-SIGSTORE-12',
  'envelope/signature-invalid': 'OMS-DSSE-10',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** The codes with which a stranger's certificate, timestamp, log entry or signature is refused. */
export type RefusalCode = keyof typeof requirementOf;

/** A refusal of what a bundle holds. */
export function refusal(code: RefusalCode, message: string, cause?: unknown): OmsError {
  return new OmsError(code, message, { requirement: requirementOf[code], ...(cause === undefined ? {} : { cause }) });
}

/**
 * Runs a check on what a stranger wrote. Whatever it throws means that the check failed: libraries meet malformed input with
 * errors of every class, and none of them may pass for a fault of this program.
 */
export function refusing<T>(code: RefusalCode, what: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OmsError) throw error;
    throw refusal(code, `${what}: ${reasonOf(error)}`, error);
  }
}

/** The words of an error and of the one behind it, made harmless: they may quote a stranger, or repeat a secret. */
export function reasonOf(error: unknown, secret?: string): string {
  if (!(error instanceof Error)) return printable(String(error), secret);
  const { message, cause } = error;
  const words = printable(message, secret);
  if (!(cause instanceof Error)) return words;
  // Where every address of a host refuses, the words are in none of the errors, and the code says it.
  const reason = cause.message || String((cause as NodeJS.ErrnoException).code ?? '');
  return message.includes(reason) ? words : `${words} (${printable(reason, secret)})`;
}

/** Without the secret, whole or in its parts, and before it is cut, so that no piece of it stays. */
function printable(text: string, secret: string | undefined): string {
  const parts = !secret ? [] : [secret, ...secret.split('.').filter((part) => part.length > 8)];
  const harmless = parts.reduce((left, part) => left.replaceAll(part, '(secret)'), text);
  return quote(harmless).slice(1, -1);
}
