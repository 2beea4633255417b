import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError } from '../format/errors.ts';
import { aString, checkEach, trueOrFalse } from '../format/option-rules.ts';
import { quote } from '../format/text.ts';
import type { Listing, ListOptions, Model } from '../model.ts';
import { isInside } from './is-inside.ts';
import { modelLinkRefused, nameNotUtf8, notAFile } from './model-errors.ts';
import { SignatureLocation } from './signature-location.ts';
import { isMissing } from './system-errors.ts';
import { Walk } from './walk.ts';

export interface LocalModelOptions {
  /**
   * The signature file that is read or will be written. It is excluded wherever it is in the model, recognised by identity
   * (OMS-IGNORE-3, OMS-IGNORE-4).
   */
  readonly signaturePath?: string | undefined;
  /** When links are followed: whether their targets may be outside the model (OMS-LINK-6). Default false. */
  readonly allowExternalSymlinks?: boolean | undefined;
}

/**
 * A directory or a regular file on this machine. Nothing is read before {@link Model.list} is called.
 *
 * @example
 * const model = localModel('my-model', { signaturePath: 'my-model/model.sig' });
 * const { bundle } = await signModel(model, keySigner({ privateKey: await readFile('key.pem') }));
 * await writeFile('my-model/model.sig', bundle);
 */
export function localModel(modelPath: string, options: LocalModelOptions = {}): Model {
  const checked = checkEach(options, { signaturePath: aString, allowExternalSymlinks: trueOrFalse });
  return {
    name: path.basename(path.resolve(modelPath)) || 'model',
    list: (listOptions) => listLocal(modelPath, checked, listOptions),
  };
}

async function listLocal(
  modelPath: string,
  { signaturePath, allowExternalSymlinks = false }: LocalModelOptions,
  options: ListOptions,
): Promise<Listing> {
  if (statsOf(modelPath).isSymbolicLink() && !options.followSymlinks) throw modelLinkRefused(modelPath);
  const root = resolveLink(modelPath);
  const target = statSync(root, { bigint: true });
  const signature = SignatureLocation.find(signaturePath);

  if (target.isDirectory()) return new Walk(root, { ...options, signature, allowExternalSymlinks }).run();
  if (!target.isFile()) throw notAFile(modelPath);
  if (!allowExternalSymlinks && !isInside(realpathSync.native(path.dirname(path.resolve(modelPath))), root)) {
    throw new OmsError('model/symlink-outside', `the link ${quote(modelPath)} points outside its directory`);
  }
  const name = path.basename(path.resolve(modelPath));
  if (!name.isWellFormed()) throw nameNotUtf8(name);
  return {
    singleFile: true,
    files: [{ name, size: Number(target.size), content: { path: root } }],
    excluded: [],
    unusable: [],
    externalLinks: [],
    signatureName: null,
    confirm: async () => {},
  };
}

function statsOf(modelPath: string): BigIntStats {
  try {
    return lstatSync(modelPath, { bigint: true });
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new OmsError('model/not-found', `there is no model at ${quote(modelPath)}`, { cause });
  }
}

function resolveLink(modelPath: string): string {
  try {
    return realpathSync.native(modelPath);
  } catch (cause) {
    throw new OmsError('model/symlink-broken', `the link ${quote(modelPath)} points to nothing or to itself`, {
      cause,
    });
  }
}
