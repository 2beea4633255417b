import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  canonicalIgnorePath,
  type Model,
  type ModelFile,
  OmsError,
  quote,
  type SignedManifest,
} from '@model-signing/core';
import {
  findSignature,
  formatReference,
  metadataOnly,
  type OciModel,
  openSourceModel,
  parseReference,
  rankSignatureNames,
  type SourceModel,
  withoutSignature,
} from '@model-signing/sources';
import { hasScheme } from './addresses.ts';
import { sourceFields } from './commands/source.ts';
import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import type { NamedModel, NamingFlags } from './model-name.ts';
import { localSignature, NAMED, type NamedSignature } from './named-signature.ts';
import { isStandardInput } from './standard-streams.ts';
import { absentInViews, absentNames } from './stored-names.ts';

/** A model in a store, as it was named on the command line. */
export interface RemoteModel extends NamedModel {
  readonly path: null;
  readonly source: SourceModel;
}

/**
 * Finds a model in a store, and resolves its revision once. If the name left it open, what it is now is said.
 * @throws {SourceError}
 * @throws {CommandError} `command/usage` for flags that are about directories
 */
export async function openRemoteModel(operand: string, flags: NamingFlags, context: Context): Promise<RemoteModel> {
  const reference = parseReference(operand);
  if (reference.kind === 'path') throw new TypeError('it is a path');
  refuseDirectoryFlags(flags);
  if (flags.ociLayers && reference.kind !== 'oci') {
    throw usageError(`--oci-layers is for an artifact in a registry, and ${quote(operand)} is none`, 'leave it out');
  }
  const { output, signal } = context;
  output.debug(`asking for ${formatReference(reference)}`);
  const source = await openSourceModel(reference, { requirePinned: flags.requirePinned, signal });
  const { location } = source;
  output.found(sourceFields(source));
  if (!location.isPinned) output.info(`${location.reference} is ${location.pinned}`);
  if (!isInRegistry(source)) return remoteModel(operand, source);
  const seen = source.withView(flags.ociLayers ? 'layers' : 'files');
  return { ...remoteModel(operand, seen), manifest: seen };
}

function refuseDirectoryFlags({ allowExternalSymlinks, hubCache, lfsPointers }: NamingFlags): void {
  const local = {
    '--hub-cache': hubCache,
    '--lfs-pointers': lfsPointers,
    '--allow-external-symlinks': allowExternalSymlinks,
  };
  const flag = Object.entries(local).find(([, isGiven]) => isGiven)?.[0] ?? null;
  if (flag !== null) throw usageError(`${flag} is for a directory on this machine`, 'leave it out');
}

/** A model in a store that was opened already. */
export function remoteModel(operand: string, source: SourceModel): RemoteModel {
  return {
    ...{ operand, path: null, source },
    open: (signature) => openWithout(source, signature),
    ignoredNames: async (given) => given.map(ignoredName),
    absent: (given, names) =>
      isInRegistry(source) ? absentInViews(source, given, names) : absentNames(source, given, names),
    findSignature: (given, signal) => signatureOf(source, given, signal),
  };
}

function openWithout(source: SourceModel, signature: NamedSignature | string | undefined): Model {
  if (signature === undefined) return source;
  if (typeof signature !== 'string')
    return signature.place === 'store' ? withoutSignature(source, signature.name) : source;
  // The new signature replaces the one in the store that is called like it.
  const name = path.basename(signature);
  return rankSignatureNames([name]).length > 0 ? withoutSignature(source, name) : source;
}

/** How a model in a store is compared with what was signed, and how names in the manifest of a registry are read. */
export interface Comparable {
  readonly model: Model;
  readonly view?: 'files' | 'layers' | undefined;
}

/**
 * The model in a store to compare with what was signed: without the file of its signature, and in the view of a registry's manifest
 * that has the signed names.
 * @throws {SourceError} `source/digest-unavailable` when it is listed, if metadata alone is asked for and does not suffice
 */
export async function comparable(
  source: SourceModel,
  signature: NamedSignature,
  { signed, bundle }: { readonly signed: SignedManifest; readonly bundle: Uint8Array },
  flags: { readonly metadataOnly?: boolean },
): Promise<Comparable> {
  const { model: seen, view } = inSignedView(source, signed);
  const name = signature.place === 'store' ? signature.name : await copyOf(bundle, seen);
  const model = name === null ? seen : withoutSignature(seen, name);
  return { model: flags.metadataOnly ? metadataOnly(model, signed) : model, view };
}

/** A model without the files of several signatures, none of which counts as left out. */
export async function withoutSignatures(
  model: Model,
  signatures: readonly { readonly signature: NamedSignature; readonly bundle: Uint8Array }[],
): Promise<Model> {
  const names = new Set<string>();
  for (const { signature, bundle } of signatures) {
    const name = signature.place === 'store' ? signature.name : await copyOf(bundle, model);
    if (name !== null) names.add(name);
  }
  return {
    name: model.name,
    async list(options) {
      const listing = await model.list(options);
      const files = listing.files.filter(({ name }) => !names.has(name));
      const excluded = listing.excluded.filter((name) => !names.has(name));
      return { ...listing, files, excluded, confirm: () => listing.confirm() };
    },
  };
}

/** The file of a model that is the signature itself, with its name and its bytes, if that was read from elsewhere. */
async function copyOf(bundle: Uint8Array, model: Model): Promise<string | null> {
  const { files } = await model.list({ followSymlinks: false, excludes: () => false, sizes: false });
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const { name } of rankSignatureNames(byName.keys())) {
    const { size, content } = byName.get(name) as ModelFile;
    if (size === bundle.length && 'read' in content && (await holds(content.read(0, size), bundle))) return name;
  }
  return null;
}

async function holds(chunks: AsyncIterable<Uint8Array>, bytes: Uint8Array): Promise<boolean> {
  let at = 0;
  for await (const chunk of chunks) {
    if (!Buffer.from(chunk).equals(bytes.subarray(at, at + chunk.length))) return false;
    at += chunk.length;
  }
  return at === bytes.length;
}

/** Whether a model is in a registry, where its manifest can be seen in two ways. */
export function isInRegistry(source: SourceModel): source is OciModel {
  return source.location.kind === 'oci';
}

/** A model in a store with the files that were signed: in a registry, in the view of its manifest that has the signed names. */
export function inSignedView(source: SourceModel, { manifest }: Pick<SignedManifest, 'manifest'>) {
  if (!isInRegistry(source)) return { model: source, view: undefined };
  const view = source.viewFor(manifest.resources.map((resource) => resource.path));
  return { model: source.withView(view), view };
}

/** The canonical form of an ignore path of a model in a store, where it is relative to its top. */
export function ignoredName(given: string): string {
  if (given === '')
    throw usageError('the ignore path is empty', 'is the variable set that --ignore-paths takes it from?');
  try {
    return canonicalIgnorePath(given);
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    const hint = 'for a model in a store, it is a path in the model, such as onnx or onnx/model.onnx';
    throw usageError(`the path ${quote(given)} cannot be ignored: ${error.message}`, hint);
  }
}

/** A file of this machine comes before one of the store that has the same name; both are named in what is printed. */
async function signatureOf(
  source: SourceModel,
  given: string | undefined,
  signal: AbortSignal,
): Promise<NamedSignature> {
  if (given !== undefined && (isStandardInput(given) || hasScheme(given) || isLocal(given)))
    return localSignature(given);
  const { name, why } = given === undefined ? await findSignature(source, signal) : { name: given, why: NAMED };
  const { pinned } = source.location;
  return {
    ...{ name, why, place: 'store', path: null },
    inspect: given === undefined ? [pinned] : [pinned, '--signature', name],
    read: (readSignal) => source.readSignature(name, readSignal),
  };
}

/** Whether a value of `--signature` is a path: it is written as one that no store has, or there is such a file. */
function isLocal(given: string): boolean {
  return /^\.{0,2}[\\/]/.test(given) || existsSync(given);
}

/** The name of the file in a model in a store that `--signature` names, in a list; an empty one if it names no such file. */
export async function namesIn({ source }: Pick<NamedModel, 'source'>, given: string): Promise<string[]> {
  const listing = await source?.list({ followSymlinks: false, excludes: () => false, sizes: false });
  const wanted = given.replace(/^(?:\.\/)+/, '');
  return (listing?.files ?? []).flatMap(({ name }) => (name === wanted ? name : []));
}

/** The names of the signatures that are files of a model in a store. */
export async function signatureFiles({ source }: Pick<NamedModel, 'source'>): Promise<string[]> {
  const listing = await source?.list({ followSymlinks: false, excludes: () => false, sizes: false });
  return rankSignatureNames((listing?.files ?? []).map(({ name }) => name)).map(({ name }) => name);
}
