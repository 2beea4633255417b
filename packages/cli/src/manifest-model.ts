import path from 'node:path';
import { quote } from '@model-signing/core';
import { type ManifestModel, ociManifestModel } from '@model-signing/sources';
import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import { readManifestFile } from './input-file.ts';
import type { NamedModel } from './model-name.ts';
import { defaultSignature, localSignature } from './named-signature.ts';
import { ignoredName } from './remote-model.ts';
import { isStandardInput } from './standard-streams.ts';
import { absentInViews } from './stored-names.ts';

/** The flags that say how a manifest is read. */
export interface ManifestFlags {
  /** Sign layers and config, as other programs do, instead of files. */
  readonly ociLayers?: boolean;
  readonly requirePinned?: boolean;
}

/** The manifest of an OCI artifact in a file, in place of a model: names and digests, and no content. */
export interface NamedManifest extends NamedModel {
  readonly manifest: ManifestModel;
}

/**
 * Reads the manifest that `--oci-manifest` names.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 * @throws {SourceError} `source/manifest-invalid`
 */
export async function openManifest(file: string, flags: ManifestFlags, { signal }: Context): Promise<NamedManifest> {
  if (flags.requirePinned) {
    throw usageError(
      `--require-pinned is for a model in a hub or registry, and ${quote(file)} is a file`,
      'leave it out',
    );
  }
  const bytes = await readManifestFile(file, signal);
  const name = isStandardInput(file) ? 'manifest' : path.parse(path.resolve(file)).name;
  const manifest = await ociManifestModel(bytes, { name, view: flags.ociLayers ? 'layers' : 'files' });
  return {
    ...{ operand: file, path: null, source: null, manifest },
    open: () => manifest,
    ignoredNames: async (given) => given.map(ignoredName),
    absent: (given, names) => absentInViews(manifest, given, names),
    findSignature: async (given) => (given === undefined ? defaultSignature(file) : localSignature(given)),
  };
}
