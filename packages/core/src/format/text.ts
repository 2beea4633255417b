import { escapeHidden, escapeSpecial, shorten, withoutStrike } from '@model-signing/x509/text';

export { escapeHidden };

/** The UTF-16 code units of untrusted text that a message shows. */
const MAX_SHOWN = 200;

/**
 * Makes a line that holds untrusted text safe for a terminal, a log or a web page's text: hidden characters are shown as
 * `\u{…}`. Text that already went through it or through {@link quote} is returned unchanged.
 */
export function printable(text: string): string {
  return escapeHidden(text);
}

/**
 * Puts untrusted text in quotes, safe to print and impossible to confuse with the text around it: hidden characters, `"` and `\`
 * are escaped, and so are characters that look like one of those two, and a combining mark at the start, which would strike the
 * quote. Two texts of at most `limit` UTF-16 code units never become the same characters, though they may look alike. Longer ones
 * lose their middle, and their length is stated after the quotes.
 */
export function quote(text: string, limit = MAX_SHOWN): string {
  const quoted = `"${printable(withoutStrike(escapeSpecial(shorten(text, limit), '"\\')))}"`;
  return text.length > limit ? `${quoted} (${text.length} characters)` : quoted;
}

/** Pieces of a secret that are shorter reveal little, and could be part of any text. */
const PIECE = 8;

/**
 * Makes untrusted text that may repeat a secret safe for a message: removes every piece of 8 or more characters of each secret,
 * escapes what {@link quote} escapes, and cuts it, in this order.
 * @throws {TypeError} for secrets that are no list of strings
 */
export function redact(text: string, secrets: Iterable<string>, limit = MAX_SHOWN): string {
  // A secret that is given by itself would be taken for its characters, and remain.
  const all = typeof secrets === 'string' ? [] : [...secrets];
  if (typeof secrets === 'string' || !all.every((secret) => typeof secret === 'string')) {
    throw new TypeError('the secrets must be an array of strings');
  }
  let left = text;
  for (const secret of all) left = without(left, secret);
  const shown = printable(withoutStrike(escapeSpecial(shorten(left, limit), '"\\')));
  return left.length > limit ? `${shown} (${left.length} characters)` : shown;
}

function without(text: string, secret: string): string {
  if (secret.length < PIECE) return secret === '' ? text : text.replaceAll(secret, '(secret)');
  const pieces = new Set<string>();
  for (const form of new Set([secret, encodeURIComponent(secret.toWellFormed())])) {
    for (let at = 0; at + PIECE <= form.length; at++) pieces.add(form.slice(at, at + PIECE));
  }
  let kept = '';
  let from = 0;
  for (let at = 0; at + PIECE <= text.length; at++) {
    if (!pieces.has(text.slice(at, at + PIECE))) continue;
    kept += `${text.slice(from, at)}(secret)`;
    while (pieces.has(text.slice(at, at + PIECE))) at++;
    from = at + PIECE - 1;
    at = from - 1;
  }
  return kept + text.slice(from);
}
