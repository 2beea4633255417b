import { MAX_BUNDLE_BYTES, quote } from '@model-signing/core';
import { nameProblem } from '@model-signing/core/names';
import { type HttpClient, parseJsonBody } from '../http/client.ts';
import { SourceError } from '../source-error.ts';

/** A file in a repository, as the hub lists it. */
export interface TreeFile {
  readonly name: string;
  readonly size: number;
  /** The SHA-256 of a large file; null for a small one, which lies in git itself. */
  readonly sha256: string | null;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  /** Entries that are neither files nor directories. */
  readonly others: readonly string[];
}

/** As many as a model may have that a signer must be able to sign (OMS-LIMIT-4). */
const MAX_ENTRIES = 1_000_000;

/** The characters of all names together: a bundle cannot list more. */
const MAX_NAME_CHARACTERS = (MAX_BUNDLE_BYTES / 4) * 3;

/** A page has up to 1,000 entries. */
const MAX_PAGES = 2000;

const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** More than git and file systems take, and few enough that every directory above a file can be looked at. */
const MAX_COMPONENTS = 256;

/**
 * Lists all files of a commit, page by page. Every page has to bring something new, and to be of the same listing.
 * @throws {SourceError} `source/response-invalid`, `source/too-large`, and what the client throws
 */
export async function readTree(client: HttpClient, first: URL, signal: AbortSignal | undefined): Promise<Tree> {
  const tree = new TreeReader(first);
  let url: URL | null = first;
  for (let pages = 1; url !== null; pages++) {
    if (pages > MAX_PAGES)
      throw new SourceError('source/too-large', `${first.host} lists more than ${MAX_PAGES} pages of files`);
    const headers = { accept: 'application/json' };
    const page = await client.document(url, { headers, maxBytes: MAX_PAGE_BYTES, signal });
    const next = nextPage(first, page.header('link'));
    const count = tree.add(parseJsonBody(page.bytes ?? new Uint8Array(), url, { maxDepth: 8, maxValues: 2_000_000 }));
    if (next !== null && count === 0) throw invalid(first, 'lists an empty page that is followed by another one');
    url = next;
  }
  return tree;
}

class TreeReader implements Tree {
  readonly files: TreeFile[] = [];
  readonly others: string[] = [];
  readonly #url: URL;
  readonly #names = new Set<string>();
  #characters = 0;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Adds a page, and returns how many entries it has. */
  add(page: unknown): number {
    if (!Array.isArray(page)) throw invalid(this.#url, 'sent no list of files');
    for (const entry of page) this.#addEntry(entry);
    return page.length;
  }

  #addEntry(entry: unknown): void {
    const { type, path, size, lfs } = (entry ?? {}) as Record<string, unknown>;
    const name = this.#checkName(path);
    if (type === 'directory') return;
    if (type !== 'file') {
      this.others.push(name);
      return;
    }
    if (!isSize(size)) throw invalid(this.#url, `lists ${quote(name)} without its size in bytes`);
    this.files.push({ name, size, sha256: this.#digestOf(name, size, lfs) });
  }

  #checkName(path: unknown): string {
    if (typeof path !== 'string') throw invalid(this.#url, 'lists a file without a name');
    const problem = nameProblem(path) ?? depthProblem(path);
    if (problem !== null) throw invalid(this.#url, `lists ${quote(path)}, a name that is refused: ${problem}`);
    if (this.#names.has(path)) throw invalid(this.#url, `lists ${quote(path)} twice`);
    this.#names.add(path);
    this.#characters += path.length;
    if (this.#names.size > MAX_ENTRIES || this.#characters > MAX_NAME_CHARACTERS) {
      throw new SourceError('source/too-large', `${this.#url.host} lists more than ${MAX_ENTRIES} files`);
    }
    return path;
  }

  #digestOf(name: string, size: number, lfs: unknown): string | null {
    if (lfs === undefined || lfs === null) return null;
    const { oid, size: largeSize } = lfs as Record<string, unknown>;
    if (typeof oid !== 'string' || !/^[0-9a-f]{64}$/.test(oid)) {
      throw invalid(this.#url, `lists ${quote(name)} with a digest that is no SHA-256`);
    }
    if (largeSize !== size) throw invalid(this.#url, `lists ${quote(name)} with two sizes`);
    return oid;
  }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function depthProblem(path: string): string | null {
  let components = 1;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) components++;
  return components > MAX_COMPONENTS ? `it has more than ${MAX_COMPONENTS} components` : null;
}

/**
 * The next page that a `Link` header names; null if it names none. Only the same listing at the same origin is asked for, since the
 * request carries the token.
 */
function nextPage(first: URL, header: string | null): URL | null {
  if (header === null) return null;
  const links = [...header.matchAll(/<([^<>]{1,8192})>; ?rel="([a-z]{1,20})"/g)];
  const [, target] = links.find(([, , relation]) => relation === 'next') ?? [];
  if (target === undefined) {
    if (!/rel=.?next/i.test(header)) return null;
    throw invalid(first, `names the next page in a form that is not understood: ${quote(header)}`);
  }
  const url = URL.parse(target, first.href);
  if (url === null || url.origin !== first.origin || url.pathname !== first.pathname || url.username !== '') {
    throw invalid(first, `names as the next page of its list ${quote(target)}, which is elsewhere`);
  }
  return url;
}

function invalid(url: URL, problem: string): SourceError {
  return new SourceError('source/response-invalid', `${url.host} ${problem} (${url.pathname})`);
}
