import type { Model } from '@model-signing/core';
import type { ManifestModel, SourceModel } from '@model-signing/sources';
import type { NamedSignature } from './named-signature.ts';

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
