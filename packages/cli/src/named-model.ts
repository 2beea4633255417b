import { lstatSync } from 'node:fs';
import { localModel, type Model, OmsError, quote } from '@model-signing/core';
import type { ManifestModel, SourceModel } from '@model-signing/sources';
import { hasScheme } from './addresses.ts';
import type { Context } from './context.ts';
import { isSystemError, systemMessage, usageError } from './failure.ts';
import { absentIgnorePaths, resolveIgnorePaths } from './ignore-paths.ts';
import { defaultSignature, localSignature, type NamedSignature } from './named-signature.ts';

/** The flags that say what a model is taken from. */
export interface NamingFlags {
  readonly allowExternalSymlinks?: boolean;
  readonly hubCache?: boolean;
  /** Refuse a model in a store whose name leaves open which revision it means. */
  readonly requirePinned?: boolean;
  /** Compare what Git LFS pointers point to where a file's own bytes are not the signed ones. */
  readonly lfsPointers?: boolean;
  /** The file that takes the place of the model. */
  readonly ociManifest?: string;
  /** Sign the layers and the config of an artifact instead of its files. */
  readonly ociLayers?: boolean;
}

/** A model as it was named on the command line: a path, `hf://…` or `oci://…`. It exists, and nothing of it was read. */
export interface NamedModel {
  /** As it was typed. */
  readonly operand: string;
  /** The path of a model on this machine; null for one in a store. */
  readonly path: string | null;
  /** The model in a store; null for one on this machine. */
  readonly source: SourceModel | null;
  /** The manifest that describes the model, in a registry or in a file that stands in its place; absent for all others. */
  readonly manifest?: ManifestModel;
  /**
   * The model, without the file of a signature.
   * @param signature the signature that is read, or the path of the one that will be written
   */
  open(signature?: NamedSignature | string): Model;
  /**
   * The names in the model of what `--ignore-paths` names.
   * @throws {CommandError} `command/usage`
   */
  ignoredNames(given: readonly string[]): Promise<string[]>;
  /** Those of `given` that name nothing in the model. */
  absent(given: readonly string[], names: readonly string[]): Promise<string[]>;
  /**
   * The signature to verify the model with: the one that `--signature` names, or the one that is found in the documented places.
   * @throws {CommandError} `command/usage` for two signatures, `command/not-found`
   * @throws {SourceError} for a model in a store
   */
  findSignature(given: string | undefined, signal: AbortSignal): Promise<NamedSignature>;
}

/**
 * Finds a model, before a passphrase is prompted for. The revision of one in a store is resolved here, once, and said.
 * @throws {OmsError} `model/not-found`, `model/unreadable`
 * @throws {SourceError} for a model in a store
 * @throws {CommandError} `command/usage` for flags that say nothing about such a model
 */
export async function openNamedModel(operand: string, flags: NamingFlags, context: Context): Promise<NamedModel> {
  if (flags.ociManifest !== undefined) {
    return (await import('./manifest-model.ts')).openManifest(flags.ociManifest, flags, context);
  }
  if (hasScheme(operand)) return (await import('./remote-model.ts')).openRemoteModel(operand, flags, context);
  if (flags.requirePinned) {
    throw usageError(
      `--require-pinned is for a model in a hub or registry, and ${quote(operand)} is a path`,
      'leave it out: nothing but this directory or file is read',
    );
  }
  if (flags.ociLayers) {
    throw usageError(
      `--oci-layers is for the manifest of an artifact, and ${quote(operand)} is a path`,
      'name a manifest with --oci-manifest, or an artifact oci://REGISTRY/NAME:TAG',
    );
  }
  requireModel(operand);
  return new LocalModel(operand, flags, flags.lfsPointers ? await import('@model-signing/sources') : null);
}

function requireModel(modelPath: string): void {
  try {
    lstatSync(modelPath);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      throw new OmsError('model/not-found', `there is no model at ${quote(modelPath)}`, { cause });
    }
    const message = `the model ${quote(modelPath)} cannot be read: ${systemMessage(cause)}`;
    throw new OmsError('model/unreadable', message, { cause, required: true });
  }
}

class LocalModel implements NamedModel {
  readonly source = null;
  readonly operand: string;
  readonly #flags: NamingFlags;
  readonly #pointers: Pick<typeof import('@model-signing/sources'), 'withLfsPointers'> | null;

  constructor(operand: string, flags: NamingFlags, pointers: typeof import('@model-signing/sources') | null) {
    this.operand = operand;
    this.#flags = flags;
    this.#pointers = pointers;
  }

  get path(): string {
    return this.operand;
  }

  open(signature?: NamedSignature | string): Model {
    const { allowExternalSymlinks, hubCache } = this.#flags;
    const signaturePath = typeof signature === 'string' ? signature : (signature?.path ?? undefined);
    const model = localModel(this.operand, { signaturePath, allowExternalSymlinks, hubCache });
    return this.#pointers === null ? model : this.#pointers.withLfsPointers(model);
  }

  ignoredNames(given: readonly string[]): Promise<string[]> {
    return resolveIgnorePaths(this.operand, given);
  }

  async absent(given: readonly string[], names: readonly string[]): Promise<string[]> {
    return absentIgnorePaths(this.operand, given, names);
  }

  async findSignature(given: string | undefined): Promise<NamedSignature> {
    return given === undefined ? defaultSignature(this.operand) : localSignature(given);
  }
}
