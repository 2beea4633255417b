import path from 'node:path';
import {
  type Listing,
  localModel,
  type Model,
  OmsError,
  type Progress,
  type SignedManifest,
  type SignerIdentity,
  selectSigned,
  type Verification,
  type VerifyModelOptions,
  verifySigned,
  verifySome,
} from '@model-signing/core';
import { unlessAborted } from '@model-signing/core/abort';
import { Exclusion } from '@model-signing/core/exclusion';
import { compareNames } from '@model-signing/core/names';
import { copyFiles } from './copy-files.ts';
import { mismatch, planCopy } from './copy-plan.ts';
import { checkFileNames, foldedName } from './file-names.ts';
import { checkFreeSpace } from './free-space.ts';
import { checkNameLengths } from './name-lengths.ts';
import { recordedEngine } from './recorded-engine.ts';
import { type AddedFile, Staging } from './staging.ts';

/** What a caller may choose about the verification of a copy: it is always of bytes, which are hashed here. */
export type CopyVerifyOptions = Omit<
  VerifyModelOptions,
  'engine' | 'evidence' | 'threads' | 'concurrency' | 'signal' | 'onProgress' | 'draft'
>;

export interface CopyModelOptions {
  /** An absolute path at which there is nothing, or an empty directory. */
  readonly target: string;
  /** Names of signed files, or of directories for all signed files below them. Default: all signed files. */
  readonly only?: readonly string[] | undefined;
  /** A signature file to put beside the signed files. */
  readonly signature?: AddedFile | null | undefined;
  /** Whether files of the model that are not signed are left behind and reported, or make the copy fail. */
  readonly unsignedFiles: 'report' | 'refuse';
  readonly verifyOptions?: CopyVerifyOptions | undefined;
  readonly concurrency?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CopyModelResult<Identity extends SignerIdentity = SignerIdentity> {
  /** Of the copy. */
  readonly verification: Verification<Identity>;
  /** Bytes that came from the model's source, whether they were kept or not. */
  readonly downloadedBytes: number;
  /** Bytes that an earlier attempt left and that were hashed again. */
  readonly resumedBytes: number;
  /** Files of the model that are not signed, and were not copied. */
  readonly unsigned: readonly string[];
}

/**
 * Copies the signed files of a model to a new directory, which appears by one rename, once all of them are what was signed. Each
 * byte is read once, and hashed while it is written.
 *
 * On failure nothing is in the target; what was fetched stays in `TARGET.part`, and the next call hashes it again and goes on.
 * @throws {OmsError} `model/…`
 * @throws {SourceError} `source/no-space`, `source/names-collide`, `source/target-unusable`
 */
export async function copyModel<Identity extends SignerIdentity>(
  model: Model,
  signed: SignedManifest<Identity>,
  options: CopyModelOptions,
): Promise<CopyModelResult<Identity>> {
  const { target, only, signature = null, signal } = options;
  const { manifest } = signed;
  const wanted = selectSigned(signed, only ?? null);
  const listing = await list(model, signed, wanted, options);
  refuseUnusable(listing, wanted);
  const unsigned = only ? [] : unsignedIn(listing, signed);
  if (options.unsignedFiles === 'refuse' && unsigned.length > 0) {
    const differences = unsigned.map((name) => ({ kind: 'unsigned' as const, path: name }));
    throw mismatch('the model has files that were not signed', differences);
  }
  const files = planCopy(manifest, listing.files, wanted);
  const added =
    signature &&
    isFree(
      signature.name,
      files.map((file) => file.path),
    )
      ? signature
      : null;
  const names = [...files.map((file) => file.path), ...(added ? [added.name] : [])];
  checkFileNames(names);

  await using staging = await Staging.open(target);
  await checkNameLengths(names, path.dirname(target), staging.tree);
  const there = await staging.resume(files);
  await checkFreeSpace(path.dirname(target), files.reduce((sum, { size }) => sum + size, 0) - there);
  const { concurrency, onProgress } = options;
  const algorithm = manifest.serialization.hashType;
  const copied = await copyFiles(files, (file) => staging.partOf(file), { algorithm, concurrency, onProgress, signal });
  await unlessAborted(signal, () => listing.confirm());
  await staging.assemble(files, added);
  const verification = await verifyCopy(
    signed,
    staging.tree,
    { ...options, signature: added, onProgress: undefined },
    recordedEngine(copied),
  );
  signal?.throwIfAborted();
  await staging.commit();
  return {
    verification,
    downloadedBytes: copied.reduce((sum, each) => sum + each.downloadedBytes, 0),
    resumedBytes: copied.reduce((sum, each) => sum + each.resumedBytes, 0),
    unsigned,
  };
}

/**
 * Verifies a local directory as the copy of a model: the whole of it, or the files that are wanted.
 * @param engine what knows the digests. Default: the files are read
 */
export async function verifyCopy<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  directory: string,
  {
    only,
    signature,
    signal,
    verifyOptions,
    onProgress,
  }: Pick<CopyModelOptions, 'only' | 'signature' | 'signal' | 'verifyOptions' | 'onProgress'>,
  engine?: VerifyModelOptions['engine'],
): Promise<Verification<Identity>> {
  const signaturePath = signature ? path.join(directory, ...signature.name.split('/')) : undefined;
  const local = localModel(directory, { signaturePath });
  const all = { ...verifyOptions, onProgress, engine, signal };
  if (!only) return verifySigned(signed, local, all);
  const { ignorePaths: _, ignoreGitPaths: __, ignoreUnsignedFiles: ___, ignoredFiles: ____, ...some } = all;
  return verifySome(signed, local, only, some);
}

async function list(
  model: Model,
  { manifest: { serialization } }: SignedManifest,
  wanted: ReadonlySet<string>,
  { only, verifyOptions = {}, signal }: CopyModelOptions,
): Promise<Listing> {
  const exclusion = new Exclusion(serialization.ignorePaths, verifyOptions);
  const above = new Set<string>();
  for (const name of wanted) {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1))
      above.add(name.slice(0, slash));
  }
  const isWanted = (name: string) => wanted.has(name) || above.has(name);
  const followSymlinks = (verifyOptions.allowSymlinks ?? false) && serialization.allowSymlinks;
  const excludes = (name: string, isDirectory?: () => boolean) =>
    !isWanted(name) && (only !== undefined || exclusion.excludes(name, isDirectory));
  return unlessAborted(signal, () => model.list({ followSymlinks, excludes, sizes: true, only, signal }));
}

function unsignedIn({ files, unusable, signatureName }: Listing, { manifest }: SignedManifest): string[] {
  const signed = new Set(manifest.resources.map((resource) => resource.path));
  const names = [...files, ...unusable].map(({ name }) => name);
  return names.filter((name) => !signed.has(name) && name !== signatureName).sort(compareNames);
}

/** Refuses links and special files in the place of wanted ones. */
function refuseUnusable({ unusable }: Listing, wanted: ReadonlySet<string>): void {
  for (const { name, error } of unusable) {
    const isAbove = () => [...wanted].some((each) => each.startsWith(`${name}/`));
    if (!wanted.has(name) && !isAbove()) continue;
    throw new OmsError(error.code, error.message, { cause: error.cause, required: true });
  }
}

/** Whether a name is none of the files' and no directory of theirs, on any common file system. */
function isFree(name: string, paths: readonly string[]): boolean {
  const folded = foldedName(name);
  return paths.every((each) => {
    const other = foldedName(each);
    return other !== folded && !other.startsWith(`${folded}/`) && !folded.startsWith(`${other}/`);
  });
}
