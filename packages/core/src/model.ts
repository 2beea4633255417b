import type { HashAlgorithm } from './format/algorithms.ts';
import type { OmsError } from './format/errors.ts';
import type { PointerKind } from './format/pointer.ts';
import type { Warn } from './signer.ts';

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
  /** Whether links are followed (OMS-LINK-1, OMS-LINK-12). */
  readonly followSymlinks: boolean;
  /**
   * Whether the entry of this canonical name is left out, with everything below it (section 7).
   * @param isDirectory asked of an entry that may be a directory, or a link to one; without it, the entry is a file
   */
  excludes(name: string, isDirectory?: () => boolean): boolean;
  /** Whether the sizes of all files are needed, as for shards. */
  readonly sizes: boolean;
  /**
   * Canonical names: only what is at or below them is looked for. The model may list more, and lists less only where there is
   * nothing. Default: everything.
   */
  readonly only?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Reports something unusual in the model, while it is listed or confirmed. */
  readonly warn?: Warn | undefined;
}

export interface Listing {
  /** Whether the model is one file rather than a directory (OMS-ENUM-2). */
  readonly singleFile: boolean;
  readonly files: readonly ModelFile[];
  /**
   * Whether these are all files of the model, as far as they were asked for. False where files may exist that cannot be listed,
   * which a verdict says. Default true.
   */
  readonly complete?: boolean | undefined;
  /** The topmost entries that were left out; directories end in `/`. */
  readonly excluded: readonly string[];
  /** Entries that are neither files nor excluded; the caller decides whether they matter. */
  readonly unusable: readonly UnusableEntry[];
  /** Links that were followed out of the model (OMS-LINK-11, OMS-LINK-14). */
  readonly externalLinks: readonly string[];
  /** Links from a snapshot in the cache of a hub to its blobs, which were taken as files. */
  readonly hubLinks?: readonly HubLink[] | undefined;
  /** The name of the signature file, which may not exist yet, if it is inside the model. */
  readonly signatureName: string | null;
  /**
   * Looks for files among what was left out that programs run or load. Without it, only the names in `excluded` are looked at.
   */
  findExcludedCode?(): Promise<ExcludedCode>;
  /**
   * Whether what was left out under a name of `excluded` is nothing but a file with this content, perhaps under directories that
   * hold nothing else. Without it, only the signature file of `signatureName` is known as such.
   */
  excludesOnly?(name: string, content: ContentDigest): boolean;
  /**
   * Called after the files were read. The engine checks that local files stay the same while it reads them; for files that are
   * read through functions, it is up to the model to do so, here or in `read`.
   * @throws {OmsError} `model/changed` when a directory, a link or the only file was changed or replaced in the meantime
   */
  confirm(): Promise<void>;
}

/** What a file holds, without its bytes. */
export interface ContentDigest {
  /** Bytes. */
  readonly size: number;
  /** Lowercase hexadecimal. */
  readonly sha256: string;
}

/** The files that were left out of a model and that programs run or load. */
export interface ExcludedCode {
  /** Canonical names, of which there may be more if the search is not complete. */
  readonly names: readonly string[];
  /** Whether everything that was left out was searched. */
  readonly complete: boolean;
}

/** A link from a snapshot in the cache of a hub to the blob that holds the content. */
export interface HubLink {
  /** The canonical name of the link. Untrusted: escape it with `printable` before printing. */
  readonly path: string;
  /** What the link says, such as `../../blobs/5f2c…`. Untrusted as well. */
  readonly target: string;
}

/** A regular file of the model, with its canonical name. */
export interface ModelFile {
  readonly name: string;
  /** Size in bytes when listed; null if looking it up has a cost and {@link ListOptions.sizes} is false, as for local files. */
  readonly size: number | null;
  readonly content: Content;
}

/** The bytes of a file, and their digest if its source advertises it. */
export type Content = Bytes & { readonly known?: KnownDigest | undefined };

/**
 * The path of a local file, without links, which the engine opens itself; or a function that reads the bytes from `start` up
 * to but not including `end`. It may stop reading when the signal is aborted. If it is not read to the end, its `return()` is
 * called, and not waited for.
 */
type Bytes =
  | { readonly path: string }
  | { read(start: number, end: number, signal?: AbortSignal): AsyncIterable<Uint8Array> };

/**
 * The digest of a whole file that its source advertises, such as a hub's metadata: a claim, used in place of the bytes only
 * where the caller accepts the evidence `advertised`. As no byte is read, nothing would show that the listed size is wrong.
 */
export interface KnownDigest {
  readonly algorithm: HashAlgorithm;
  /** Lowercase hexadecimal. */
  readonly digest: string;
  /**
   * Given if the file that is listed is only a pointer, and the digest that of the content to which it points. The file's own bytes
   * are compared first, so that a real file that looks like a pointer is taken as it is. To hash or sign, such a digest is not used.
   */
  readonly pointer?: { readonly kind: PointerKind /** Of the content, in bytes. */; readonly size: number } | undefined;
}

export interface UnusableEntry {
  readonly name: string;
  /** The error to throw if the entry is required. */
  readonly error: OmsError;
}
