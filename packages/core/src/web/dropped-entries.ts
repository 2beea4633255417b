import type { Folder, FolderEntry } from './folder.ts';

/** A `FileSystemEntry`, as `webkitGetAsEntry()` of a dropped item gives it. */
export interface DroppedEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

/** A `FileSystemFileEntry`. */
interface DroppedFile extends DroppedEntry {
  file(found: (file: File) => void, failed: (error: Error) => void): void;
}

/** A `FileSystemDirectoryEntry`. */
interface DroppedDirectory extends DroppedEntry {
  createReader(): {
    readEntries(found: (entries: readonly DroppedEntry[]) => void, failed: (error: Error) => void): void;
  };
}

/** The file behind an entry, as it is now. */
export function fileOfEntry(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as DroppedFile).file(resolve, reject));
}

/** The folder behind an entry. */
export function folderOfEntry(entry: DroppedEntry): Folder {
  return {
    async entries() {
      const reader = (entry as DroppedDirectory).createReader();
      const entries: FolderEntry[] = [];
      // A reader gives a hundred entries at a time, and none at the end.
      for (;;) {
        const portion = await new Promise<readonly DroppedEntry[]>((resolve, reject) => {
          reader.readEntries(resolve, reject);
        });
        if (portion.length === 0) return entries;
        for (const one of portion) entries.push(folderEntryOf(one));
      }
    },
  };
}

function folderEntryOf(entry: DroppedEntry): FolderEntry {
  const { name } = entry;
  return entry.isDirectory ? { name, folder: folderOfEntry(entry) } : { name, file: () => fileOfEntry(entry) };
}
