/** What a server wants before it serves a request (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In small letters. */
  readonly scheme: string;
  /** By their names in small letters. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longer than any real header. */
const MAX_LENGTH = 8192;

const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;
const UNQUOTED = /[^\s,"]*/y;

/** The challenges in a `WWW-Authenticate` header, up to the first thing that is none. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const reader = new Reader(header.slice(0, MAX_LENGTH));
  for (;;) {
    reader.skip(/[\s,]*/y);
    const word = reader.take(TOKEN);
    if (word === null) return challenges;
    reader.skip(/\s*/y);
    const current = challenges.at(-1);
    if (current === undefined || !reader.skip(/=\s*/y)) {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      continue;
    }
    const quoted = reader.take(QUOTED);
    const value = quoted === null ? reader.take(UNQUOTED) : quoted.slice(1, -1).replaceAll(/\\([\s\S])/g, '$1');
    const name = word.toLowerCase();
    if (!current.parameters.has(name)) current.parameters.set(name, value ?? '');
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What the pattern matches here; null if it matches nothing. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found === '' ? null : found;
  }

  skip(pattern: RegExp): boolean {
    return this.take(pattern) !== null;
  }
}
