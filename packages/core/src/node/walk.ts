import { type BigIntStats, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { HubLink, Listing, ListOptions, ModelFile, UnusableEntry } from '../model.ts';
import {
  confirmDirectory,
  confirmPlace,
  type Directory,
  type Entry,
  isAtOrAbove,
  openDirectory,
  readDirectory,
} from './directory.ts';
import { ExcludedCodeSearch } from './excluded-code.ts';
import { identityOf, stateOf } from './file-identity.ts';
import { FollowedLinks } from './followed-links.ts';
import { holdsOnly } from './holds-only.ts';
import { type CacheLink, readCacheLink } from './hub-cache.ts';
import { isInside } from './is-inside.ts';
import { ListingBudget } from './listing-budget.ts';
import { cacheLinkRefused, linkOutside, linkRefused, modelChanged, notAFile, unreadable } from './model-errors.ts';
import { RefusedEntry } from './refused-entry.ts';
import type { SignatureLocation } from './signature-location.ts';
import { attempt, isBrokenLink } from './system-errors.ts';
import { findEntries, type Wanted, wantedBelow } from './wanted.ts';
import { Yielder } from './yielder.ts';

export interface WalkOptions extends ListOptions {
  readonly signature: SignatureLocation | null;
  readonly allowExternalSymlinks: boolean;
  /** Whether links from a snapshot in the cache of a hub to its blobs are taken as files. */
  readonly hubCache: boolean;
}

/** The progress of the walk in one directory. */
interface Visit {
  readonly directory: Directory;
  readonly holdsSignature: boolean;
  /** What is wanted of it; null for everything. */
  readonly wanted: Wanted;
  readonly entries: readonly Entry[];
  next: number;
}

/**
 * Builds the path of a file only when it is needed, since a model may have a million files. It is its own content, so that there is one
 * object for each, and a copy of its members has the content too.
 */
class LocalFile implements ModelFile {
  readonly name: string;
  readonly size: number | null;
  readonly content: { readonly path: string } = this;
  readonly #directory: Directory;

  constructor(directory: Directory, name: string, isSized: boolean) {
    this.name = name;
    this.#directory = directory;
    this.size = isSized ? sizeOf(directory.pathOf(name), name) : null;
  }

  get path(): string {
    return this.#directory.pathOf(this.name);
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
  readonly #hubLinks: HubLink[] = [];
  readonly #followed = new FollowedLinks();
  readonly #budget = new ListingBudget();
  readonly #visited: Directory[] = [];
  /** Directories of which only named entries were looked for. */
  readonly #passed: Directory[] = [];
  readonly #yielder: Yielder;
  #signatureName: string | null = null;

  /** @param root its real path, without links */
  constructor(root: string, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
    this.#yielder = new Yielder(options.signal);
  }

  async run(): Promise<Listing> {
    const { only } = this.#options;
    const wanted = only === undefined ? null : wantedBelow(only);
    const visits = [await this.#visit(openDirectory(null, '', this.#root), wanted)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const below = this.#takeUpToDirectory(visit);
      if (below) visits.push(await this.#visit(below, wantedIn(visit)));
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
      hubLinks: this.#hubLinks,
      signatureName: this.#signatureName,
      findExcludedCode: () => new ExcludedCodeSearch(this.#root, this.#yielder).run(this.#excluded),
      excludesOnly: (name, content) => holdsOnly(this.#root, name, content),
      confirm: async () => {
        this.#visited.forEach(confirmDirectory);
        this.#passed.forEach(confirmPlace);
        this.#followed.confirm();
      },
    };
  }

  async #visit(directory: Directory, wanted: Wanted): Promise<Visit> {
    (wanted === null ? this.#visited : this.#passed).push(directory);
    const { signature } = this.#options;
    const holdsSignature = signature?.isIn(directory.identity) === true;
    if (holdsSignature) this.#signatureName = directory.prefix + signature.basename;
    const { usable, unusable } =
      wanted === null
        ? await readDirectory(directory, this.#yielder, this.#budget)
        : await findEntries(directory, wanted.keys(), this.#yielder, this.#budget);
    for (const entry of unusable) this.#unusable.push(entry);
    return { directory, holdsSignature, wanted, entries: usable, next: 0 };
  }

  /** Takes the next entries of a directory, up to the first one that is a directory to visit, which it returns. */
  #takeUpToDirectory(visit: Visit): Directory | null {
    const { directory, holdsSignature, entries } = visit;
    while (visit.next < entries.length) {
      const entry = entries[visit.next++] as Entry;
      if (entry.isFile() && wantedIn(visit) !== null) continue; // what is wanted below it cannot exist
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
  #take(parent: Directory, name: string, entry: Entry): Directory | null {
    try {
      return this.#takeReadable(parent, name, entry);
    } catch (error) {
      if (!(error instanceof OmsError) || error.code !== 'model/unreadable') throw error;
      this.#budget.keepError();
      return this.#refuse(name, () => error);
    }
  }

  #takeReadable(parent: Directory, name: string, entry: Entry): Directory | null {
    if (entry.isFile()) {
      this.#files.push(new LocalFile(parent, name, this.#options.sizes));
      return null;
    }
    if (entry.isSymbolicLink()) return this.#takeLink(parent, name, entry.name);
    if (entry.isDirectory()) return openDirectory(parent, name);
    return this.#refuse(name, notAFile);
  }

  #takeLink(parent: Directory, name: string, basename: string): Directory | null {
    const { followSymlinks, allowExternalSymlinks, hubCache } = this.#options;
    const directory = parent.path;
    const linkPath = directory + path.sep + basename;
    const cached = readCacheLink(linkPath, directory);
    const isOfModel = cached !== null && isInside(cached.revision, this.#root);
    if (isOfModel && hubCache) return this.#takeCached(parent, name, basename, cached);
    if (cached && !(followSymlinks && (allowExternalSymlinks || !isOfModel))) {
      const snapshot = isOfModel ? '' : path.relative(this.#root, cached.revision);
      const { target } = cached;
      this.#budget.keep(target.length + snapshot.length);
      return this.#refuse(name, () => cacheLinkRefused(name, target, snapshot));
    }
    if (!followSymlinks) return this.#refuse(name, linkRefused);
    const broken = (problem: string) =>
      this.#refuse(name, () => new OmsError('model/symlink-broken', `the link ${quote(name)} ${problem}`));

    const resolved = resolveLink(linkPath, name);
    if (!resolved) return broken('points to nothing or to itself');
    const { target, found } = resolved;
    if (!isInside(this.#root, target)) {
      if (!allowExternalSymlinks) return this.#refuse(name, linkOutside);
      this.#externalLinks.push(name);
    }
    this.#budget.keep(target.length);
    this.#followed.add({ directory: parent, basename, target, state: stateOf(found) });
    if (found.isDirectory()) {
      if (isAtOrAbove(identityOf(found), parent)) return broken('points to a directory that contains it');
      return openDirectory(parent, name, target);
    }
    if (!found.isFile()) return this.#refuse(name, notAFile);
    this.#files.push({ name, size: Number(found.size), content: { path: target } });
    return null;
  }

  #takeCached(directory: Directory, name: string, basename: string, { target, blob }: CacheLink): null {
    const found = lstatSync(blob, { bigint: true, throwIfNoEntry: false });
    if (!found?.isFile()) throw modelChanged('link', name);
    this.#budget.keep(target.length + blob.length);
    this.#followed.add({ directory, basename, target: blob, state: stateOf(found) });
    this.#hubLinks.push({ path: name, target });
    this.#files.push({ name, size: Number(found.size), content: { path: blob } });
    return null;
  }

  #refuse(name: string, makeError: (name: string) => OmsError): null {
    this.#unusable.push(new RefusedEntry(name, makeError));
    return null;
  }
}

/** What is wanted of the entry that was taken last. */
function wantedIn({ wanted, entries, next }: Visit): Wanted {
  return wanted?.get((entries[next - 1] as Entry).name) ?? null;
}

function isDirectoryOrLeadsToOne({ path: parent }: Directory, entry: Entry): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return attempt(() => statSync(parent + path.sep + entry.name).isDirectory()) === true;
}

function sizeOf(at: string, name: string): number {
  let found: Stats | undefined;
  try {
    found = lstatSync(at, { throwIfNoEntry: false });
  } catch (cause) {
    throw unreadable('file', name, cause);
  }
  if (!found?.isFile()) throw modelChanged('file', name);
  return found.size;
}

/** Null if the link leads to nothing or to itself. */
function resolveLink(linkPath: string, name: string): { readonly target: string; readonly found: BigIntStats } | null {
  try {
    const target = realpathSync.native(linkPath);
    return { target, found: statSync(target, { bigint: true }) };
  } catch (cause) {
    if (isBrokenLink(cause)) return null;
    throw unreadable('link', name, cause);
  }
}
