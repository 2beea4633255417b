import { aString, checkArgument, checkEach, someText } from '@model-signing/x509/options';
import { OmsError } from '../format/errors.ts';
import { nameProblem } from '../format/names.ts';
import { quote } from '../format/text.ts';
import type { Listing, Model } from '../model.ts';
import { blobFile } from './blob-content.ts';
import { type DroppedEntry, fileOfEntry, folderOfEntry } from './dropped-entries.ts';
import { folderOfFiles } from './file-list.ts';
import type { Folder } from './folder.ts';
import { listFolder } from './folder-listing.ts';
import { type DirectoryHandle, folderOfHandle } from './handles.ts';
import { isReadError, isSameState, unreadableHere } from './read-failure.ts';

export interface BrowserModelOptions {
  /** The name of the model. Default: that of the folder or file. */
  readonly name?: string | undefined;
  /**
   * The path of the signature file in the folder, with `/`, which is left out of the model (OMS-IGNORE-3). Default: the signature is
   * beside the model.
   */
  readonly signaturePath?: string | undefined;
}

const rules = { name: aString, signaturePath: someText };

/**
 * The folder behind a `FileSystemDirectoryHandle`. It is looked through again after it was read, so that a change is noticed by the
 * size or time of a file.
 *
 * A handle hides links, and files whose names the browser calls unsafe, such as `a:b` and `con`; so `complete` of the listing is false,
 * and verifying gives the verdict `partial` at best: the signed files are as they were signed, and others may have been added.
 * @example
 * const model = directoryHandleModel(await showDirectoryPicker(), { signaturePath: 'model.sig' });
 */
export function directoryHandleModel(handle: DirectoryHandle, options: BrowserModelOptions = {}): Model {
  if (typeof Object(handle).values !== 'function') throw new TypeError('the handle must be that of a directory');
  return folderModel(folderOfHandle(handle), handle.name, { ...checkEach(options, rules), complete: false });
}

/**
 * What was dropped on a page: one folder, or one file. Call `webkitGetAsEntry()` while the event is handled; later it returns null.
 * A folder is looked through again after it was read, so that a change is noticed by the size or time of a file.
 *
 * Browsers show no symbolic links, so that an added link is not noticed.
 * @example
 * element.ondrop = (event) => {
 *   const model = droppedModel(event.dataTransfer.items[0].webkitGetAsEntry());
 * };
 */
export function droppedModel(entry: DroppedEntry, options: BrowserModelOptions = {}): Model {
  if (typeof Object(entry).name !== 'string') throw new TypeError('what was dropped is neither a folder nor a file');
  const checked = checkEach(options, rules);
  if (entry.isDirectory) return folderModel(folderOfEntry(entry), entry.name, { ...checked, complete: true });
  return fileModel(entry.name, checked.name, () => fileOfEntry(entry));
}

/**
 * Files as `<input type="file" webkitdirectory>` gives them. Browsers leave files out of such a list without saying so, such as those
 * beside a link to their folder; so `complete` of the listing is false, and verifying gives the verdict `partial` at best: the signed
 * files are as they were signed, and others may have been added.
 * @throws {TypeError} if the files are not those of one folder
 * @example
 * const model = fileListModel(input.files, { signaturePath: 'model.sig' });
 */
export function fileListModel(files: ArrayLike<File> | Iterable<File>, options: BrowserModelOptions = {}): Model {
  const checked = checkEach(options, rules);
  // Of anything else, an empty list would be made.
  const isList = typeof Object(files).length === 'number' || typeof Object(files)[Symbol.iterator] === 'function';
  if (!isList) throw new TypeError('the files must be a list of File');
  const { name, folder } = folderOfFiles(Array.from(files));
  return folderModel(folder, name ?? 'model', { ...checked, complete: false });
}

/**
 * A model that is one file.
 * @example
 * const model = blobModel(input.files[0]);
 */
export function blobModel(file: File, options: Pick<BrowserModelOptions, 'name'> = {}): Model {
  if (typeof Object(file).arrayBuffer !== 'function') throw new TypeError('the file must be a File');
  const { name } = checkEach(options, { name: aString });
  return fileModel(file.name, name, async () => file);
}

function folderModel(
  folder: Folder,
  ownName: string,
  { name = ownName, signaturePath, complete }: BrowserModelOptions & { readonly complete: boolean },
): Model {
  const signatureName = signaturePath ?? null;
  const problem = signatureName === null ? null : nameProblem(signatureName);
  if (problem !== null) throw new TypeError(`the option signaturePath must be a path in the folder: ${problem}`);
  return {
    name: name || 'model',
    list: (listOptions) => listFolder(folder, { complete, signatureName }, listOptions),
  };
}

/** A model of one file, which is looked at again after it was read. */
function fileModel(fileName: string, name: string | undefined, look: () => Promise<Blob>): Model {
  checkArgument('the name of the file', fileName, someText);
  return {
    name: (name ?? fileName) || 'model',
    async list(): Promise<Listing> {
      const blob = await found(fileName, look);
      return {
        singleFile: true,
        files: [blobFile(fileName, { blob, again: look })],
        excluded: [],
        unusable: [],
        externalLinks: [],
        signatureName: null,
        async confirm() {
          if (isSameState(blob, await found(fileName, look))) return;
          const message = `the file ${quote(fileName)} was changed, replaced or removed while the model was read`;
          throw new OmsError('model/changed', message);
        },
      };
    },
  };
}

async function found(name: string, look: () => Promise<Blob>): Promise<Blob> {
  try {
    return await look();
  } catch (error) {
    throw isReadError(error) ? unreadableHere('file', name, error) : error;
  }
}
