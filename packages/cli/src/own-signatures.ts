import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { inspectBundle, MAX_BUNDLE_BYTES, type Manifest, type Model, OmsError } from '@model-signing/core';
import { findSignature } from './signature-location.ts';

/** The most signatures that are parsed: there are few. */
const MAX_CANDIDATES = 100;

/** The most files whose first bytes are read, and the most directories that are looked into. */
const MAX_OPENED = 10_000;
const MAX_DIRECTORIES = 10_000;

/** What all known writers put into the first bytes. */
const MEDIA_TYPE = '"application/vnd.dev.sigstore.bundle';

/** How the names of signatures end. */
const likelyEndings: ReadonlySet<string> = new Set('sig sign signature sigstore bundle json jsonl dsse att'.split(' '));

/**
 * Whether a signature may have this name, which then is looked at first: other names are looked at only in the top directory. A regular
 * expression would take twice the time of reading the directories.
 */
function isLikely(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot < 1 || likelyEndings.has(name.slice(dot + 1).toLowerCase());
}

/** What decides which files the model has, and which of them belong to a signature. */
interface Chosen {
  readonly ignorePaths?: readonly string[] | undefined;
  readonly allowSymlinks?: boolean | undefined;
  /** Whether the model is about to be signed anew, so that a signature beside it has no say in what its files are. */
  readonly signing?: boolean;
}

/**
 * The names of the signatures of a model that lie in it: those that leave themselves out, the one that `verify` uses if none is
 * named, and those that list exactly the other files of the model, as a signature does that was moved into it. One that a later
 * signature covers as a file of the model is a file of the model.
 * @param maxBytes the most bytes of files in the model that are parsed as signatures, together
 */
export async function ownSignatures(
  modelPath: string,
  model: Model,
  chosen: Chosen,
  maxBytes = MAX_BUNDLE_BYTES,
): Promise<string[]> {
  const manifests = await manifestsIn(modelPath, maxBytes);
  if (manifests.size === 0) return [];
  const outside = await defaultSignature(modelPath);
  const files = await new FilesOf(model, chosen, new Set(manifests.keys())).list();
  const own = new Map<string, Manifest>();
  for (const [name, manifest] of manifests) {
    const isOwn = manifest.serialization.ignorePaths.includes(name) || name === outside?.name;
    if (isOwn || files?.areSignedBy(manifest)) own.set(name, manifest);
  }
  const signing = [...own.values()];
  if (!chosen.signing && outside?.manifest && files?.areSignedBy(outside.manifest)) signing.push(outside.manifest);
  const covered = new Set(signing.flatMap(signedNames));
  return [...own.keys()].filter((name) => !covered.has(name));
}

/** The name of a signature that is reached through a link, if it lies in the model. */
export function nameInModel(modelPath: string, file: string): string | null {
  try {
    const relative = path.relative(realpathSync.native(modelPath), realpathSync.native(file));
    if (relative === '' || path.isAbsolute(relative) || relative.split(path.sep)[0] === '..') return null;
    return relative.replaceAll(path.sep, '/');
  } catch {
    return null;
  }
}

function signedNames({ resources }: Manifest): string[] {
  return resources.map((resource) => resource.path);
}

/** The files of a model, to compare with what signatures list. */
class FilesOf {
  readonly #model: Model;
  readonly #chosen: Chosen;
  readonly #signatures: ReadonlySet<string>;
  readonly #sizes = new Map<string, number | null>();

  constructor(model: Model, chosen: Chosen, signatures: ReadonlySet<string>) {
    this.#model = model;
    this.#chosen = chosen;
    this.#signatures = signatures;
  }

  /** Null if the model cannot be listed, of which hashing it gives the reason. */
  async list(): Promise<this | null> {
    const { allowSymlinks = false } = this.#chosen;
    try {
      const { files } = await this.#model.list({ followSymlinks: allowSymlinks, excludes: () => false, sizes: true });
      for (const { name, size } of files) this.#sizes.set(name, size);
      return this;
    } catch (error) {
      if (error instanceof OmsError) return null;
      throw error;
    }
  }

  /** Whether a signature lists these files: all but signatures and what is left out. */
  areSignedBy(manifest: Manifest): boolean {
    const { method, ignorePaths } = manifest.serialization;
    const signed = new Set(signedNames(manifest));
    for (const name of signed) if (!this.#sizes.has(name)) return false;
    const leftOut = [...ignorePaths, ...(this.#chosen.ignorePaths ?? [])];
    for (const [name, size] of this.#sizes) {
      if (signed.has(name) || this.#signatures.has(name) || (method === 'shards' && size === 0)) continue;
      if (!leftOut.some((at) => name === at || name.startsWith(`${at}/`))) return false;
    }
    return true;
  }
}

/** The signature that `verify` would use: its name if it lies in the model, or else what it signs. */
async function defaultSignature(modelPath: string) {
  let file: string;
  try {
    file = findSignature(modelPath);
  } catch {
    return null;
  }
  const name = nameInModel(modelPath, file);
  const isRead = name === null && sizeOfSignature(file) !== null;
  return { name, manifest: isRead ? await parsedManifest(file) : null };
}

/**
 * The names of the files of a model that begin like signatures, whatever they sign; at most {@link MAX_CANDIDATES}.
 * @param modelPath a directory; a file has none in it
 */
export function signatureFiles(modelPath: string): string[] {
  const found: string[] = [];
  let opened = 0;
  for (const name of likelyFiles(modelPath)) {
    if (opened++ === MAX_OPENED || found.length === MAX_CANDIDATES) break;
    if (sizeOfSignature(path.join(modelPath, name)) !== null) found.push(name);
  }
  return found;
}

/** What each file of a model signs that is a signature of a model. */
async function manifestsIn(modelPath: string, maxBytes: number): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>();
  let opened = 0;
  let left = maxBytes;
  for (const name of likelyFiles(modelPath)) {
    if (opened++ === MAX_OPENED || found.size === MAX_CANDIDATES) break;
    const file = path.join(modelPath, name);
    const size = sizeOfSignature(file);
    if (size === null || size > left) continue;
    left -= size;
    const manifest = await parsedManifest(file);
    if (manifest) found.set(name, manifest);
  }
  return found;
}

/** The names of files that may be signatures, the likely ones of the top directory first. */
function* likelyFiles(modelPath: string): Generator<string> {
  if (!statSync(modelPath).isDirectory()) return;
  const directories = [''];
  for (let next = 0; next < directories.length; next++) {
    const prefix = directories[next] as string;
    const unlikely: string[] = [];
    for (const entry of entriesOf(path.join(modelPath, prefix))) {
      if (entry.isDirectory()) {
        if (directories.length < MAX_DIRECTORIES) directories.push(`${prefix}${entry.name}/`);
      } else if (entry.isFile()) {
        if (isLikely(entry.name)) yield prefix + entry.name;
        else if (prefix === '') unlikely.push(entry.name);
      }
    }
    yield* unlikely;
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // hashing will say what is wrong with it
  }
}

/** What a file signs; null if it is no signature of a model. */
async function parsedManifest(file: string): Promise<Manifest | null> {
  try {
    return (await inspectBundle(readFileSync(file))).manifest;
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}

/** The size of a file that begins like a signature; null for any other, of which only the first bytes are read. */
function sizeOfSignature(file: string): number | null {
  let opened: number | null = null;
  try {
    opened = openSync(file, 'r');
    const stats = fstatSync(opened);
    if (!stats.isFile() || stats.size > MAX_BUNDLE_BYTES) return null;
    const start = Buffer.alloc(4096);
    const length = readSync(opened, start);
    const isLike = start[0] === 0x7b && start.toString('latin1', 0, length).includes(MEDIA_TYPE);
    return isLike ? stats.size : null;
  } catch {
    return null; // hashing will say what is wrong with it
  } finally {
    if (opened !== null) closeSync(opened);
  }
}
