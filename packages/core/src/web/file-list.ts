import type { Folder, FolderEntry } from './folder.ts';

/** The folders and files of a list, by name. */
type Tree = Map<string, Tree | File>;

/** What a list of files is: a folder that was chosen, or files that were chosen beside each other. */
export interface ListedFiles {
  /** The name of the folder; null for files without one. */
  readonly name: string | null;
  readonly folder: Folder;
}

/**
 * Puts a list of files together as a folder, by the paths that a browser gives them.
 * @throws {TypeError} if the paths are not those of one folder, or what is in the list is no file
 */
export function folderOfFiles(files: Iterable<File>): ListedFiles {
  const tree: Tree = new Map();
  const names = new Set<string>();
  let isFolder = false;
  for (const file of files) {
    if (typeof Object(file).arrayBuffer !== 'function') throw new TypeError('the files must be a list of File');
    const { webkitRelativePath: path } = file as File & { readonly webkitRelativePath?: string };
    const [first, ...below] = path ? path.split('/') : [''];
    isFolder ||= below.length > 0;
    names.add(first as string);
    if (names.size > 1) throw new TypeError('the files must be those of one folder');
    insert(tree, below.length > 0 ? below : [file.name], file);
  }
  const [name = ''] = names;
  return { name: isFolder ? name : null, folder: folderOfTree(tree) };
}

function insert(tree: Tree, path: readonly string[], file: File): void {
  let at = tree;
  for (const name of path.slice(0, -1)) {
    const below = at.get(name) ?? new Map();
    if (!(below instanceof Map)) throw twice(name);
    at.set(name, below);
    at = below;
  }
  const name = path.at(-1) as string;
  if (at.has(name)) throw twice(name);
  at.set(name, file);
}

function twice(name: string): TypeError {
  return new TypeError(`two of the files have the same path: ${JSON.stringify(name)}`);
}

function folderOfTree(tree: Tree): Folder {
  const entries = Array.from(tree, ([name, found]): FolderEntry => {
    return found instanceof Map ? { name, folder: folderOfTree(found) } : { name, file: async () => found };
  });
  return { entries: async () => entries };
}
