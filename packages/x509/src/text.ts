/**
 * Characters that change or hide what a reader sees: control, format and direction characters, line separators, spaces other
 * than U+0020, letters and symbols without a shape, unpaired surrogates, and code points without an assigned meaning.
 */
const hidden = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]/gu;

/** Matches nearly every text that has none of them, without the Unicode table. */
const plain = /^[ -~]*$/;

/** Replaces each hidden character. Every function that makes untrusted text safe to show is built on this one. */
export function escapeHidden(text: string, escaped: (character: string) => string = codePoint): string {
  return plain.test(text) ? text : text.replace(hidden, escaped);
}

const MAX_SHOWN = 200;

/** Makes untrusted text safe to print: escapes hidden characters and those in `special`, and cuts it. */
export function printable(text: string, special = ''): string {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  const marked = [...shown].map((character) => (special.includes(character) ? `\\${character}` : character));
  return escapeHidden(special === '' ? shown : marked.join(''));
}

/** How a character is written that is not shown. */
export function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
