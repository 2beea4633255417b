import { type BigIntStats, type Dirent, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { HubLink, Listing, ListOptions, ModelFile, UnusableEntry } from '../model.ts';
import { confirmDirectory, type Directory, isAtOrAbove, openDirectory, readDirectory } from './directory.ts';
import { identityOf } from './file-identity.ts';
import { FollowedLinks } from './followed-links.ts';
import { type CacheLink, readCacheLink } from './hub-cache.ts';
import { isInside } from './is-inside.ts';
import { ListingBudget } from './listing-budget.ts';
import { cacheLinkRefused, linkRefused, modelChanged, notAFile, unreadable } from './model-errors.ts';
import type { SignatureLocation } from './signature-location.ts';
import { isBrokenLink } from './system-errors.ts';
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
  readonly #hubLinks: HubLink[] = [];
  readonly #followed = new FollowedLinks();
  readonly #budget = new ListingBudget();
  readonly #visited: Directory[] = [];
  readonly #yielder: Yielder;
  #signatureName: string | null = null;

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
      hubLinks: this.#hubLinks,
      signatureName: this.#signatureName,
      confirm: async () => {
        this.#visited.forEach(confirmDirectory);
        this.#followed.confirm();
      },
    };
  }

  async #visit(directory: Directory): Promise<Visit> {
    this.#visited.push(directory);
    const { signature } = this.#options;
    const holdsSignature = signature?.isIn(directory.identity) === true;
    if (holdsSignature) this.#signatureName = directory.prefix + signature.basename;
    const { usable, unusable } = await readDirectory(directory, this.#yielder);
    for (const entry of unusable) {
      this.#budget.take(entry.name);
      this.#unusable.push(entry);
    }
    return { directory, holdsSignature, entries: usable, next: 0 };
  }

  /** Takes the next entries of a directory, up to the first one that is a directory to visit, which it returns. */
  #takeUpToDirectory(visit: Visit): Directory | null {
    const { directory, holdsSignature, entries } = visit;
    while (visit.next < entries.length) {
      const entry = entries[visit.next++] as Dirent;
      const name = directory.prefix + entry.name;
      this.#budget.take(name);
      if (this.#options.excludes(name) || (holdsSignature && this.#options.signature?.isAt(directory.path, entry))) {
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
    try {
      return this.#takeReadable(parent, name, entry);
    } catch (error) {
      if (error instanceof OmsError && error.code === 'model/unreadable') return this.#refuse(name, error);
      throw error;
    }
  }

  #takeReadable(parent: Directory, name: string, entry: Dirent): Directory | null {
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
    const { followSymlinks, allowExternalSymlinks, hubCache } = this.#options;
    const cached = readCacheLink(linkPath, parent.path);
    const isOfModel = cached !== null && isInside(cached.revision, this.#root);
    if (isOfModel && hubCache) return this.#takeCached(name, linkPath, cached);
    if (cached && !(followSymlinks && (allowExternalSymlinks || !isOfModel))) {
      const snapshot = isOfModel ? '' : path.relative(this.#root, cached.revision);
      return this.#refuse(name, cacheLinkRefused(name, cached.target, snapshot));
    }
    if (!followSymlinks) return this.#refuse(name, linkRefused(name));
    const broken = (problem: string) =>
      this.#refuse(name, new OmsError('model/symlink-broken', `the link ${quote(name)} ${problem}`));

    const resolved = resolveLink(linkPath, name);
    if (!resolved) return broken('points to nothing or to itself');
    const { target, found } = resolved;
    if (!isInside(this.#root, target)) {
      const message = `the link ${quote(name)} points outside the model`;
      if (!allowExternalSymlinks) {
        return this.#refuse(name, new OmsError('model/symlink-outside', message));
      }
      this.#externalLinks.push(name);
    }
    const identity = identityOf(found);
    this.#followed.add({ name, path: linkPath, target, identity });
    if (found.isDirectory()) {
      if (isAtOrAbove(identity, parent)) return broken('points to a directory that contains it');
      return openDirectory(parent, name, target);
    }
    if (!found.isFile()) return this.#refuse(name, notAFile(name));
    this.#files.push({ name, size: Number(found.size), content: { path: target } });
    return null;
  }

  #takeCached(name: string, linkPath: string, { target, blob }: CacheLink): null {
    const found = lstatSync(blob, { bigint: true, throwIfNoEntry: false });
    if (!found?.isFile()) throw modelChanged('link', name);
    this.#followed.add({ name, path: linkPath, target: blob, identity: identityOf(found) });
    this.#hubLinks.push({ path: name, target });
    this.#files.push({ name, size: Number(found.size), content: { path: blob } });
    return null;
  }

  #refuse(name: string, error: OmsError): null {
    this.#unusable.push({ name, error });
    return null;
  }
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
