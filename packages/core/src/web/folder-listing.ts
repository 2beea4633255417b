import { OmsError } from '../format/errors.ts';
import { MAX_NAME_LENGTH, nameProblem } from '../format/names.ts';
import { quote } from '../format/text.ts';
import type { Listing, ListOptions, ModelFile, UnusableEntry } from '../model.ts';
import { blobFile } from './blob-content.ts';
import { findExcludedCode, type LeftOut } from './excluded-code.ts';
import type { Folder, FolderEntry } from './folder.ts';
import { isReadError, isSameState, unreadableHere } from './read-failure.ts';
import { Yielder } from './yielder.ts';

export interface FolderOptions {
  /** Whether the browser shows all files of the folder. */
  readonly complete: boolean;
  /** The canonical name of the signature file, if it is in the model. */
  readonly signatureName: string | null;
}

/** The most files and directories of a model (OMS-LIMIT-4). */
const MAX_ENTRIES = 2_000_000;

/** Files whose size is looked up at the same time. */
const LOOKUPS = 64;

/**
 * Lists a folder with everything below it.
 * @throws {OmsError} `model/unreadable` if the folder itself cannot be read, `model/too-many-files`
 */
export async function listFolder(root: Folder, options: FolderOptions, listOptions: ListOptions): Promise<Listing> {
  const walk = new FolderWalk(root, options, listOptions);
  await walk.run();
  const { excluded, unusable, leftOut } = walk;
  return {
    singleFile: false,
    files: walk.files,
    complete: options.complete && !walk.isBlind,
    excluded,
    unusable,
    externalLinks: [],
    signatureName: options.signatureName,
    findExcludedCode: () => findExcludedCode(leftOut, listOptions.signal),
    async confirm() {
      const again = new FolderWalk(root, options, listOptions);
      await again.run();
      confirmSame(walk, again);
    },
  };
}

class FolderWalk {
  readonly files: ModelFile[] = [];
  readonly excluded: string[] = [];
  readonly unusable: UnusableEntry[] = [];
  /** What was left out, to be searched. */
  readonly leftOut: LeftOut[] = [];
  readonly found = new Map<string, Blob>();
  /** Whether there are entries that the browser does not name, so that others may be hidden behind them. */
  isBlind = false;

  readonly #root: Folder;
  readonly #options: FolderOptions;
  readonly #listOptions: ListOptions;
  readonly #yielder: Yielder;
  #entries = 0;

  constructor(root: Folder, options: FolderOptions, listOptions: ListOptions) {
    this.#root = root;
    this.#options = options;
    this.#listOptions = listOptions;
    this.#yielder = new Yielder(listOptions.signal);
  }

  async run(): Promise<void> {
    const waiting: [prefix: string, folder: Folder][] = [['', this.#root]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [prefix, folder] = next;
      const files: [name: string, entry: FolderEntry & { file(): Promise<Blob> }][] = [];
      for (const entry of await this.#entriesOf(folder, prefix)) {
        const name = prefix + entry.name;
        if (!this.#isUsable(entry, prefix) || this.#isExcluded(entry, name)) continue;
        if ('folder' in entry) waiting.push([`${name}/`, entry.folder]);
        else files.push([name, entry]);
      }
      for (let at = 0; at < files.length; at += LOOKUPS) {
        await Promise.all(files.slice(at, at + LOOKUPS).map(([name, entry]) => this.#takeFile(name, entry)));
        this.#listOptions.signal?.throwIfAborted();
      }
      if (this.#yielder.shouldYield) await this.#yielder.yieldNow();
    }
  }

  async #entriesOf(folder: Folder, prefix: string): Promise<readonly FolderEntry[]> {
    try {
      const entries = await folder.entries();
      this.#entries += entries.length;
      if (this.#entries <= MAX_ENTRIES) return entries;
    } catch (error) {
      if (!isReadError(error)) throw error;
      const unreadable = unreadableHere('directory', prefix || '.', error);
      if (prefix === '') throw unreadable;
      this.unusable.push({ name: prefix.slice(0, -1), error: unreadable });
      return [];
    }
    throw new OmsError('model/too-many-files', `the model has more than ${MAX_ENTRIES} entries`);
  }

  /** A browser gives a name that is not Unicode as an empty one, or with other characters. */
  #isUsable({ name }: FolderEntry, prefix: string): boolean {
    const isOneName = !name.includes('/') && (nameProblem(name) === null || name.length > MAX_NAME_LENGTH);
    if (isOneName && name.isWellFormed()) return true;
    this.isBlind = true;
    const shown = name === '' ? 'a file without a name that the browser can show' : `the file ${quote(prefix + name)}`;
    const message = `${shown}, in ${quote(prefix || '.')}, has a name that is not valid UTF-8: rename it`;
    this.unusable.push({ name: `${prefix}${name || '\ufffd'}`, error: new OmsError('model/name-not-utf8', message) });
    return false;
  }

  #isExcluded(entry: FolderEntry, name: string): boolean {
    const isFolder = 'folder' in entry;
    const isSignature = !isFolder && name === this.#options.signatureName;
    if (!isSignature && !this.#listOptions.excludes(name, () => isFolder)) return false;
    this.excluded.push(isFolder ? `${name}/` : name);
    if (!isSignature) this.leftOut.push({ name, entry });
    return true;
  }

  async #takeFile(name: string, entry: { file(): Promise<Blob> }): Promise<void> {
    let blob: Blob;
    try {
      blob = await entry.file();
    } catch (error) {
      if (!isReadError(error)) throw error;
      this.unusable.push({ name, error: unreadableHere('file', name, error) });
      return;
    }
    this.found.set(name, blob);
    this.files.push(blobFile(name, { blob, again: () => entry.file() }));
  }
}

/** @throws {OmsError} `model/changed` if a file was added, removed or changed between two looks at a folder */
function confirmSame(before: FolderWalk, after: FolderWalk): void {
  const changed = [...before.found].find(([name, blob]) => {
    const now = after.found.get(name);
    return !now || !isSameState(blob, now);
  });
  const added = after.files.find(({ name }) => !before.found.has(name));
  const name = changed?.[0] ?? added?.name;
  if (name !== undefined) {
    const message = `the file ${quote(name)} was changed, replaced or removed while the model was read`;
    throw new OmsError('model/changed', message);
  }
  const sameOthers =
    before.unusable.length === after.unusable.length && before.excluded.length === after.excluded.length;
  if (!sameOthers) throw new OmsError('model/changed', 'the model was changed while it was read');
}
