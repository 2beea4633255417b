import { collect, type Flag, InvalidValue } from './grammar.ts';

/** What asks about files that are not looked at if some are named. */
const aboutTheRest = ['ignore-paths', 'ignore-unsigned-files', 'ignored-files', 'no-ignored-files'];

/** Which files of a model are worked on, in place of all. */
export const onlyFlag: Flag = {
  name: 'only',
  value: 'name',
  description:
    'a file or directory of the model, by its name in the signature; can be repeated, and the rest is not looked at',
  repeatable: true,
  parse: nameInModel,
  conflicts: aboutTheRest,
};

/** The same, in a file. */
export const onlyFromFlag: Flag = {
  name: 'only-from',
  value: 'file',
  description: 'a file that lists such names, one on each line; - is standard input',
  reads: true,
  conflicts: aboutTheRest,
};

/** Where what is verified is copied to. */
export const copyToFlag: Flag = {
  name: 'copy-to',
  value: 'directory',
  description:
    'copy what is verified to a new directory, while each byte is read once; it appears complete and verified, or not at all',
  parse: directory,
  conflicts: ['metadata-only', 'lfs-pointers', 'oci-manifest'],
};

/** How it is copied. */
export const reflinkFlag: Flag = {
  name: 'reflink',
  description: 'for --copy-to: clone the files, as Btrfs and XFS can on Linux, and hash the clones',
};

/** Whether a copy is on the disk before it appears. */
export const noSyncFlag: Flag = {
  name: 'no-sync',
  description: 'for --copy-to: do not wait for the disk; if the machine crashes, delete the copy',
};

/** Accepts a Git LFS checkout without its content. */
export const lfsPointersFlag: Flag = {
  name: 'lfs-pointers',
  description: 'where a file is a Git LFS pointer, compare what it points to, and call the model advertised',
  conflicts: ['strict'],
};

/** A manifest on the disk in place of a model. */
export const ociManifestFlag: Flag = {
  name: 'oci-manifest',
  value: 'file',
  description: 'in place of the model: the manifest of an OCI artifact, of which no blob is read',
  reads: true,
  isOperand: true,
  conflicts: ['strict', 'lfs-pointers', 'hub-cache', 'allow-symlinks', 'allow-external-symlinks'],
};

/** The form in which other programs sign manifests. */
export const ociLayersFlag: Flag = {
  name: 'oci-layers',
  description: 'take all layers and the config of an OCI artifact, as other programs do, instead of its files',
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

/** Names in a model as people type them: with what a shell adds to complete them. */
export function nameInModel(text: string, previous: unknown): readonly string[] {
  return collect(canonicalName(text), previous);
}

/** @throws {InvalidValue} for no name, and for the model itself */
export function canonicalName(text: string): string {
  let [start, end] = [0, text.length];
  while (text.startsWith('./', start)) start += 2;
  while (end > start && text[end - 1] === '/') end--;
  const name = text.slice(start, end);
  if (name === '' || name === '.') {
    throw new InvalidValue('It must be the name of a file or directory in the model, such as tokenizer/vocab.txt.');
  }
  return name;
}

/** No model can be written to a pipe. */
function directory(text: string): string {
  if (text === '-') throw new InvalidValue('A model is no stream, and a directory that is called - is written ./-.');
  return text;
}
