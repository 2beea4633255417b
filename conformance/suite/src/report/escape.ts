// The one place where text of a report becomes text of another format. Everything in a report is untrusted, names and titles
// included: whoever wrote the report chose them.

/** Control characters except line feed and tab, and characters that are invisible or reorder what surrounds them. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** Text that shows every hidden character as an escape sequence; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(HIDDEN, codeOf);
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
    .replace(/@|:(?=\/\/)|\{(?=\{)|www(?=\.)/gi, '$&<!-- -->');
}
