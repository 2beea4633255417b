import type { DroppedEntry } from '@model-signing/core/web';

/** A folder or file in memory, in the form in which a browser gives what was dropped. */
interface MemoryEntry extends DroppedEntry {
  file?(found: (file: File) => void): void;
  createReader?(): { readEntries(found: (entries: readonly MemoryEntry[]) => void): void };
}

/** The entry of a folder in memory, with these files by path, as if it had been dropped. */
export function droppedFolder(name: string, files: ReadonlyMap<string, File>): DroppedEntry {
  return folderOf(name, files);
}

function folderOf(name: string, files: ReadonlyMap<string, File>): MemoryEntry {
  const below = new Map<string, Map<string, File>>();
  const entries: MemoryEntry[] = [];
  for (const [path, file] of files) {
    const slash = path.indexOf('/');
    if (slash === -1) entries.push({ name: path, isFile: true, isDirectory: false, file: (found) => found(file) });
    else {
      const folder = path.slice(0, slash);
      below.set(folder, (below.get(folder) ?? new Map()).set(path.slice(slash + 1), file));
    }
  }
  for (const [folder, inside] of below) entries.push(folderOf(folder, inside));
  return { name, isFile: false, isDirectory: true, createReader: () => readerOf(entries) };
}

/** A browser gives a hundred entries at a time, and none at the end. */
function readerOf(entries: readonly MemoryEntry[]) {
  let at = 0;
  return {
    readEntries(found: (entries: readonly MemoryEntry[]) => void) {
      found(entries.slice(at, at + 100));
      at += 100;
    },
  };
}
