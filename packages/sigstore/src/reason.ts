import { redact } from '@model-signing/core';

/** Of the text of one error, in characters. */
const MAX_LENGTH = 300;

/**
 * Returns why something failed, from an error and its cause: untrusted text, which may repeat a secret or a piece of one. The one
 * place that makes the errors of services and libraries fit to be shown: what is a secret is removed before anything is cut.
 */
export function reasonOf(error: unknown, ...secrets: readonly (string | undefined)[]): string {
  const text = textOf(error).replaceAll(TOKEN, '(secret)');
  return redact(text, secrets.filter((secret) => secret !== undefined).flatMap(formsOf), MAX_LENGTH);
}

/** The beginning of a JSON object in Base64, as every token has it, and what follows. */
const TOKEN = /eyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const text = messageOf(error);
  if (!(cause instanceof Error) || cause instanceof SyntaxError) return text;
  // When every address of a host refuses, the messages are empty and only the code says why.
  const code = String((cause as { code?: unknown }).code ?? '');
  const reason = messageOf(cause) || code;
  const isRepeated = text.includes(reason) || (code !== '' && text.includes(code));
  return isRepeated ? text : `${text} (${reason})`;
}

/** The message for text that is not JSON would quote the text, which may hold a token. */
function messageOf(error: Error): string {
  return error instanceof SyntaxError ? 'it is not valid JSON' : error.message;
}

/** A secret as it is, and as it is sent in an address or a form. */
function formsOf(secret: string): string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  return [secret, inForm, inForm.replaceAll('+', '%20')];
}
