import { createHash } from 'node:crypto';

/** A file of a repository: its content, or what the hub says about content that is generated when it is read. */
export type HubFile = string | Uint8Array | GeneratedFile;

export interface GeneratedFile {
  readonly size: number;
  /** Lowercase hexadecimal. */
  readonly sha256: string;
  read?(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A file of a commit, as the hub lists and serves it. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** The SHA-1 of the blob in git, which is a pointer for large files. */
  readonly oid: string;
  readonly lfs: { readonly oid: string; readonly size: number; readonly pointerSize: number } | null;
  readonly content: HubFile;
}

export interface Commit {
  readonly id: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** A repository with its commits and branches. */
export class HubRepository {
  /** `org/model` or `datasets/org/name`. */
  readonly name: string;
  readonly #lfsAbove: number;
  readonly #commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();

  constructor(name: string, lfsAbove: number) {
    this.name = name;
    this.#lfsAbove = lfsAbove;
  }

  /** Adds a commit with exactly these files, and moves a branch to it. Returns its identifier. */
  commit(files: Readonly<Record<string, HubFile>>, branch: string): string {
    const stored = Object.entries(files).map(([path, content]) => storedFile(path, content, this.#lfsAbove));
    const tree = stored.map(({ path, oid }) => `${oid} ${path}\n`).sort();
    const parent = this.branches.get(branch) ?? '';
    const id = createHash('sha1').update(`${this.name} ${parent}\n`).update(tree.join('')).digest('hex');
    this.#commits.set(id, { id, files: new Map(stored.map((file) => [file.path, file])) });
    this.branches.set(branch, id);
    return id;
  }

  /** The commit that a branch, a tag or an identifier names. */
  at(revision: string): Commit | null {
    const name = revision === 'HEAD' ? 'main' : revision;
    return this.#commits.get(this.branches.get(name) ?? name) ?? null;
  }

  /** The large file of this digest. */
  large(sha256: string): StoredFile | null {
    for (const { files } of this.#commits.values()) {
      for (const file of files.values()) if (file.lfs?.oid === sha256) return file;
    }
    return null;
  }
}

function storedFile(path: string, content: HubFile, lfsAbove: number): StoredFile {
  if (typeof content === 'object' && !(content instanceof Uint8Array)) {
    return { path, size: content.size, content, ...large(content.sha256, content.size) };
  }
  const bytes = Buffer.from(content);
  if (bytes.length <= lfsAbove) return { path, size: bytes.length, content, oid: gitBlob(bytes), lfs: null };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, size: bytes.length, content, ...large(sha256, bytes.length) };
}

function large(sha256: string, size: number): Pick<StoredFile, 'oid' | 'lfs'> {
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`);
  return { oid: gitBlob(pointer), lfs: { oid: sha256, size, pointerSize: pointer.length } };
}

function gitBlob(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The bytes of a range of a file. */
export async function* readStored(
  { path, content }: StoredFile,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content).subarray(start, end);
  else if (content instanceof Uint8Array) yield content.subarray(start, end);
  else if (content.read) yield* content.read(start, end);
  else throw new Error(`the generated file ${path} has no content`);
}
