import type { HashAlgorithm } from './format/algorithms.ts';
import type { Serialization } from './format/manifest/manifest.ts';
import type { PointerKind } from './format/pointer.ts';
import type { ModelFile } from './model.ts';
import type { HashedBy } from './verdict.ts';

/**
 * What computes the digests of a model: worker threads on this machine unless the caller plugs in another one.
 *
 * An engine is trusted: its digests decide what is signed and what is verified.
 */
export interface HashEngine {
  /**
   * Computes the digest of each job, in lowercase hexadecimal and in the order of the jobs. Any other result is a `TypeError`,
   * never a verdict on the model.
   *
   * Once it has returned or thrown, nothing that it started for these jobs is left running.
   * @throws {OmsError} `model/changed` for a file that is no longer what was listed, `model/unreadable` for one that cannot be
   *   read, `manifest/algorithm-unsupported`
   * @throws {Error} for a failing network or a bug, naming the file
   */
  hash(jobs: readonly HashJob[], options: HashOptions): Promise<string[]>;
  /**
   * Whether it calls {@link HashOptions.onPointer}. Otherwise small files are read once more when a model is signed.
   */
  readonly reportsPointers?: boolean | undefined;
  /** Whose digests it returns: those of this machine, or those that other `hosts` computed, which every result says. Default `self`. */
  readonly hashedBy?: HashedBy | undefined;
  /**
   * Called before the files are known, so that an engine that is slow to start can start early. The returned engine hashes
   * this one model. It is disposed of at the end, even after a failure, and the end is awaited until the signal is aborted. An error of the
   * disposal is ignored, because it decides nothing about the model.
   * @param files about how many files there will be
   */
  prepare?(files: number, options: { readonly threads?: number | undefined }): Promise<PreparedEngine>;
  /**
   * Opens a reader of ranges for `openVerified`. Without it, the platform's reader takes its place, because an engine that knows
   * digests without reading cannot say what the bytes in memory are.
   */
  openReader?(options: Pick<HashOptions, 'algorithm' | 'threads'>): Promise<RangeReader>;
}

/** Reads ranges of files into memory, and hashes what is in that memory. Once it is disposed of, nothing that it started is left. */
export interface RangeReader extends AsyncDisposable {
  /** How many ranges it reads at the same time. */
  readonly atOnce: number;
  /**
   * Allocates memory for so many bytes, in the kind that it can read into best, such as shared memory for threads. Memory that is not
   * shared is lent to callers of `pieces`, and shared memory, which cannot be taken back, is copied for them.
   */
  allocate(bytes: number): Uint8Array;
  /**
   * Reads a range, whose `end` is given, into memory that it has allocated and that has as many bytes, and hashes that memory. The memory
   * is the reader's, which may detach `into` and return another array of the same memory. It writes to it no more once it has returned or thrown.
   * @returns the bytes, and their digest as they are in memory, in lowercase hexadecimal
   * @throws {OmsError} `model/changed` for a file that is not a regular file of the listed size, `model/unreadable`
   * @throws {Error} for a failing network or a bug, naming the file
   */
  read(job: HashJob, into: Uint8Array, options: Pick<HashOptions, 'signal'>): Promise<RangeRead>;
}

/** A range in memory, and the digest of it. */
export interface RangeRead {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** An engine for one model. */
export interface PreparedEngine extends Pick<HashEngine, 'hash'>, AsyncDisposable {}

/** One digest to compute: over the bytes `[start, end)` of a file, with `end` null for the end of the file. */
export interface HashJob {
  readonly file: ModelFile;
  readonly start: number;
  readonly end: number | null;
}

export interface HashOptions {
  readonly algorithm: HashAlgorithm;
  /** Threads to hash with, the calling one included. Default: one for each processor. */
  readonly threads?: number | undefined;
  /** How many files to read at the same time when they are read through functions. Default 8. */
  readonly concurrency?: number | undefined;
  /** Called at most ten times a second, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Ends the whole verb with its reason, whatever is waited for: the model, the engine, the signer or the verifier. What they still
   * do then has no effect. Once it is aborted, nothing is signed or returned.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Given only while a model is signed: what the manifest will say of how it was hashed. An engine that may take over digests needs
   * it, and without it hashes every byte.
   */
  readonly signing?: Serialization | undefined;
  /** May be called for a job whose file holds only a pointer to content that is kept elsewhere, such as by Git LFS. */
  readonly onPointer?: ((job: HashJob, kind: PointerKind) => void) | undefined;
}

/** How far hashing has come. */
export interface Progress {
  readonly bytes: number;
  /** Null for a model with so many files that their sizes were not looked up. */
  readonly totalBytes: number | null;
  readonly jobs: number;
  readonly totalJobs: number;
}
