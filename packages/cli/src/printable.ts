/**
 * Characters that change what a terminal shows without being seen: control characters, line separators, invisible and
 * direction marks, unpaired surrogates.
 */
const hidden =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

const MAX_PATH = 300;

/** One line of text that is safe on a terminal: hidden characters are shown as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** What a path is mostly made of; in a list, nothing of it can be taken for what stands between paths. */
const plain = /^[\p{L}\p{N}./_@+=~-]+$/u;

/** A path from a bundle or from disk, safe on a terminal, in quotes if it is odd, and not longer than a few lines. */
export function printablePath(path: string): string {
  const short = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path;
  return plain.test(short) ? short : `"${printable(short)}"`;
}

/** Entries of a list that are made into one piece of JSON. */
const PIECE = 1000;

/**
 * An object as JSON in one line of which nothing is hidden: what {@link printable} would show is escaped, and reads back the
 * same. In pieces, since an answer may list a million names, more than one string can hold.
 */
export function* printableJson(value: object): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* memberJson(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* memberJson(member: unknown): Generator<string> {
  if (Array.isArray(member) && member.length > PIECE) {
    for (let at = 0; at < member.length; at += PIECE) {
      const piece = escapeHidden(JSON.stringify(member.slice(at, at + PIECE)));
      yield (at === 0 ? '[' : ',') + piece.slice(1, -1);
    }
    yield ']';
  } else if (typeof member === 'object' && member !== null && !Array.isArray(member)) yield* printableJson(member);
  else yield escapeHidden(JSON.stringify(member));
}

function escapeHidden(json: string): string {
  return json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
