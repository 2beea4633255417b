// The one place where text of a report becomes text of another format. Everything in a report is untrusted, names and titles
// included, because its author chose them.

/**
 * Signs that stack letters or join numbers and have no shape of their own, each with what stands before it in real text: after
 * anything else, it hides.
 */
const stackers = [
  '(?<!\\p{sc=Mymr})\\u1039',
  '(?<!\\p{sc=Khmr})\\u17d2',
  '(?<!\\p{sc=Lana})\\u1a60',
  '(?<!\\p{sc=Mtei})\\uaaf6',
  '(?<!\\p{sc=Khar})\\u{10a3f}',
  '(?<!\\p{sc=Cakm})\\u{11133}',
  '(?<!\\p{sc=Diak})\\u{1193e}',
  '(?<!\\p{sc=Zanb})\\u{11a47}',
  '(?<!\\p{sc=Soyo})\\u{11a99}',
  '(?<!\\p{sc=Gonm})\\u{11d45}',
  '(?<!\\p{sc=Gong})\\u{11d97}',
  '(?<!\\p{sc=Brah})\\u{1107f}',
  '[\\u{113d0}\\u{11f42}]',
].join('|');

/**
 * What a reader cannot see or a terminal obeys, line feeds and tabs apart. The suite imports nothing of an implementation, hence a
 * table of its own, which `scripts/sanitizers.test.ts` compares with that of the implementation.
 */
const hidden = new RegExp(
  String.raw`(?![ \n\t])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u303f\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]|\p{M}(?<=\p{M}{9})|${stackers}`,
  'gu',
);

/** Text that shows every hidden character as an escape sequence; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Text as one visible line. */
export function printable(text: string): string {
  return visible(text).replace(/[\n\t]/g, ' ');
}

/** Text as one visible line for a terminal or a log, in which GitHub would execute a line that begins like a command. */
export function terminalLine(text: string): string {
  return printable(text).replace(/^\s*(?=::|##\[)/, '$&\\');
}

/** Text of several lines, such as a message, for a terminal or a log. */
export function terminalLines(text: string): string {
  return text.split('\n').map(terminalLine).join('\n');
}

/** Text as the text of an element or the value of an attribute, in HTML and XML. */
export function escapeXml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** An identifier as code in a Markdown table; any other text is shown as text. */
export function markdownCode(text: string): string {
  return /^[\w.-]{1,200}$/.test(text) ? `\`${text}\`` : markdownCell(text);
}

/** The most characters of a text in a table. */
const MAX_CELL = 400;

/**
 * Text as the text of a cell in a Markdown table: no markup, no links, no mentions, and no expressions for VitePress. An empty
 * comment separates characters that would otherwise be a link, a mention or an expression.
 */
export function markdownCell(text: string): string {
  return printable(text)
    .slice(0, MAX_CELL)
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replace(/@|\/(?=\/)|\{(?=\{)|www(?=\.)/gi, '$&<!-- -->');
}
