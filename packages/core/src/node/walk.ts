import { type Dirent, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { Listing, ListOptions, ModelFile, UnusableEntry } from '../model.ts';
import { confirmDirectory, type Directory, isAtOrAbove, openDirectory, readDirectory } from './directory.ts';
import { ExcludedCodeSearch } from './excluded-code.ts';
import { identityOf } from './file-identity.ts';
import { isInside } from './is-inside.ts';
import { linkRefused, modelChanged, notAFile } from './model-errors.ts';
import type { SignatureLocation } from './signature-location.ts';
import { attempt } from './system-errors.ts';
import { Yielder } from './yielder.ts';

/** The most files and directories of a model: followed links could multiply them, and a bundle cannot list as many (OMS-LIMIT-1). */
const MAX_ENTRIES = 2_000_000;

export interface WalkOptions extends ListOptions {
  readonly signature: SignatureLocation | null;
  readonly allowExternalSymlinks: boolean;
}

/** The progress of the walk in one directory. */
interface Visit {
  readonly directory: Directory;
  readonly holdsSignature: boolean;
  readonly entries: readonly Dirent[];
  next: number;
}

/** Builds the path of a file only when it is needed, since a model may have a million files. */
class LocalContent {
  readonly #directory: string;
  readonly #basename: string;

  constructor(directory: string, basename: string) {
    this.#directory = directory;
    this.#basename = basename;
  }

  get path(): string {
    return this.#directory + path.sep + this.#basename;
  }
}

/** Lists everything in and below a directory. */
export class Walk {
  readonly #root: string;
  readonly #options: WalkOptions;

  readonly #files: ModelFile[] = [];
  readonly #excluded: string[] = [];
  readonly #unusable: UnusableEntry[] = [];
  readonly #externalLinks: string[] = [];
  readonly #visited: Directory[] = [];
  readonly #yielder: Yielder;
  #signatureName: string | null = null;
  #entries = 0;

  /** @param root its real path, without links */
  constructor(root: string, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
    this.#yielder = new Yielder(options.signal);
  }

  async run(): Promise<Listing> {
    const visits = [await this.#visit(openDirectory(null, '', this.#root))];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const below = this.#takeUpToDirectory(visit);
      if (below) visits.push(await this.#visit(below));
      else visits.pop();
      this.#options.signal?.throwIfAborted();
      if (this.#yielder.shouldYield) await this.#yielder.yieldNow();
    }
    return {
      singleFile: false,
      files: this.#files,
      excluded: this.#excluded,
      unusable: this.#unusable,
      externalLinks: this.#externalLinks,
      signatureName: this.#signatureName,
      findExcludedCode: () => new ExcludedCodeSearch(this.#root, this.#yielder).run(this.#excluded),
      confirm: async () => this.#visited.forEach(confirmDirectory),
    };
  }

  async #visit(directory: Directory): Promise<Visit> {
    this.#visited.push(directory);
    const { signature } = this.#options;
    const holdsSignature = signature?.isIn(directory.identity) === true;
    if (holdsSignature) this.#signatureName = directory.prefix + signature.basename;
    const { usable, unusable } = await readDirectory(directory, this.#yielder);
    for (const entry of unusable) this.#unusable.push(entry);
    return { directory, holdsSignature, entries: usable, next: 0 };
  }

  /** Takes the next entries of a directory, up to the first one that is a directory to visit, which it returns. */
  #takeUpToDirectory(visit: Visit): Directory | null {
    const { directory, holdsSignature, entries } = visit;
    while (visit.next < entries.length) {
      const entry = entries[visit.next++] as Dirent;
      if (++this.#entries > MAX_ENTRIES) {
        throw new OmsError('model/too-many-files', `the model has more than ${MAX_ENTRIES} entries`);
      }
      const name = directory.prefix + entry.name;
      if (holdsSignature && this.#options.signature?.isAt(directory.path, entry)) {
        this.#signatureName = name; // as it is spelled on the disk
        this.#excluded.push(name);
      } else if (this.#options.excludes(name, () => isDirectoryOrLeadsToOne(directory, entry))) {
        this.#excluded.push(entry.isDirectory() ? `${name}/` : name);
      } else {
        const below = this.#take(directory, name, entry);
        if (below) return below;
      }
    }
    return null;
  }

  /** Takes one entry; returns it if it is a directory to visit. */
  #take(parent: Directory, name: string, entry: Dirent): Directory | null {
    if (entry.isFile()) {
      const content = new LocalContent(parent.path, entry.name);
      this.#files.push({ name, size: this.#options.sizes ? sizeOf(content.path, name) : null, content });
      return null;
    }
    const entryPath = parent.path + path.sep + entry.name;
    if (entry.isSymbolicLink()) return this.#takeLink(parent, name, entryPath);
    if (entry.isDirectory()) return openDirectory(parent, name, entryPath);
    return this.#refuse(name, notAFile(name));
  }

  #takeLink(parent: Directory, name: string, linkPath: string): Directory | null {
    if (!this.#options.followSymlinks) return this.#refuse(name, linkRefused(name));
    const broken = (problem: string) =>
      this.#refuse(name, new OmsError('model/symlink-broken', `the link ${quote(name)} ${problem}`));

    const target = attempt(() => realpathSync.native(linkPath));
    const found = target && attempt(() => statSync(target, { bigint: true }));
    if (!target || !found) return broken('points to nothing or to itself');
    if (!isInside(this.#root, target)) {
      const message = `the link ${quote(name)} points outside the model`;
      if (!this.#options.allowExternalSymlinks) {
        return this.#refuse(name, new OmsError('model/symlink-outside', message));
      }
      this.#externalLinks.push(name);
    }
    if (found.isDirectory()) {
      if (isAtOrAbove(identityOf(found), parent)) return broken('points to a directory that contains it');
      return openDirectory(parent, name, target);
    }
    if (!found.isFile()) return this.#refuse(name, notAFile(name));
    this.#files.push({ name, size: Number(found.size), content: { path: target } });
    return null;
  }

  #refuse(name: string, error: OmsError): null {
    this.#unusable.push({ name, error });
    return null;
  }
}

function isDirectoryOrLeadsToOne({ path: parent }: Directory, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return attempt(() => statSync(parent + path.sep + entry.name).isDirectory()) === true;
}

function sizeOf(at: string, name: string): number {
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (!found?.isFile()) throw modelChanged('file', name);
  return found.size;
}
