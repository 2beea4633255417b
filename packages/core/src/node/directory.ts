import { type BigIntStats, type Dirent, lstatSync, opendirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { UnusableEntry } from '../model.ts';
import { type FileIdentity, identityOf } from './file-identity.ts';
import type { ListingBudget } from './listing-budget.ts';
import { modelChanged, nameNotUtf8, unreadable } from './model-errors.ts';
import { RefusedEntry } from './refused-entry.ts';
import { isMissing, isSystemError } from './system-errors.ts';
import type { Yielder } from './yielder.ts';

/** A directory of a model, as it was found. */
export class Directory {
  /** Canonical name with a trailing `/`, or the empty string for the root. */
  readonly prefix: string;
  readonly identity: FileIdentity;
  /** When it last changed, in nanoseconds. */
  readonly changedAt: bigint;
  readonly parent: Directory | null;
  /** The real path of the root, or of the target of the last link above. */
  readonly base: string;
  /** How much of the prefix is the name of `base`. */
  readonly cut: number;

  constructor(prefix: string, found: BigIntStats, parent: Directory | null, base: string, cut: number) {
    this.prefix = prefix;
    this.identity = identityOf(found);
    this.changedAt = found.ctimeNs;
    this.parent = parent;
    this.base = base;
    this.cut = cut;
  }

  /** Real path, without links. It is built when it is needed, since it may be long and the directories many. */
  get path(): string {
    return pathBelow(this.base, this.prefix.slice(this.cut, -1));
  }

  /** The real path of what has this canonical name in or below the directory, with no link on the way. */
  pathOf(name: string): string {
    return pathBelow(this.base, name.slice(this.cut));
  }
}

function pathBelow(base: string, name: string): string {
  if (name === '') return base;
  return base + path.sep + (path.sep === '/' ? name : name.replaceAll('/', path.sep));
}

/**
 * The directory of this canonical name.
 * @param target the real path of the root, or of the target if the name is that of a link
 * @throws {OmsError} `model/changed` if it is no longer a directory, `model/unreadable`
 */
export function openDirectory(parent: Directory | null, name: string, target: string | null = null): Directory {
  const prefix = name === '' ? '' : `${name}/`;
  const base = target ?? parent?.base ?? '';
  const cut = target === null ? (parent?.cut ?? 0) : prefix.length;
  const found = look(pathBelow(base, prefix.slice(cut, -1)), name);
  if (!found?.isDirectory()) throw modelChanged('directory', name || '.');
  return new Directory(prefix, found, parent, base, cut);
}

function look(at: string, name: string): BigIntStats | undefined {
  try {
    return lstatSync(at, { bigint: true, throwIfNoEntry: false });
  } catch (cause) {
    throw name === '' ? unreadable('model', at, cause) : unreadable('directory', name, cause);
  }
}

/** Whether `identity` is `directory` or one above it; a link to such a directory is a cycle. */
export function isAtOrAbove(identity: FileIdentity, directory: Directory | null): boolean {
  return directory !== null && (directory.identity === identity || isAtOrAbove(identity, directory.parent));
}

/** @throws {OmsError} `model/changed` if the directory is not the one that was found, or its entries changed */
export function confirmDirectory(directory: Directory): void {
  const { changedAt, prefix } = directory;
  if (confirmPlace(directory).ctimeNs !== changedAt) throw modelChanged('directory', prefix || '.');
}

/** @throws {OmsError} `model/changed` if the directory is not the one that was found; its other entries may change */
export function confirmPlace({ path: at, identity, prefix }: Directory): BigIntStats {
  const found = look(at, prefix);
  if (found?.isDirectory() && identityOf(found) === identity) return found;
  throw modelChanged('directory', prefix || '.');
}

/** An entry of a directory. */
export type Entry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

export interface Entries {
  /** Entries whose names are valid Unicode, roughly in the order of a manifest. */
  readonly usable: readonly Entry[];
  /** All other entries, or the directory itself if it cannot be read. */
  readonly unusable: readonly UnusableEntry[];
}

/** Replaces bytes of a name that are not UTF-8. */
const REPLACEMENT_CHARACTER = '\ufffd';

/** @throws {OmsError} `model/changed` if the directory no longer exists, `model/unreadable` if it is the model itself */
export async function readDirectory(
  { path: at, prefix }: Directory,
  yielder: Yielder,
  budget: ListingBudget,
): Promise<Entries> {
  let entries: Dirent[];
  try {
    entries = await readEntries(at, yielder, (name) => budget.take(prefix.length + name.length));
  } catch (cause) {
    if (isMissing(cause)) throw modelChanged('directory', prefix || '.');
    // Without its entries, nothing is known of the model.
    if (prefix === '') throw unreadable('model', at, cause);
    if (!isSystemError(cause)) throw unreadable('directory', prefix, cause);
    budget.keepError();
    const refused = new RefusedEntry(prefix.slice(0, -1), () => unreadable('directory', prefix, cause));
    return { usable: [], unusable: [refused] };
  }
  const isSuspect = entries.some(({ name }) => name.includes(REPLACEMENT_CHARACTER) || !name.isWellFormed());
  const { usable, unusable } = isSuspect ? withUnicodeNames(entries, at, prefix) : { usable: entries, unusable: [] };
  const order = usable.some((entry) => entry.isDirectory()) ? byNameFromHere : byOwnName;
  return { usable: usable.sort(order), unusable };
}

const ENTRIES_AT_ONCE = 512;

/** Reads in portions, since one call for a directory with very many entries would block for a long time. */
async function readEntries(at: string, yielder: Yielder, count: (name: string) => void): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  const directory = opendirSync(at, { bufferSize: ENTRIES_AT_ONCE });
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      count(entry.name);
      entries.push(entry);
      if (entries.length % ENTRIES_AT_ONCE === 0 && yielder.shouldYield) await yielder.yieldNow();
    }
  } finally {
    directory.closeSync();
  }
  return entries;
}

/** Distinguishes names that contain a replacement character from names that are not UTF-8, by their bytes. */
function withUnicodeNames(
  entries: readonly Dirent[],
  at: string,
  prefix: string,
): { usable: Dirent[]; unusable: UnusableEntry[] } {
  const valid = new Set<string>();
  const unusable: UnusableEntry[] = [];
  for (const raw of readdirSync(at, { encoding: 'buffer' })) {
    const name = raw.toString('utf8');
    if (Buffer.from(name).equals(raw)) valid.add(name);
    else unusable.push(new RefusedEntry(prefix + name, nameNotUtf8));
  }
  return { usable: entries.filter(({ name }) => valid.has(name) && name.isWellFormed()), unusable };
}

/**
 * Orders the entries of a directory as a manifest orders the files in and below them, except that rare characters may be out
 * of place. Nothing depends on this order; it leaves later steps less to sort.
 */
function byNameFromHere(a: Dirent, b: Dirent): number {
  return nameFromHere(a) < nameFromHere(b) ? -1 : 1;
}

/** The same order, for when no entry is a directory. */
function byOwnName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function nameFromHere(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
