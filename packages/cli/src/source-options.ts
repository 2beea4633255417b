import { collect, type Flag, InvalidValue } from './grammar.ts';

/** Which files of a model are worked on, in place of all. */
export const onlyFlag: Flag = {
  name: 'only',
  value: 'name',
  description:
    'a file or directory of the model, by its name in the signature; can be repeated, and the rest is not looked at',
  repeatable: true,
  parse: nameInModel,
  conflicts: ['ignore-paths', 'ignore-unsigned-files', 'ignored-files', 'no-ignored-files'],
};

/** Accepts a Git LFS checkout without its content. */
export const lfsPointersFlag: Flag = {
  name: 'lfs-pointers',
  description: 'where a file is a Git LFS pointer, compare what it points to, and call the model advertised',
};

/** A manifest on the disk in place of a model. */
export const ociManifestFlag: Flag = {
  name: 'oci-manifest',
  value: 'file',
  description: 'in place of the model: the manifest of an OCI artifact, of which no blob is read',
  reads: true,
  isOperand: true,
  conflicts: ['lfs-pointers', 'hub-cache', 'allow-symlinks', 'allow-external-symlinks'],
};

/** The form in which other programs sign manifests. */
export const ociLayersFlag: Flag = {
  name: 'oci-layers',
  description: 'sign the layers and the config of an OCI artifact, as other programs do, instead of its files',
};

/** Where a model is put. */
export const toFlag: Flag = {
  name: 'to',
  value: 'directory',
  description: 'where the model is put; it appears complete and verified, or not at all',
  required: true,
  parse: directory,
};

/** The signature of a model in a store. */
export const signatureInStore: Flag = {
  name: 'signature',
  value: 'file',
  description:
    'the signature: a file, an https address, or its name in the store (default: the one that is found there)',
  reads: true,
};

/** Takes a model only if the store has no say in what its name means. */
export const requirePinnedFlag: Flag = {
  name: 'require-pinned',
  description: 'refuse the name of a model in a store unless it gives a commit or digest',
};

/** A name in a model as people type it: with what a shell adds to complete it. */
function nameInModel(text: string, previous: unknown): readonly string[] {
  const name = text.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  if (name === '' || name === '.') {
    throw new InvalidValue('It must be the name of a file or directory in the model, such as tokenizer/vocab.txt.');
  }
  return collect(name, previous);
}

/** An unset variable of a script must not name the working directory, and "-" is standard output, which holds no directory. */
function directory(text: string): string {
  if (text === '' || text === '-') throw new InvalidValue('It must be the path of a directory.');
  return text;
}
