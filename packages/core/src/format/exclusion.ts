import { canonicalIgnorePath, GIT_PATHS, namesSignature, PathSet } from './names.ts';

/** What a caller leaves out of a model. */
export interface ChosenExclusions {
  readonly ignorePaths?: readonly string[] | undefined;
  readonly ignoreGitPaths?: boolean | undefined;
}

/** The names that a caller excludes, the defaults included, in canonical form. */
export function chosenPaths({ ignorePaths = [], ignoreGitPaths = true }: ChosenExclusions): string[] {
  return [...(ignoreGitPaths ? GIT_PATHS : []), ...ignorePaths.map(canonicalIgnorePath)];
}

/** Decides what a verifier leaves out: the recorded exclusions, the caller's and the defaults together (OMS-IGNORE-6, OMS-IGNORE-18). */
export class Exclusion {
  readonly #paths: PathSet;
  readonly #files: ReadonlySet<string>;

  constructor(recorded: readonly string[], chosen: ChosenExclusions) {
    const gitPaths = new PathSet(GIT_PATHS);
    // A caller who wants the Git paths checked is not overruled by the signer (OMS-IGNORE-13).
    const applied = chosen.ignoreGitPaths === false ? recorded.filter((path) => !gitPaths.covers(path)) : recorded;
    this.#paths = new PathSet([...chosenPaths(chosen), ...applied.filter((path) => !namesSignature(path))]);
    this.#files = new Set(applied.filter(namesSignature));
  }

  /** @param isDirectory asked where only a file would be excluded */
  excludes(name: string, isDirectory?: () => boolean): boolean {
    return this.#paths.covers(name) || (this.#files.has(name) && isDirectory?.() !== true);
  }
}
