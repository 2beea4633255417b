/** Only so much of a message decides its shape. */
const MAX_LENGTH = 400;

const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’' };

/**
 * What two messages of one cause have in common: the first line without quoted texts, paths, numbers and digests. The text is
 * untrusted, so this reads it once, from left to right.
 */
export function messageShape(text: string): string {
  const [line = ''] = text.trimStart().slice(0, MAX_LENGTH).split('\n');
  return withoutQuotes(line).split(/\s/).filter(Boolean).map(wordShape).join(' ');
}

/** Replaces texts in quotes. A quote inside a word, as in "it's", is an apostrophe. */
function withoutQuotes(line: string): string {
  let out = '';
  for (let at = 0; at < line.length; at++) {
    const close = Object.hasOwn(closing, line[at] as string) ? closing[line[at] as string] : undefined;
    const isInWord = at > 0 && /[\p{L}\p{N}]/u.test(line[at - 1] as string);
    const end = close === undefined || isInWord ? -1 : line.indexOf(close, at + 1);
    if (end === -1) out += line[at];
    else {
      out += '"…"';
      at = end;
    }
  }
  return out;
}

function wordShape(word: string): string {
  // The name of a vector, or the class of a reason, says which cause it is.
  if (/^\W*[a-z]+_[\w-]+\W*$/.test(word) || /^\W*[a-z]+\/[a-z-]+\W*$/.test(word)) return word;
  if (word.includes('/') || word.includes('\\')) return '…';
  return word.length > 40 ? '…' : word.replace(/[0-9a-f]{8,}|\d+/g, '#');
}
