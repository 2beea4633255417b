import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import {
  defaultEngine,
  type HashEngine,
  type HashJob,
  type HashOptions,
  quote,
  type Verification,
} from '@model-signing/core';
import {
  cloneFile,
  copyInNode,
  fileFailure,
  type HashLocal,
  isCopyFault,
  JobFailure,
  makeEngine,
  stopsByItself,
} from '@model-signing/core/make-engine';
import { SourceError } from '../../source-error.ts';
import { inTarget, problemOf } from '../system-fault.ts';
import { CopiedDigests, type NumberedFile } from './copied-digests.ts';
import { checkName } from './copy-plan.ts';
import { checkFileNames } from './file-names.ts';
import { checkFreeSpace } from './free-space.ts';
import { checkNameLengths } from './name-lengths.ts';
import { settle, sizeOf } from './settle.ts';
import { Staging } from './staging.ts';
import { StreamCopies } from './stream-copies.ts';

export interface CopyingOptions {
  /** Clones each local file, and hashes the clone with this engine. */
  readonly cloned?: HashEngine | undefined;
  /** Whether everything is written to the disk before it appears in the target. */
  readonly sync: boolean;
  /** Called with the folder in which the copy is put together. */
  readonly onFolder?: ((folder: string) => void) | undefined;
}

/** Hashes files while it copies them to a private folder: what is hashed is what is written. */
export class Copying implements AsyncDisposable {
  readonly engine: HashEngine;
  readonly #target: string;
  readonly #options: CopyingOptions;
  readonly #digests = new CopiedDigests();
  readonly #streams = new StreamCopies();
  readonly #copying = makeEngine((jobs, options) => this.#copyLocal(jobs, options));
  /** The numbers of the files of which something may have been written. */
  readonly #begun = new Set<number>();
  #staging: Staging | null = null;

  /** @param target an absolute path at which there is nothing */
  constructor(target: string, options: CopyingOptions) {
    this.#target = target;
    this.#options = options;
    this.engine = stopsByItself({
      reportsPointers: true,
      hash: (jobs: readonly HashJob[], hashing: HashOptions) => this.#hash(jobs, hashing),
    });
  }

  async #hash(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
    const files = jobs.map((job) => this.#digests.fileOf(job));
    const staging = await this.#open(jobs);
    const isThere = files.map(({ isWhole }) => isWhole);
    const missing = jobs.filter((_, index) => !isThere[index]);
    const there = jobs.flatMap((job, index) => (isThere[index] ? [inCopy(job, staging, files[index])] : []));
    const copied = missing.length === 0 ? [] : await this.#copy(missing, staging, options);
    const again = there.length === 0 ? [] : await this.#plain.hash(there, options);
    this.#digests.record(missing, copied, options.algorithm);
    this.#digests.record(there, again, options.algorithm);
    const next = { copied: copied.values(), again: again.values() };
    return isThere.map((is) => next[is ? 'again' : 'copied'].next().value as string);
  }

  get #plain(): HashEngine {
    return this.#options.cloned ?? defaultEngine;
  }

  async #copy(jobs: readonly HashJob[], staging: Staging, options: HashOptions): Promise<string[]> {
    const files = new Map(jobs.map((job) => [job.file.name, { job, file: this.#digests.fileOf(job) }]));
    for (const { file } of files.values()) {
      const place = partOf(staging, file);
      if (this.#begun.has(file.number)) await rm(place, { force: true }); // of an attempt that failed
      this.#begun.add(file.number);
    }
    if (this.#options.cloned) return this.#clone(jobs, staging, options);
    await checkFreeSpace(path.dirname(this.#target), bytesOf(jobs));
    const teed = jobs.map((job) => this.#teed(job, partOf(staging, files.get(job.file.name)?.file)));
    return this.#copying.hash(teed, options);
  }

  /** Makes the bytes of a file that is read through a function go into its copy. */
  #teed(job: HashJob, place: string): HashJob {
    const { file } = job;
    if ('path' in file.content) return job;
    const read = (start: number, end: number, signal?: AbortSignal) =>
      this.#streams.copied(file, place, [start, end], signal);
    return { ...job, file: { ...file, content: { read } } };
  }

  async #copyLocal(...[jobs, options]: Parameters<HashLocal>): Promise<string[]> {
    const numbers = jobs.map((job) => this.#digests.fileOf(job).number);
    try {
      const directory = (this.#staging as Staging).parts;
      return await copyInNode(jobs, options, { directory, numbers, sync: this.#options.sync });
    } catch (error) {
      if (!(error instanceof JobFailure) || !isCopyFault(error.cause)) throw error;
      const { cause } = error;
      const { name } = (jobs[error.job] as HashJob).file;
      return await inTarget(`write ${quote(name)}`, () => Promise.reject(cause));
    }
  }

  /** Clones the files, and hashes the clones, which no other program can change. */
  async #clone(jobs: readonly HashJob[], staging: Staging, options: HashOptions): Promise<string[]> {
    const mode = await staging.modeOfFiles();
    const clones = new Map<string, HashJob['file']>();
    for (const job of jobs) {
      const { file } = job;
      if (clones.has(file.name)) continue;
      options.signal?.throwIfAborted();
      const place = partOf(staging, this.#digests.fileOf(job));
      if (!('path' in file.content)) throw cannotClone(file.name, 'its bytes are not on this machine');
      clone({ ...file, path: file.content.path }, place, mode);
      clones.set(file.name, { name: file.name, size: file.size, content: { path: place } });
      await setImmediate();
    }
    await setTimeout(CLOCK_TICK_MS);
    const hashed = jobs.map((job) => ({ ...job, file: clones.get(job.file.name) as HashJob['file'] }));
    return this.#plain.hash(hashed, options);
  }

  /** Checks the names, which become paths, before anything is made under them. */
  async #open(jobs: readonly HashJob[]): Promise<Staging> {
    const names = new Set(jobs.map(({ file }) => file.name));
    for (const name of names) checkName(name);
    checkFileNames(names);
    if (this.#staging === null) {
      this.#staging = await Staging.openOnce(this.#target);
      this.#options.onFolder?.(this.#staging.root);
    }
    await checkNameLengths(names, path.dirname(this.#target), this.#staging.tree);
    return this.#staging;
  }

  /**
   * Puts the files that were verified in place, and removes all others.
   * @returns how many files and bytes there are
   * @throws {TypeError} if the verification is not one of what was copied
   * @throws {SourceError} `source/target-unusable`, `source/no-space`
   */
  async commit(
    verification: Verification,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly files: number; readonly bytes: number }> {
    const files = this.#digests.verified(verification);
    if (this.#staging === null) throw new TypeError('nothing was copied: verify with the engine that is given');
    const staging = this.#staging;
    const written = files.map((file) => ({ name: file.name, place: partOf(staging, file) }));
    const bytes = await (this.#options.sync ? settle : sizeOf)(written, signal);
    const named = files.map(({ name, number }) => ({ path: name, key: String(number) }));
    await staging.assemble(named, null, this.#options.sync);
    signal?.throwIfAborted();
    await staging.commit(this.#options.sync);
    return { files: files.length, bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#streams[Symbol.asyncDispose]();
    await this.#staging?.[Symbol.asyncDispose]();
  }
}

/** Longer than the tick of the clock of file systems: files that are older need no second look. */
const CLOCK_TICK_MS = 20;

function partOf(staging: Staging, file: NumberedFile | undefined): string {
  return staging.partOf({ key: String(file?.number) });
}

function inCopy(job: HashJob, staging: Staging, file: NumberedFile | undefined): HashJob {
  const { name, size } = job.file;
  return { ...job, file: { name, size, content: { path: partOf(staging, file) } } };
}

function clone(file: HashJob['file'] & { readonly path: string }, place: string, mode: number): void {
  try {
    cloneFile(file.path, file.size, place, mode);
  } catch (error) {
    if (!isCopyFault(error)) throw fileFailure(file, error);
    throw error.code === 'ENOSPC' ? noSpace(file.name, error) : cannotClone(file.name, whyNotCloned(error), error);
  }
}

/** What file systems say that cannot clone, or not from another one. */
const CANNOT_CLONE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENOTTY', 'EINVAL', 'EXDEV']);

function whyNotCloned(error: NodeJS.ErrnoException): string {
  if (!CANNOT_CLONE.has(error.code ?? '')) return problemOf(error);
  return `its file system does not clone files, or the target is on another one (${error.code})`;
}

function noSpace(name: string, cause: unknown): SourceError {
  return new SourceError('source/no-space', `the disk is full: cannot clone ${quote(name)}`, { cause });
}

function cannotClone(name: string, why: string, cause?: unknown): SourceError {
  const message = `${quote(name)} cannot be cloned: ${why}; without cloning, its bytes are copied`;
  return new SourceError('source/target-unusable', message, { cause });
}

/** The bytes of the files, of which one that cannot be looked at counts nothing: reading it says why. */
function bytesOf(jobs: readonly HashJob[]): number {
  let bytes = 0;
  for (const file of new Set(jobs.map((job) => job.file))) {
    const { size, content } = file;
    bytes += size ?? ('path' in content ? sizeNow(content.path) : 0);
  }
  return bytes;
}

function sizeNow(file: string): number {
  try {
    return lstatSync(file).size;
  } catch {
    return 0;
  }
}
