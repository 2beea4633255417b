import os from 'node:os';
import path from 'node:path';

/** Removes what identifies this machine from texts: words replace its directories and its host name. */
export class Scrubber {
  readonly #replacements: readonly (readonly [from: string, to: string])[];

  /** @param known further directories and the words that replace them */
  constructor(known: Readonly<Record<string, string>> = {}) {
    const places: [string, string][] = [
      ...Object.entries(known),
      [process.cwd(), '.'],
      [os.tmpdir(), '$TMP'],
      [os.homedir(), '~'],
    ];
    // The longest first, so that a directory inside another one gets its own word.
    this.#replacements = places.filter(([from]) => from.length > 1).sort(([a], [b]) => b.length - a.length);
  }

  text(text: string): string {
    let out = replaceRuns(text);
    for (const [from, to] of this.#replacements) out = replacePlace(out, from, to);
    const host = os.hostname();
    return host.length > 2 ? out.split(host).join('$HOST') : out;
  }

  /** The name of a program without its directory. */
  program(name: string): string {
    return path.isAbsolute(name) ? path.basename(name) : this.text(name);
  }
}

/** Replaces the directories of a run and its cases, with what is before them in a path, in linear time. */
function replaceRuns(text: string): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(/\/oms-conformance-\w{6}(\/case-\w{6})?/g)) {
    let start = match.index;
    while (start > done && !/[\s"'=]/.test(text[start - 1] as string)) start--;
    out += `${text.slice(done, start)}${match[1] === undefined ? '$RUN' : '$CASE'}`;
    done = match.index + match[0].length;
  }
  return out + text.slice(done);
}

/** Replaces a directory, but not in the middle of a path or at the start of a longer name. */
function replacePlace(text: string, from: string, to: string): string {
  const pieces = text.split(from);
  return pieces.reduce((out, piece, index) => {
    if (index === 0) return piece;
    const isPlace = !/[\w/.$~-]$/.test(out) && !/^[\w.-]/.test(piece);
    return `${out}${isPlace ? to : from}${piece}`;
  });
}
