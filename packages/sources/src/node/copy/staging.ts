import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants, renameSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { quote } from '@model-signing/core';
import { SourceError } from '../../source-error.ts';
import { inTarget } from '../system-fault.ts';
import type { PlannedFile } from './copy-plan.ts';
import { makeFolder, makeFolders, removeEmpty } from './made-folders.ts';
import { StagingLock as Lock, type StagingLock } from './staging-lock.ts';

/** A file to put beside the copied ones. */
export interface AddedFile {
  /** Its canonical name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files that are renamed before other work of the process has its turn. */
const NAMED_AT_ONCE = 64;

/**
 * The folder beside a target in which a model is put together, and from which the whole of it appears in the target by one rename.
 * Other users cannot look into it. `TARGET.part` keeps what a later attempt can use, `TARGET.partial-<random>` nothing.
 *
 * `parts/` holds each file under its key, so that no signed name is used as a path before all content is right. `tree/` is the model.
 */
export class Staging implements AsyncDisposable {
  readonly #target: string;
  readonly #root: string;
  /** Null for a folder that is for one attempt only, and that nothing else can know the name of. */
  readonly #lock: StagingLock | null;
  /** The folders above the target that were made for it, the innermost first. */
  readonly #above: readonly string[];
  #isDone = false;

  private constructor(target: string, root: string, lock: StagingLock | null, above: readonly string[]) {
    this.#target = target;
    this.#root = root;
    this.#lock = lock;
    this.#above = above;
  }

  /**
   * Opens the folder, or makes it, and locks it until it is disposed of.
   * @param target an absolute path at which there is nothing, or an empty directory
   * @throws {SourceError} `source/target-unusable`, `source/no-space`
   */
  static async open(target: string): Promise<Staging> {
    const root = `${target}.part`;
    const above = await makeFolders(path.dirname(target));
    try {
      await inTarget(`make the folder ${quote(root)}`, () => makeFolder(root, 0o700));
      const lock = await lockFolder(root);
      return new Staging(target, root, lock, above);
    } catch (error) {
      await removeEmpty([root, ...above]);
      throw error;
    }
  }

  /**
   * Makes a folder for one attempt, of which nothing is left once it is disposed of.
   * @param target an absolute path at which there is nothing
   * @throws {SourceError} `source/target-unusable`, `source/no-space`
   */
  static async openOnce(target: string): Promise<Staging> {
    const root = `${target}.partial-${randomBytes(6).toString('hex')}`;
    const above = await makeFolders(path.dirname(target));
    try {
      await inTarget(`make the folder ${quote(root)}`, () => mkdir(root, 0o700));
      await inTarget(`make the folder ${quote(root)}`, () => mkdir(path.join(root, 'parts')));
      return new Staging(target, root, null, above);
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      await removeEmpty(above);
      throw error;
    }
  }

  /** The folder itself. */
  get root(): string {
    return this.#root;
  }

  /** Where the copies of files are written. */
  get parts(): string {
    return path.join(this.#root, 'parts');
  }

  /** The permissions that a file has that is made here, as the umask of the process has it. */
  async modeOfFiles(): Promise<number> {
    const probe = path.join(this.#root, 'probe');
    return inTarget(`write into the folder ${quote(this.#root)}`, async () => {
      await writeFile(probe, '', { flag: 'wx' });
      const { mode } = await lstat(probe);
      await rm(probe);
      return mode & 0o777;
    });
  }

  /** Where the copy of a file is written. */
  partOf({ key }: Pick<PlannedFile, 'key'>): string {
    return path.join(this.parts, key);
  }

  /** Where the whole model is once it is put together. */
  get tree(): string {
    return path.join(this.#root, 'tree');
  }

  /**
   * Takes back what an earlier attempt left of these files, and removes everything else.
   * @returns the bytes that are there of all files
   */
  async resume(files: readonly PlannedFile[]): Promise<number> {
    return inTarget(`use what is in the folder ${quote(this.#root)}`, async () => {
      const keys = new Map(files.map((file) => [file.key, file]));
      await this.#takeApart(files);
      let there = 0;
      for (const name of await readdir(this.parts)) {
        const part = path.join(this.#root, 'parts', name);
        const planned = keys.get(name);
        const stats = await lstat(part);
        if (planned && stats.isFile()) there += Math.min(stats.size, planned.size);
        else await rm(part, { recursive: true, force: true });
      }
      return there;
    });
  }

  /** Moves the files of a model that was put together, but not put in place, back to where they are resumed. */
  async #takeApart(files: readonly PlannedFile[]): Promise<void> {
    const folders = new Map<string, boolean>();
    for (const file of files) {
      const place = path.join(this.tree, ...file.path.split('/'));
      if (!(await this.#isInTree(path.dirname(place), folders))) continue; // a link leads to files that are not ours
      if (!(await lstat(place).catch(() => null))?.isFile()) continue;
      const part = this.partOf(file);
      await rm(part, { recursive: true, force: true });
      await rename(place, part);
    }
    await rm(this.tree, { recursive: true, force: true });
  }

  /** Whether a folder of the tree, and each one above it, is a folder and no link. */
  async #isInTree(folder: string, known: Map<string, boolean>): Promise<boolean> {
    let isFolder = known.get(folder);
    if (isFolder === undefined) {
      const isBelow = folder === this.tree || (await this.#isInTree(path.dirname(folder), known));
      isFolder = isBelow && ((await lstat(folder).catch(() => null))?.isDirectory() ?? false);
      known.set(folder, isFolder);
    }
    return isFolder;
  }

  /**
   * Puts the copied files together under their names, with another file beside them.
   * @param sync whether the names outlast a crash of the machine
   * @throws {SourceError} `source/target-unusable`, `source/no-space`
   */
  async assemble(
    files: readonly Pick<PlannedFile, 'path' | 'key'>[],
    added: AddedFile | null,
    sync = true,
  ): Promise<void> {
    await rm(this.tree, { recursive: true, force: true });
    await inTarget(`make the folder ${quote(this.tree)}`, () => mkdir(this.tree));
    const made = new Set([this.tree]);
    for (const [index, file] of files.entries()) {
      const place = await this.#placeOf(file.path, made);
      // Handing a rename to another thread and waiting for it takes longer than the rename does.
      await inTarget(`name a file ${quote(file.path)}`, async () => renameSync(this.partOf(file), place));
      if (index % NAMED_AT_ONCE === 0) await setImmediate();
    }
    if (added) {
      const place = await this.#placeOf(added.name, made);
      await inTarget(`write ${quote(added.name)}`, () => writeFile(place, added.bytes, { flag: 'wx', flush: true }));
    }
    if (sync) for (const directory of made) await syncDirectory(directory);
  }

  async #placeOf(name: string, made: Set<string>): Promise<string> {
    const place = path.join(this.tree, ...name.split('/'));
    const directory = path.dirname(place);
    if (!made.has(directory)) {
      await inTarget(`make the folder of ${quote(name)}`, () => mkdir(directory, { recursive: true }));
      for (let each = directory; !made.has(each); each = path.dirname(each)) made.add(each);
    }
    return place;
  }

  /**
   * Lets the whole model appear in the target, in one step.
   * @throws {SourceError} `source/target-unusable` if something else has appeared there in the meantime
   */
  async commit(sync = true): Promise<void> {
    await inTarget(`put the model in place at ${quote(this.#target)}`, async () => {
      // Windows does not replace even an empty directory.
      if (process.platform === 'win32') await rmdir(this.#target).catch(() => {});
      await rename(this.tree, this.#target);
    });
    this.#isDone = true;
    if (sync) await syncDirectory(path.dirname(this.#target));
  }

  /** Removes the folder, or leaves in it what a later attempt can use. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lock === null) await rm(this.#root, { recursive: true, force: true }).catch(() => {});
    else if (this.#isDone) await rm(this.parts, { recursive: true, force: true }).catch(() => {});
    else await rmdir(this.parts).catch(() => {});
    await this.#lock?.[Symbol.asyncDispose]();
    await removeEmpty([this.#root, ...(this.#isDone ? [] : this.#above)]);
  }
}

/** Locks the folder for this process, and for this user. */
async function lockFolder(root: string): Promise<StagingLock> {
  const before = await lstat(root, { bigint: true });
  if (!before.isDirectory()) throw unusable(root, 'it is not a folder');
  const lockPath = path.join(root, 'lock');
  const lock = await inTarget(`write into the folder ${quote(root)}`, () => Lock.take(lockPath));
  try {
    await checkOwner(root, before, lockPath);
    await chmod(root, 0o700).catch(() => {}); // it may have been open to others, and not every file system can change that
    const parts = path.join(root, 'parts');
    await inTarget(`make the folder ${quote(parts)}`, () => makeFolder(parts));
    if (!(await lstat(parts)).isDirectory()) throw unusable(root, '"parts" in it is not a folder');
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Refuses a folder that another user made: its owner could replace the files in it at any time.
 * @param made a file that was just made in it
 */
async function checkOwner(root: string, before: BigIntStats, made: string): Promise<void> {
  const [now, mine] = await Promise.all([lstat(root, { bigint: true }), lstat(made, { bigint: true })]);
  if (now.ino !== before.ino || now.dev !== before.dev) throw unusable(root, 'it was replaced');
  if (now.uid !== mine.uid) throw unusable(root, 'another user made it');
}

function unusable(folder: string, why: string): SourceError {
  return new SourceError('source/target-unusable', `the folder ${quote(folder)} cannot be used: ${why}; delete it`);
}

/** Makes the names in a directory outlast a crash of the machine, where the system can do that. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}
