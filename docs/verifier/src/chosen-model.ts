// What a user chose as the model: a folder or a file, in each form in which browsers give one.
import type { Model } from '@model-signing/core';
import { blobModel, directoryHandleModel, droppedModel, fileListModel } from '@model-signing/core/web';
import { type FoundSignature, pickSignatures } from './find-signature.ts';

export interface ChosenModel {
  readonly name: string;
  readonly isFolder: boolean;
  /** Whether the browser shows every file of it. */
  readonly isComplete: boolean;
  /** The signatures in it, found by their names. */
  signatures(): Promise<readonly FoundSignature[]>;
  /** The file of a name at its top; null if there is none. */
  topFile(name: string): Promise<File | null>;
  /** @param signaturePath the signature in it, which is no part of it */
  model(signaturePath: string | undefined): Model;
}

/** A way to the files of a folder, by names with `/`. */
interface Lookup {
  topNames(): Promise<readonly string[]>;
  file(path: string): Promise<File | null>;
}

function folder(name: string, isComplete: boolean, lookup: Lookup, model: ChosenModel['model']): ChosenModel {
  return {
    ...{ name, isFolder: true, isComplete, model },
    topFile: (fileName) => lookup.file(fileName),
    async signatures() {
      const hidden = (await lookup.file(KAGGLE)) ? [KAGGLE] : [];
      const found: FoundSignature[] = [];
      for (const path of pickSignatures([...(await lookup.topNames()), ...hidden])) {
        const file = await lookup.file(path);
        if (file) found.push({ name: path, file, path });
      }
      return found;
    },
  };
}

/** Where Kaggle puts a signature. */
const KAGGLE = '.kaggle/signing.json';

/** A folder to which the browser gives access itself. It hides files with names that it calls unsafe. */
export function handleFolder(handle: FileSystemDirectoryHandle): ChosenModel {
  const lookup: Lookup = {
    async topNames() {
      const names: string[] = [];
      for await (const entry of handle.values()) if (entry.kind === 'file') names.push(entry.name);
      return names;
    },
    async file(path) {
      try {
        const names = path.split('/');
        let at = handle;
        for (const name of names.slice(0, -1)) at = await at.getDirectoryHandle(name);
        return await (await at.getFileHandle(names.at(-1) as string)).getFile();
      } catch (error) {
        return orNone(error);
      }
    },
  };
  return folder(handle.name, false, lookup, (signaturePath) => directoryHandleModel(handle, { signaturePath }));
}

/** A folder that was dropped, as an entry, which shows all its files. */
export function entryFolder(entry: FileSystemDirectoryEntry): ChosenModel {
  const childrenOf = (parent: FileSystemDirectoryEntry) => async () => {
    const reader = parent.createReader();
    const all: FileSystemEntry[] = [];
    for (;;) {
      const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (portion.length === 0) return all;
      all.push(...portion);
    }
  };
  const lookup: Lookup = {
    topNames: async () => (await childrenOf(entry)()).filter(({ isFile }) => isFile).map(({ name }) => name),
    async file(path) {
      let at: FileSystemEntry | undefined = entry;
      for (const name of path.split('/')) {
        if (!at?.isDirectory) return null;
        at = (await childrenOf(at as FileSystemDirectoryEntry)()).find((child) => child.name === name);
      }
      const found = at;
      if (!found?.isFile) return null;
      return new Promise<File>((resolve, reject) => (found as FileSystemFileEntry).file(resolve, reject));
    },
  };
  return folder(entry.name, true, lookup, (signaturePath) => droppedModel(entry, { signaturePath }));
}

/** The files of a chosen folder, of which browsers may leave some out. */
export function listedFolder(files: readonly File[]): ChosenModel {
  const byPath = new Map(files.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), file]));
  const name = files[0]?.webkitRelativePath.split('/')[0] ?? 'model';
  const lookup: Lookup = {
    topNames: async () => [...byPath.keys()].filter((path) => !path.includes('/')),
    file: async (path) => byPath.get(path) ?? null,
  };
  return folder(name, false, lookup, (signaturePath) => fileListModel(files, { signaturePath }));
}

/** A model that is one file. */
export function singleFile(file: File): ChosenModel {
  return {
    ...{ name: file.name, isFolder: false, isComplete: true },
    signatures: async () => [],
    topFile: async () => null,
    model: () => blobModel(file),
  };
}

/** A file that is not there, or is a folder, is none; other failures say why the folder cannot be read. */
function orNone(error: unknown): null {
  const { name } = error as DOMException;
  if (name === 'NotFoundError' || name === 'TypeMismatchError') return null;
  throw error;
}
