import {
  type ExcludedCode,
  type Listing,
  type ListOptions,
  type ModelFile,
  OmsError,
  quote,
} from '@model-signing/core';
import { isLoadable } from '@model-signing/core/loadable';
import type { Tree, TreeFile } from './tree.ts';

export interface ListedTree {
  readonly tree: Tree;
  /** The files that were read as signatures, which are no part of the model. */
  readonly signatures: ReadonlySet<string>;
  readonly read: (file: TreeFile) => Extract<ModelFile['content'], { read: unknown }>['read'];
}

/** The files of a repository as those of a model. */
export function listingOf({ tree, signatures, read }: ListedTree, { excludes }: ListOptions): Listing {
  const exclusion = new Exclusion(excludes);
  const files: ModelFile[] = [];
  const left: string[] = [];
  for (const file of tree.files) {
    const { name, size, sha256 } = file;
    if (signatures.has(name)) exclusion.topmost.add(name);
    else if (exclusion.covers(name)) left.push(name);
    else {
      const known = sha256 === null ? undefined : ({ algorithm: 'sha256', digest: sha256 } as const);
      files.push({ name, size, content: { read: read(file), known } });
    }
  }
  const unusable = tree.others.filter((name) => !exclusion.covers(name)).map((name) => ({ name, error: noFile(name) }));
  const [signatureName = null] = tree.files.filter(({ name }) => signatures.has(name)).map(({ name }) => name);
  return {
    singleFile: false,
    files,
    excluded: [...exclusion.topmost],
    unusable,
    externalLinks: [],
    signatureName,
    findExcludedCode: async (): Promise<ExcludedCode> => ({ names: left.filter(isLoadable), complete: true }),
    confirm: async () => {}, // what a commit holds does not change
  };
}

/** Finds the topmost directory or file at or above a name that is left out. */
class Exclusion {
  readonly topmost = new Set<string>();
  readonly #excludes: ListOptions['excludes'];
  /** The decisions on directories, each of which is above many files. */
  readonly #directories = new Map<string, boolean>();

  constructor(excludes: ListOptions['excludes']) {
    this.#excludes = excludes;
  }

  covers(name: string): boolean {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      if (this.#coversDirectory(name.slice(0, slash))) return true;
    }
    if (!this.#excludes(name)) return false;
    this.topmost.add(name);
    return true;
  }

  #coversDirectory(name: string): boolean {
    const known = this.#directories.get(name);
    if (known !== undefined) return known;
    const isExcluded = this.#excludes(name, () => true);
    this.#directories.set(name, isExcluded);
    if (isExcluded) this.topmost.add(`${name}/`);
    return isExcluded;
  }
}

function noFile(name: string): OmsError {
  return new OmsError(
    'model/unsupported-file',
    `${quote(name)} is neither a file nor a directory, as the hub lists it`,
  );
}
