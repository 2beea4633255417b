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
    let out = text
      .replace(/[^\s"'=]*\/oms-conformance-\w{6}\/case-\w{6}/g, '$CASE')
      .replace(/[^\s"'=]*\/oms-conformance-\w{6}/g, '$RUN');
    for (const [from, to] of this.#replacements) out = replacePlace(out, from, to);
    const host = os.hostname();
    return host.length > 2 ? out.split(host).join('$HOST') : out;
  }

  /** The name of a program without its directory. */
  program(name: string): string {
    return path.isAbsolute(name) ? path.basename(name) : this.text(name);
  }
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
