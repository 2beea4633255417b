import { type Dirent, lstatSync, opendirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isLoadable } from '../loadable.ts';
import type { ExcludedCode } from '../model.ts';
import { isInside } from './is-inside.ts';
import { attempt, isMissing, isSystemError } from './system-errors.ts';
import type { Yielder } from './yielder.ts';

/** An excluded directory may be as large as a package manager's cache, and the search must not take longer than the hashing. */
const MAX_SEARCHED = 100_000;

/** How many characters all the names that are to be searched may have, so that long ones do not exhaust the memory. */
const MAX_CHARACTERS = 4_000_000;

/** As many names as anyone reads. */
const MAX_FOUND = 20;

const EXECUTABLE = 0o111;

/** Files that are never run, though on some file systems every file has the mode of a program. */
const DOCUMENT =
  /(?:\.(?:md|txt|rst|json|ya?ml|toml|csv|tsv|png|jpe?g|gif|svg|pdf)|\/\.?LICENSE|^\.git(?:ignore|attributes))$/i;

/** Git's own directories in `.git`, which hold as many files as the repository has objects, and nothing that loaders read. */
const GIT_INTERNALS: ReadonlySet<string> = new Set(
  'objects refs logs lfs hooks info branches modules worktrees rr-cache'.split(' ').map((name) => `.git/${name}`),
);

/** Searches what a walk left out, breadth first, so that a large directory hides nothing in a shallow one. */
export class ExcludedCodeSearch {
  readonly #root: string;
  readonly #yielder: Yielder;
  readonly #found: string[] = [];
  readonly #queue: string[] = [];
  readonly #followed = new Set<string>();
  #searched = 0;
  #characters = 0;
  #complete = true;

  /** @param root the real path of the model */
  constructor(root: string, yielder: Yielder) {
    this.#root = root;
    this.#yielder = yielder;
  }

  /** @param excluded names from the root of the model; those of directories end in `/` */
  async run(excluded: readonly string[]): Promise<ExcludedCode> {
    for (const name of excluded) {
      if (this.#isOver) break;
      if (name.endsWith('/')) this.#enqueue(name.slice(0, -1));
      else this.#takeEntry(name, this.#leadsToNewDirectory(name));
    }
    for (let next = 0; next < this.#queue.length && !this.#isOver; next++) {
      await this.#search(this.#queue[next] as string);
    }
    return { names: this.#found.slice(0, MAX_FOUND), complete: this.#complete && this.#found.length <= MAX_FOUND };
  }

  get #isOver(): boolean {
    if (this.#searched <= MAX_SEARCHED && this.#characters <= MAX_CHARACTERS) return this.#found.length > MAX_FOUND;
    this.#complete = false;
    return true;
  }

  async #search(directory: string): Promise<void> {
    try {
      const open = opendirSync(this.#pathOf(directory));
      try {
        for (let entry = open.readSync(); entry && !this.#isOver; entry = open.readSync()) {
          this.#searched++;
          this.#take(`${directory}/${entry.name}`, entry);
          if (this.#searched % 512 === 0 && this.#yielder.shouldYield) await this.#yielder.yieldNow();
        }
      } finally {
        open.closeSync();
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (!isMissing(error)) this.#complete = false;
    }
  }

  #take(name: string, entry: Dirent): void {
    const isDirectory = entry.isDirectory() || (entry.isSymbolicLink() && this.#leadsToNewDirectory(name));
    if (!GIT_INTERNALS.has(name)) this.#takeEntry(name, isDirectory);
  }

  #takeEntry(name: string, isDirectory: boolean): void {
    if (isDirectory) this.#enqueue(name);
    else if (isLoadable(name) || this.#isExecutable(name)) this.#found.push(name);
  }

  /** Whether the system runs a file by its name, as its mode says; Windows has no such mode. */
  #isExecutable(name: string): boolean {
    if (process.platform === 'win32' || name.startsWith('.git/') || DOCUMENT.test(name)) return false;
    const found = attempt(() => lstatSync(this.#pathOf(name)));
    return found?.isFile() === true && (found.mode & EXECUTABLE) !== 0;
  }

  #enqueue(name: string): void {
    this.#characters += name.length;
    this.#queue.push(name);
  }

  /** Loaders follow links. What lies in the model is listed or excluded by itself, and each other target is searched once. */
  #leadsToNewDirectory(name: string): boolean {
    this.#searched++;
    const target = attempt(() => realpathSync.native(this.#pathOf(name)));
    if (target === null || isInside(this.#root, target) || isInside(target, this.#root)) return false;
    if (this.#followed.has(target) || attempt(() => statSync(target).isDirectory()) !== true) return false;
    this.#followed.add(target);
    this.#characters += target.length;
    return true;
  }

  #pathOf(name: string): string {
    return this.#root + path.sep + (path.sep === '/' ? name : name.replaceAll('/', path.sep));
  }
}
