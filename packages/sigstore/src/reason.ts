import { printable, quote } from '@model-signing/core';

/** Of the text of one error, in characters. */
const MAX_LENGTH = 300;

/** Pieces of a secret of this length are found, wherever they are. Shorter secrets are found whole. */
const PIECE = 12;

/**
 * Returns why something failed, from an error and its cause: untrusted text, which may repeat a secret or a piece of one. The one
 * place that makes such text fit to be shown, in the only order that is safe: secrets are removed, then what is left is escaped,
 * then it is cut.
 */
export function reasonOf(error: unknown, ...secrets: readonly (string | undefined)[]): string {
  return shorten(redact(textOf(error), secrets.filter((secret) => secret !== undefined && secret !== '') as string[]));
}

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

/** Replaces every piece of a secret, of which a service may repeat the beginning only. */
function redact(text: string, secrets: readonly string[]): string {
  const isSecret = new Uint8Array(text.length);
  for (const secret of secrets.flatMap(formsOf)) {
    const length = Math.min(PIECE, secret.length);
    const pieces = new Set(
      Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length)),
    );
    for (let at = 0; at <= text.length - length; at++) {
      if (pieces.has(text.slice(at, at + length))) isSecret.fill(1, at, at + length);
    }
  }
  let shown = '';
  for (let at = 0; at < text.length; at++) {
    if (!isSecret[at]) shown += text[at];
    else if (!isSecret[at - 1]) shown += '(secret)';
  }
  return shown;
}

/** A secret as it is, and as it is sent in a form. */
function formsOf(secret: string): string[] {
  return [...new Set([secret, encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)])];
}

/** Escapes text, and cuts it between two characters. */
function shorten(text: string): string {
  let shown = '';
  for (const character of text) {
    const escaped = shown === '' || /["\\]/.test(character) ? quote(character).slice(1, -1) : printable(character);
    if (shown.length + escaped.length > MAX_LENGTH) return `${shown}…`;
    shown += escaped;
  }
  return shown;
}
