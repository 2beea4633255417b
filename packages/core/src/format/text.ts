import { codePoint, escapeHidden } from '@model-signing/x509/text';

export { escapeHidden };

/**
 * Makes a line that holds untrusted text safe for a terminal, a log or a web page's text: hidden characters are shown as
 * `\u{…}`. Text that already went through it or through {@link quote} is returned unchanged.
 */
export function printable(text: string): string {
  return escapeHidden(text);
}

/**
 * Puts untrusted text in quotes, safe to print and impossible to confuse with the text around it: hidden characters, `"` and `\`
 * are escaped, and so is a combining mark at the start, which would strike the quote. Two texts of at most `limit` UTF-16 code
 * units never become the same characters, though they may look alike; longer ones are cut and end in `…`.
 */
export function quote(text: string, limit = 200): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return `"${printable(shown.replace(/["\\]/g, '\\$&')).replace(/^\p{M}/u, codePoint)}"`;
}
