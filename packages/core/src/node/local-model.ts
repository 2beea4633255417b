import { type BigIntStats, type Dirent, lstatSync, opendirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError, quote } from '../format/errors.ts';
import type { Listing, ListOptions, Model, ModelFile, UnusableEntry } from '../model.ts';
import { linkRefused, modelLinkRefused, nameNotUtf8, notAFile, replaced, unreadable } from './model-errors.ts';
import { Yielder } from './yielder.ts';

export interface LocalModelOptions {
  /**
   * The signature file that is read or will be written. It is excluded wherever it lies in the model, recognised by
   * identity (OMS-IGNORE-3, OMS-IGNORE-4).
   */
  readonly signaturePath?: string | undefined;
  /** When links are followed: whether their targets may lie outside the model (OMS-LINK-6). Default false. */
  readonly allowExternalSymlinks?: boolean | undefined;
}

/** Files and directories of a model; a bundle cannot list more files (OMS-LIMIT-1), and links could multiply them. */
const MAX_ENTRIES = 2_000_000;

/** A directory or a regular file on this machine. Nothing is read before {@link Model.list} is called. */
export function localModel(modelPath: string, options: LocalModelOptions = {}): Model {
  return {
    name: path.basename(path.resolve(modelPath)) || 'model',
    list: (listOptions) => listLocal(modelPath, options, listOptions),
  };
}

async function listLocal(modelPath: string, local: LocalModelOptions, options: ListOptions): Promise<Listing> {
  let found: BigIntStats;
  try {
    found = lstatSync(modelPath, { bigint: true });
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new OmsError('model/not-found', `there is no model at ${quote(modelPath)}`, { cause });
  }
  if (found.isSymbolicLink() && !options.followSymlinks) throw modelLinkRefused(modelPath);
  const root = resolveLink(modelPath);
  const target = statSync(root, { bigint: true });
  const signature = locateSignature(local.signaturePath);

  if (target.isDirectory()) return new Walk(root, signature, local, options).run(target);
  if (!target.isFile()) throw notAFile(modelPath);
  if (!local.allowExternalSymlinks && !isInside(realpathSync.native(path.dirname(path.resolve(modelPath))), root)) {
    throw new OmsError('model/symlink-outside', `the link ${quote(modelPath)} leads out of its directory`);
  }
  const name = path.basename(path.resolve(modelPath));
  if (!name.isWellFormed()) throw nameNotUtf8(name);
  return {
    singleFile: true,
    files: [{ name, size: Number(target.size), content: { path: root } }],
    excluded: [],
    unusable: [],
    externalLinks: [],
    signatureName: null,
    confirm: async () => {},
  };
}

/** Identifies a file on this machine, however its path is spelled. */
type Identity = string;
const identityOf = (stats: BigIntStats): Identity => `${stats.dev}:${stats.ino}`;

interface SignatureLocation {
  readonly directory: Identity;
  readonly basename: string;
  /** The file, if it exists under this one name only; under another spelling of it, it is recognised by this. */
  readonly identity: Identity | null;
}

function locateSignature(signaturePath: string | undefined): SignatureLocation | null {
  if (signaturePath === undefined) return null;
  const absolute = path.resolve(signaturePath);
  const directory = attempt(() => statSync(path.dirname(absolute), { bigint: true }));
  if (!directory) return null;
  const file = attempt(() => lstatSync(absolute, { bigint: true }));
  if (file?.isDirectory()) throw new TypeError(`the signature path ${quote(signaturePath)} is a directory`);
  const identity = file?.isFile() && file.nlink === 1n ? identityOf(file) : null;
  return { directory: identityOf(directory), basename: path.basename(absolute), identity };
}

/** A directory on the way from the root to where the walk is. */
interface Directory {
  /** Canonical name with a trailing `/`, or the empty string for the root. */
  readonly prefix: string;
  /** Real path, without links. */
  readonly path: string;
  readonly identity: Identity;
  /** When it last changed, in nanoseconds, when it was found. */
  readonly changedAt: bigint;
  readonly parent: Directory | null;
}

/** How far the walk is in a directory. */
interface Visit {
  readonly directory: Directory;
  readonly holdsSignature: boolean;
  readonly entries: readonly Dirent[];
  next: number;
}

/** Whether `identity` is `directory` or one above it; a link to such a directory is a cycle. */
function isAtOrAbove(identity: Identity, directory: Directory | null): boolean {
  return directory !== null && (directory.identity === identity || isAtOrAbove(identity, directory.parent));
}

/** The path of a file, put together only when it is asked for: a model may have a million of them. */
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

/**
 * Orders the entries of a directory as the names of the files in and below them are ordered in a manifest, save that rare
 * characters may be out of place. Nothing depends on it, and later steps have less to order.
 */
function byNameFromHere(a: Dirent, b: Dirent): number {
  return nameFromHere(a) < nameFromHere(b) ? -1 : 1;
}

/** The same where no entry is a directory. */
function byOwnName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function nameFromHere(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

const ENTRIES_AT_ONCE = 512;

/** What stands in a name for bytes that are not UTF-8. */
const REPLACEMENT_CHARACTER = '\ufffd';

class Walk {
  readonly #root: string;
  readonly #signature: SignatureLocation | null;
  readonly #local: LocalModelOptions;
  readonly #options: ListOptions;

  readonly #files: ModelFile[] = [];
  readonly #excluded: string[] = [];
  readonly #unusable: UnusableEntry[] = [];
  readonly #externalLinks: string[] = [];
  readonly #visited: Directory[] = [];
  readonly #yielder: Yielder;
  #signatureName: string | null = null;
  #entries = 0;

  constructor(root: string, signature: SignatureLocation | null, local: LocalModelOptions, options: ListOptions) {
    this.#root = root;
    this.#signature = signature;
    this.#local = local;
    this.#options = options;
    this.#yielder = new Yielder(options.signal);
  }

  async run(root: BigIntStats): Promise<Listing> {
    const directory = {
      prefix: '',
      path: this.#root,
      identity: identityOf(root),
      changedAt: root.ctimeNs,
      parent: null,
    };
    const visits = [await this.#visit(directory)];
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
      confirm: () => this.#confirm(),
    };
  }

  async #visit(directory: Directory): Promise<Visit> {
    this.#visited.push(directory);
    const holdsSignature = this.#signature?.directory === directory.identity;
    if (holdsSignature && this.#signature) this.#signatureName = directory.prefix + this.#signature.basename;
    const entries = await this.#readEntries(directory);
    const order = entries.some((entry) => entry.isDirectory()) ? byNameFromHere : byOwnName;
    return { directory, holdsSignature, entries: entries.sort(order), next: 0 };
  }

  /** Takes in the next entries of a directory. Answers with the first one that is a directory to visit, if there is one. */
  #takeUpToDirectory(visit: Visit): Directory | null {
    const { directory, holdsSignature, entries } = visit;
    while (visit.next < entries.length) {
      const entry = entries[visit.next++] as Dirent;
      if (++this.#entries > MAX_ENTRIES) {
        throw new OmsError('model/too-many-files', `the model has more than ${MAX_ENTRIES} entries`);
      }
      const name = directory.prefix + entry.name;
      if (this.#options.excludes(name) || (holdsSignature && this.#isSignature(directory, entry))) {
        this.#excluded.push(entry.isDirectory() ? `${name}/` : name);
      } else {
        const below = this.#take(directory, name, entry);
        if (below) return below;
      }
    }
    return null;
  }

  /** The entries of a directory whose names are valid Unicode; the others are unusable. */
  async #readEntries({ path: at, prefix }: Directory): Promise<Dirent[]> {
    let entries: Dirent[];
    try {
      entries = await readEntries(at, this.#yielder);
    } catch (cause) {
      if (isMissing(cause)) throw replaced('directory', prefix || '.');
      if (!isSystemError(cause)) throw cause;
      this.#unusable.push({ name: prefix.slice(0, -1) || '.', error: unreadable(prefix || '.', cause) });
      return [];
    }
    if (!entries.some(({ name }) => name.includes(REPLACEMENT_CHARACTER) || !name.isWellFormed())) return entries;
    const valid = new Set<string>();
    for (const raw of readdirSync(at, { encoding: 'buffer' })) {
      const name = raw.toString('utf8');
      if (Buffer.from(name).equals(raw)) valid.add(name);
      else this.#unusable.push({ name: prefix + name, error: nameNotUtf8(prefix + name) });
    }
    return entries.filter(({ name }) => valid.has(name) && name.isWellFormed());
  }

  /**
   * Whether an entry of the signature's directory is the signature file: the one of its name, and no other that leads to
   * the same bytes. A file system that takes another spelling for the same name is told by the file's identity.
   */
  #isSignature(directory: Directory, entry: Dirent): boolean {
    if (this.#signature === null || entry.isDirectory()) return false;
    const { basename, identity } = this.#signature;
    if (entry.name === basename) return true;
    if (identity === null || entry.name.toLowerCase() !== basename.toLowerCase()) return false;
    return identityOf(lstatSync(directory.path + path.sep + entry.name, { bigint: true })) === identity;
  }

  /** Takes in one entry; answers with it if it is a directory to visit. */
  #take(parent: Directory, name: string, entry: Dirent): Directory | null {
    if (entry.isFile()) {
      const content = new LocalContent(parent.path, entry.name);
      this.#files.push({ name, size: this.#options.sizes ? sizeOf(content.path, name) : null, content });
      return null;
    }
    const entryPath = parent.path + path.sep + entry.name;
    if (entry.isSymbolicLink()) return this.#takeLink(parent, name, entryPath);
    if (entry.isDirectory()) return directoryBelow(parent, name, entryPath);
    this.#unusable.push({ name, error: notAFile(name) });
    return null;
  }

  #takeLink(parent: Directory, name: string, linkPath: string): Directory | null {
    const refuse = (error: OmsError): null => {
      this.#unusable.push({ name, error });
      return null;
    };
    if (!this.#options.followSymlinks) return refuse(linkRefused(name));

    const target = attempt(() => realpathSync.native(linkPath));
    const found = target && attempt(() => statSync(target, { bigint: true }));
    if (!target || !found) {
      return refuse(new OmsError('model/symlink-broken', `the link ${quote(name)} leads to nothing or to itself`));
    }
    if (!isInside(this.#root, target)) {
      const message = `the link ${quote(name)} leads out of the model`;
      if (!this.#local.allowExternalSymlinks) return refuse(new OmsError('model/symlink-outside', message));
      this.#externalLinks.push(name);
    }
    if (found.isDirectory()) {
      if (isAtOrAbove(identityOf(found), parent)) {
        return refuse(new OmsError('model/symlink-broken', `the link ${quote(name)} leads to a directory it lies in`));
      }
      return directoryBelow(parent, name, target);
    }
    if (!found.isFile()) return refuse(notAFile(name));
    this.#files.push({ name, size: Number(found.size), content: { path: target } });
    return null;
  }

  async #confirm(): Promise<void> {
    for (const directory of this.#visited) {
      const found = lstatSync(directory.path, { bigint: true, throwIfNoEntry: false });
      if (!found?.isDirectory() || identityOf(found) !== directory.identity || found.ctimeNs !== directory.changedAt) {
        throw replaced('directory', directory.prefix || '.');
      }
    }
  }
}

/** In portions, since one call would take long for a directory of very many entries. */
async function readEntries(at: string, yielder: Yielder): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  const directory = opendirSync(at, { bufferSize: ENTRIES_AT_ONCE });
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      entries.push(entry);
      if (entries.length % ENTRIES_AT_ONCE === 0 && yielder.shouldYield) await yielder.yieldNow();
    }
  } finally {
    directory.closeSync();
  }
  return entries;
}

function directoryBelow(parent: Directory, name: string, at: string): Directory {
  const found = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  if (!found?.isDirectory()) throw replaced('directory', name);
  return { prefix: `${name}/`, path: at, identity: identityOf(found), changedAt: found.ctimeNs, parent };
}

function sizeOf(at: string, name: string): number {
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (!found?.isFile()) throw replaced('file', name);
  return found.size;
}

function resolveLink(modelPath: string): string {
  try {
    return realpathSync.native(modelPath);
  } catch (cause) {
    throw new OmsError('model/symlink-broken', `the link ${quote(modelPath)} leads to nothing or to itself`, { cause });
  }
}

function isInside(root: string, target: string): boolean {
  const relative = path.relative(root, target);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

/** What a call gives, or null where it fails. */
function attempt<T>(call: () => T): T | null {
  try {
    return call();
  } catch {
    return null;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error;
}

function isMissing(error: unknown): boolean {
  return isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
