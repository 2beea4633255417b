import type { OmsError } from './format/errors.ts';
import type { Progress } from './node/hashing/progress.ts';

/**
 * Where bytes come from: a model is a name and a listing of its files.
 *
 * {@link localModel} is the one for a directory or file on this machine. Anything else that can list names and read bytes
 * (a hub, an object store, a browser's file list) can stand in its place.
 */
export interface Model {
  /** Recorded as the subject of the statement (OMS-SUBJECT-3). A claim for people, never used to decide. */
  readonly name: string;
  /** Lists the files as they are now. Each call looks again. */
  list(options: ListOptions): Promise<Listing>;
}

export interface ListOptions {
  /** Whether links are followed (OMS-LINK-1). */
  readonly followSymlinks: boolean;
  /** Whether the entry of this canonical name is left out, with everything below it (section 7). */
  excludes(name: string): boolean;
  /** Whether the sizes of all files are needed, as for shards. */
  readonly sizes: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Listing {
  /** Whether the model is one file rather than a directory (OMS-ENUM-2). */
  readonly singleFile: boolean;
  readonly files: readonly ModelFile[];
  /** The topmost entries that were left out; directories end in `/`. */
  readonly excluded: readonly string[];
  /** Entries that are not files and that nobody excluded: whether they matter is for the caller to say. */
  readonly unusable: readonly UnusableEntry[];
  /** Links that were followed out of the model (OMS-LINK-11). */
  readonly externalLinks: readonly string[];
  /** Where the signature lies or will lie, if that is inside the model. */
  readonly signatureName: string | null;
  /**
   * To be called after the files were read.
   * @throws {OmsError} `model/changed` when a directory was replaced in the meantime
   */
  confirm(): Promise<void>;
}

/** A regular file of the model, with its canonical name. */
export interface ModelFile {
  readonly name: string;
  /** Bytes when it was listed; null where nobody asked and looking costs, as for files on this machine. */
  readonly size: number | null;
  readonly content: Content;
}

/**
 * The bytes of a file: the path of a local file, without links, which the hash engine opens itself; or a function that
 * reads the bytes from `start` up to and without `end`.
 */
export type Content = { readonly path: string } | { read(start: number, end: number): AsyncIterable<Uint8Array> };

export interface UnusableEntry {
  readonly name: string;
  /** What a caller who cannot do without this entry throws. */
  readonly error: OmsError;
}

/** What signing, hashing and verifying a model have in common. */
export interface ReadModelOptions {
  /** Paths relative to the model root that are left out, each with everything below it. Not patterns. */
  readonly ignorePaths?: readonly string[] | undefined;
  /** Leave out `.git`, `.gitattributes`, `.github` and `.gitignore` at the top level. Default true. */
  readonly ignoreGitPaths?: boolean | undefined;
  /** Threads to hash with, the calling one included. Default: one for each processor. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
