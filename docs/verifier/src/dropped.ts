// What a user dropped, sorted into the model and its signatures.
import { type ChosenModel, entryFolder, handleFolder, singleFile } from './chosen-model.ts';
import { isSignatureName } from './find-signature.ts';
import { Problem } from './problem.ts';

export interface Dropped {
  readonly model: ChosenModel | null;
  readonly signatures: readonly File[];
}

/** What a browser gives of one dropped item. All of it has to be asked for while the event is handled. */
interface Item {
  readonly handle: Promise<FileSystemHandle | null> | undefined;
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
}

interface WithHandle {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Takes what was dropped, while the event is handled. */
export function itemsOf(transfer: DataTransfer): readonly Item[] {
  return [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({
      handle: (item as WithHandle).getAsFileSystemHandle?.(),
      entry: item.webkitGetAsEntry(),
      file: item.getAsFile(),
    }));
}

/** @throws {Problem} for several models */
export async function sortDropped(items: readonly Item[]): Promise<Dropped> {
  const folders: ChosenModel[] = [];
  const files: File[] = [];
  for (const item of items) {
    const found = await folderOf(item);
    if (found) folders.push(found);
    else if (item.file) files.push(item.file);
  }
  if (folders.length > 1) throw new Problem('Drop one folder: a signature covers one model.');
  const signatures = files.filter(({ name }) => folders.length > 0 || isSignatureName(name));
  const [only, ...others] = files.filter((file) => !signatures.includes(file));
  if (others.length > 0) throw new Problem('Drop the folder with the files: a model of several files is a folder.');
  return { model: folders[0] ?? (only ? singleFile(only) : null), signatures };
}

/** The folder of an item; null for a file. */
async function folderOf({ handle, entry }: Item): Promise<ChosenModel | null> {
  if (!entry?.isDirectory) return null;
  const folder = entryFolder(entry as FileSystemDirectoryEntry);
  try {
    await folder.topFile('model.sig');
    return folder;
  } catch (error) {
    // Chromium reads no entries in a page that was opened as a file.
    const found = await handle?.catch(() => null);
    if (found?.kind !== 'directory') throw error;
    return handleFolder(found as FileSystemDirectoryHandle);
  }
}
