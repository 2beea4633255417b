/**
 * Characters that change or hide what a reader sees: control, format and direction characters, line separators, spaces other
 * than U+0020, letters and symbols without a shape, unpaired surrogates, and code points without an assigned meaning.
 */
const hidden = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Matches nearly every text that has none of them, without the Unicode table. */
const plain = /^[ -~]*$/;

/** Replaces each hidden character. Every function that makes untrusted text safe to show is built on this one. */
export function escapeHidden(text: string, escaped: (character: string) => string): string {
  return plain.test(text) ? text : text.replace(hidden, escaped);
}

/**
 * Makes a line that holds untrusted text safe for a terminal, a log or a web page's text: hidden characters are shown as
 * `\u{…}`. Text that already went through it or through {@link quote} is returned unchanged.
 */
export function printable(text: string): string {
  return escapeHidden(text, codePoint);
}

/**
 * Puts untrusted text in quotes, safe to print and impossible to confuse with the text around it: hidden characters, `"`
 * and `\` are escaped. Two texts of at most `limit` UTF-16 code units never look the same; longer ones are cut and end in `…`.
 */
export function quote(text: string, limit = 200): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return `"${printable(shown.replace(/["\\]/g, '\\$&'))}"`;
}

function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
