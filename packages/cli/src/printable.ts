/**
 * Characters that change what a terminal shows without being seen: control characters, line separators, invisible and
 * direction marks, unpaired surrogates.
 */
const hidden =
  /[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

const MAX_PATH = 300;

/** One line of text that is safe on a terminal: hidden characters are shown as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A path from a bundle or from disk, safe on a terminal and not longer than a few lines. */
export function printablePath(path: string): string {
  return printable(path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path);
}

/** JSON in one line of which nothing is hidden: what {@link printable} would show is escaped, and reads back the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
