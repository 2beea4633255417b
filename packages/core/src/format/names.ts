import { OmsError } from './errors.ts';
import { firstIndex } from './search.ts';
import { quote } from './text.ts';

/** Paths that are excluded by default, at the top level of a model only (OMS-IGNORE-1, OMS-MATCH-1). */
export const GIT_PATHS: readonly string[] = ['.git', '.gitattributes', '.github', '.gitignore'];

/** Characters that a recorded exclusion never contains, because exclusions are not patterns (OMS-MATCH-5). */
const PATTERN_CHARACTERS = ['*', '?', '['];

/**
 * The most UTF-16 units of a name, range included. Common systems limit a path to as many bytes, and a name with more units
 * has more bytes too (OMS-LIMIT-5). JavaScript engines hash very long strings by length alone, so many of them collide.
 */
export const MAX_NAME_LENGTH = 4096;

/** Why `name` is not a canonical name, in words; null if it is one (OMS-NAME-6). */
export function nameProblem(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.length > MAX_NAME_LENGTH) return `it has more than ${MAX_NAME_LENGTH} characters`;
  if (name.startsWith('/')) return 'it is absolute';
  if (name.endsWith('/')) return 'it ends in "/"';
  if (name.includes('\0')) return 'it contains a NUL character';
  for (let from = 0, slash = 0; slash !== -1; from = slash + 1) {
    slash = name.indexOf('/', from);
    const length = (slash === -1 ? name.length : slash) - from;
    if (length === 0) return 'it has an empty component';
    if (length > 2) continue;
    const component = name.slice(from, from + length);
    if (component === '.' || component === '..') return `it has a component "${component}"`;
  }
  return null;
}

/** Code-point order, which is the order of the UTF-8 bytes and not that of JavaScript strings (OMS-ORDER-1). */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);
  }
  return a.length - b.length;
}

/** Orders entries of a list by their names, as {@link compareNames} does. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return compareNames(a.path, b.path);
}

/** Moves UTF-16 surrogates, which encode the highest code points, above all other units. */
function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** A set of paths that finds one above a name in time logarithmic in the size of the set, even if the paths are hostile. */
export class PathSet {
  /** The paths below no other, sorted so that everything below a path comes directly after it. */
  readonly #topmost: readonly string[];
  /** Their first characters: most names begin with none of them and need no search. */
  readonly #initials: ReadonlySet<number>;

  constructor(paths: Iterable<string>) {
    const topmost: string[] = [];
    for (const path of [...paths].sort(compareTrees)) {
      const above = topmost.at(-1);
      if (above === undefined || !isAtOrBelow(path, above)) topmost.push(path);
    }
    this.#topmost = topmost;
    this.#initials = new Set(topmost.map((path) => path.charCodeAt(0)));
  }

  /** Whether one of the paths is `name` or lies above it (OMS-MATCH-2, OMS-MATCH-3). */
  covers(name: string): boolean {
    if (!this.#initials.has(name.charCodeAt(0))) return false;
    const after = firstIndex(this.#topmost, (path) => compareTrees(path, name) > 0);
    const above = this.#topmost[after - 1];
    return above !== undefined && isAtOrBelow(name, above);
  }
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/');
}

/** Like {@link compareNames}, with "/" before every other character. */
function compareTrees(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return (x === SLASH ? -1 : x) - (y === SLASH ? -1 : y);
  }
  return a.length - b.length;
}

const SLASH = 0x2f;

/** How the names of signature files end that verifiers know as such, in this case of letters (OMS-MATCH-10). */
export const SIGNATURE_ENDINGS = ['.sig', '.sigstore', '.sigstore.json'];

/** Whether a recorded exclusion has the name of a signature file, which excludes no directory (OMS-MATCH-10). */
export function namesSignature(path: string): boolean {
  return SIGNATURE_ENDINGS.some((ending) => path.endsWith(ending));
}

/** Why `path` cannot be recorded as an exclusion, in words; null if it can (OMS-MATCH-4, OMS-MATCH-5, OMS-MATCH-11). */
export function ignorePathProblem(path: string): string | null {
  const problem = path.isWellFormed() ? nameProblem(path) : 'it is not valid Unicode';
  if (problem) return problem;
  const character = PATTERN_CHARACTERS.find((candidate) => path.includes(candidate));
  return character === undefined ? null : `it contains "${character}", and patterns are not supported`;
}

/**
 * Brings an ignore path, relative to the model root, into canonical form: `./cache/` becomes `cache`. The option `ignorePaths`
 * does this for you; call this function to check a path early.
 * @throws {OmsError} `model/ignore-path-outside`, `manifest/ignore-path-invalid`
 */
export function canonicalIgnorePath(path: string): string {
  const components: string[] = [];
  for (const component of path.split('/')) {
    if (component === '..' && components.pop() === undefined) throw outside(path);
    if (component !== '' && component !== '.' && component !== '..') components.push(component);
  }
  if (path.startsWith('/')) throw outside(path);
  const name = components.join('/');
  if (name === '') {
    throw new OmsError('manifest/ignore-path-invalid', `the ignore path ${quote(path)} would exclude the whole model`);
  }
  const problem = ignorePathProblem(name);
  if (problem)
    throw new OmsError('manifest/ignore-path-invalid', `the ignore path ${quote(path)} is refused: ${problem}`);
  return name;
}

function outside(path: string): OmsError {
  return new OmsError('model/ignore-path-outside', `the ignore path ${quote(path)} lies outside the model`);
}
