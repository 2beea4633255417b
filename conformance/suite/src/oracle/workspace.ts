import type { Content, TreeNode, VectorModel } from '../vectors/vector.ts';

/** An entry of a file system in memory. Names are strings of bytes, since not every name is UTF-8. */
export type Entry =
  | { readonly kind: 'file'; readonly content: Content }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'fifo' }
  | Directory;

export interface Directory {
  readonly kind: 'dir';
  readonly entries: Map<string, Entry>;
}

/** The target of a path, and the directories on the way to it, the workspace first. */
export interface Place {
  readonly entry: Entry;
  readonly parents: readonly Directory[];
  /** The last component, as bytes. */
  readonly name: string;
}

export type Resolved = Place | 'missing' | 'outside' | 'loop';

export const bytesOfText = (text: string): string => Buffer.from(text).toString('latin1');

/** The text of a name in bytes, or null if it is not UTF-8. */
export function textOfBytes(bytes: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

/** The workspace that a vector's model describes. */
export function workspaceOf(model: VectorModel): Directory {
  const root = emptyDirectory();
  if ('content' in model) put(root, bytesOfText(model.name), { kind: 'file', content: model.content });
  else {
    put(root, bytesOfText(model.name), emptyDirectory());
    for (const node of model.tree) put(root, `${bytesOfText(model.name)}/${pathOf(node)}`, entryOf(node));
  }
  for (const node of model.around ?? []) put(root, pathOf(node), entryOf(node));
  return root;
}

function emptyDirectory(): Directory {
  return { kind: 'dir', entries: new Map() };
}

function pathOf(node: TreeNode): string {
  return 'path' in node ? bytesOfText(node.path) : Buffer.from(node.pathHex, 'hex').toString('latin1');
}

function entryOf(node: TreeNode): Entry {
  return node.kind === 'dir' ? emptyDirectory() : node;
}

/** Puts an entry at a path, with the directories above it. */
function put(root: Directory, path: string, entry: Entry): void {
  const components = path.split('/');
  const name = components.pop() as string;
  let directory = root;
  for (const component of components) {
    const next = directory.entries.get(component) ?? emptyDirectory();
    if (next.kind !== 'dir') throw new Error(`a node of the model lies below a ${next.kind}`);
    directory.entries.set(component, next);
    directory = next;
  }
  const before = directory.entries.get(name);
  if (!(entry.kind === 'dir' && before?.kind === 'dir')) directory.entries.set(name, entry);
}

const MAX_LINKS = 40;

/** Follows a path from a directory, through links; with `last` false, a link at its end is not followed. */
export function resolve(from: readonly Directory[], path: string, last = true, links = 0): Resolved {
  if (path.startsWith('/')) return 'outside';
  if (links > MAX_LINKS) return 'loop';
  let parents = from;
  const components = path.split('/').filter((component) => component !== '' && component !== '.');
  for (const [index, name] of components.entries()) {
    const directory = parents.at(-1) as Directory;
    if (name === '..') {
      if (parents.length === 1) return 'outside';
      parents = parents.slice(0, -1);
      continue;
    }
    const entry = directory.entries.get(name);
    if (!entry) return 'missing';
    const end = index === components.length - 1;
    if (end && (entry.kind !== 'symlink' || !last)) return { entry, parents, name };
    if (entry.kind === 'dir') parents = [...parents, entry];
    else if (entry.kind === 'symlink') {
      const target = resolve(parents, bytesOfText(entry.target), true, links + 1);
      if (typeof target === 'string') return target;
      if (end) return target;
      if (target.entry.kind !== 'dir') return 'missing';
      parents = [...target.parents, target.entry];
    } else return 'missing';
  }
  const directory = parents.at(-1) as Directory;
  return { entry: directory, parents: parents.slice(0, -1), name: '' };
}

/** Puts a file at a path, following links; does nothing if there is no such directory. */
export function putFile(workspace: Directory, path: string): void {
  const slash = path.lastIndexOf('/');
  const directory = resolve([workspace], bytesOfText(path.slice(0, Math.max(slash, 0))));
  if (typeof directory !== 'object' || directory.entry.kind !== 'dir') return;
  directory.entry.entries.set(bytesOfText(path.slice(slash + 1)), { kind: 'file', content: { utf8: '{}' } });
}
