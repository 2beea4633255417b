import { type BigIntStats, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { aString, checkArgument, checkEach, trueOrFalse } from '@model-signing/x509/options';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { HubLink, Listing, ListOptions, Model } from '../model.ts';
import { isSameFile } from './hashing/file-record.ts';
import { readCacheLink } from './hub-cache.ts';
import { isInside } from './is-inside.ts';
import {
  cacheLinkRefused,
  modelChanged,
  modelLinkRefused,
  modelNotAFile,
  nameNotUtf8,
  unreadable,
} from './model-errors.ts';
import { SignatureLocation } from './signature-location.ts';
import { attempt, isBrokenLink, isMissing } from './system-errors.ts';
import { Walk } from './walk.ts';

export interface LocalModelOptions {
  /**
   * The signature file that is read or will be written. It is excluded wherever it is in the model, recognised by identity
   * (OMS-IGNORE-3, OMS-IGNORE-4).
   */
  readonly signaturePath?: string | undefined;
  /** When links are followed: whether their targets may be outside the model (OMS-LINK-6). Default false. */
  readonly allowExternalSymlinks?: boolean | undefined;
  /**
   * Whether the model may be a snapshot in the cache of a hub, whose files are links: a link from `REPOSITORY/snapshots/REVISION`
   * to a regular file directly in `REPOSITORY/blobs` is taken as the file that it stands for, and listed in `hubLinks`. All
   * other links are treated as without this option. Default false.
   */
  readonly hubCache?: boolean | undefined;
}

const rules = { signaturePath: aString, allowExternalSymlinks: trueOrFalse, hubCache: trueOrFalse };

/**
 * A directory or a regular file on this machine. Nothing is read before {@link Model.list} is called.
 *
 * @example
 * const model = localModel('my-model', { signaturePath: 'my-model/model.sig' });
 * const { bundle } = await signModel(model, keySigner({ privateKey: await readFile('key.pem') }));
 * await writeFile('my-model/model.sig', bundle);
 */
export function localModel(modelPath: string, options: LocalModelOptions = {}): Model {
  checkArgument('the path of the model', modelPath, aString);
  const checked = checkEach(options, rules);
  return {
    name: path.basename(path.resolve(modelPath)) || 'model',
    list: (listOptions) => listLocal(modelPath, checked, listOptions),
  };
}

/** What a model path leads to. */
interface Place {
  /** The real path, without links. */
  readonly root: string;
  readonly found: BigIntStats;
  /** The link to the blob, if the model is one file of a snapshot in the cache of a hub. */
  readonly hubLinks: readonly HubLink[];
}

async function listLocal(modelPath: string, options: LocalModelOptions, listOptions: ListOptions): Promise<Listing> {
  const { signaturePath, allowExternalSymlinks = false, hubCache = false } = options;
  const place = locate(modelPath, options, listOptions);
  const { root, found } = place;
  const signature = SignatureLocation.find(signaturePath);
  if (found.isDirectory()) {
    const walk = new Walk(root, { ...listOptions, signature, allowExternalSymlinks, hubCache });
    const listing = await walk.run();
    return { ...listing, confirm: () => confirmPlace(modelPath, place).then(listing.confirm) };
  }
  if (!found.isFile()) throw modelNotAFile(modelPath);
  const isOutside = !isInside(realPath(path.dirname(path.resolve(modelPath))), root);
  if (isOutside && !allowExternalSymlinks && place.hubLinks.length === 0) {
    throw new OmsError('model/symlink-outside', `the link ${quote(modelPath)} points outside its directory`);
  }
  return singleFile(modelPath, place);
}

function singleFile(modelPath: string, place: Place): Listing {
  const { root, found, hubLinks } = place;
  const name = path.basename(path.resolve(modelPath));
  if (!name.isWellFormed()) throw nameNotUtf8(name);
  return {
    singleFile: true,
    files: [{ name, size: Number(found.size), content: { path: root } }],
    excluded: [],
    unusable: [],
    externalLinks: [],
    hubLinks,
    signatureName: null,
    async confirm() {
      await confirmPlace(modelPath, place);
      const now = attempt(() => lstatSync(root, { bigint: true }));
      if (!now || !isSameFile(found, now)) throw modelChanged('file', name);
    },
  };
}

/** @throws {OmsError} `model/changed` if the model path leads elsewhere by now */
async function confirmPlace(modelPath: string, { root }: Place): Promise<void> {
  if (attempt(() => realpathSync.native(modelPath)) !== root) throw modelChanged('link', modelPath);
}

function locate(
  modelPath: string,
  { hubCache = false, allowExternalSymlinks = false }: LocalModelOptions,
  { followSymlinks }: ListOptions,
): Place {
  const isLink = statsOf(modelPath).isSymbolicLink();
  const cached = isLink ? cacheLinkOf(modelPath) : null;
  const isTaken = cached !== null && hubCache;
  if (isLink && !isTaken && !(followSymlinks && (allowExternalSymlinks || !cached))) {
    if (cached) throw cacheLinkRefused(modelPath, cached.target, '');
    throw modelLinkRefused(
      modelPath,
      attempt(() => realpathSync.native(modelPath)),
    );
  }
  const root = realPath(modelPath);
  return { root, found: statsOf(root), hubLinks: isTaken ? [cached] : [] };
}

/** The model path, if it is itself a link from a snapshot in the cache of a hub to a blob. */
function cacheLinkOf(modelPath: string): HubLink | null {
  const absolute = path.resolve(modelPath);
  const directory = realPath(path.dirname(absolute));
  const link = readCacheLink(path.join(directory, path.basename(absolute)), directory);
  return link && { path: path.basename(absolute), target: link.target };
}

function statsOf(modelPath: string): BigIntStats {
  try {
    return lstatSync(modelPath, { bigint: true });
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable('model', modelPath, cause);
    throw new OmsError('model/not-found', `there is no model at ${quote(modelPath)}`, { cause });
  }
}

function realPath(modelPath: string): string {
  try {
    return realpathSync.native(modelPath);
  } catch (cause) {
    if (!isBrokenLink(cause)) throw unreadable('model', modelPath, cause);
    const message = `the link ${quote(modelPath)} points to nothing or to itself`;
    throw new OmsError('model/symlink-broken', message, { cause });
  }
}
