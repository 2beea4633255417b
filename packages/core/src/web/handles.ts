import type { Folder, FolderEntry } from './folder.ts';

/** A `FileSystemHandle`. */
interface AnyHandle {
  readonly kind: 'file' | 'directory';
  readonly name: string;
}

/** A `FileSystemDirectoryHandle`, as `showDirectoryPicker()` and the private file system of an origin give it. */
export interface DirectoryHandle extends AnyHandle {
  values(): AsyncIterable<AnyHandle>;
}

interface FileHandle extends AnyHandle {
  getFile(): Promise<Blob>;
}

/** The folder behind a handle. */
export function folderOfHandle(handle: DirectoryHandle): Folder {
  return {
    async entries() {
      const entries: FolderEntry[] = [];
      for await (const entry of handle.values()) {
        const { name, kind } = entry;
        if (kind === 'directory') entries.push({ name, folder: folderOfHandle(entry as DirectoryHandle) });
        else entries.push({ name, file: () => (entry as FileHandle).getFile() });
      }
      return entries;
    },
  };
}
