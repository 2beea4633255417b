import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A model to write: the content of one file, or entries by path; the path of a directory ends in `/`. */
export type Tree = string | { readonly [name: string]: string | Link };

/** A symbolic link; the target is relative to the directory of the link. */
interface Link {
  readonly link: string;
}

/** A change to a signed model, after which no implementation may accept it. Paths are relative to the tree. */
export type Tampering =
  | { readonly flip: string }
  | { readonly add: string }
  | { readonly remove: string }
  | { readonly rename: readonly [from: string, to: string] };

/** Writes a tree at `root`; keeps other files there. */
export function writeTree(root: string, tree: Tree): void {
  if (typeof tree === 'string') write(root, tree);
  else for (const [name, entry] of Object.entries(tree)) writeEntry(path.join(root, name), entry);
}

/** An entry whose path ends in `/` is a directory. */
function writeEntry(at: string, entry: string | Link): void {
  if (typeof entry !== 'string') {
    mkdirSync(path.dirname(at), { recursive: true });
    symlinkSync(entry.link, at);
  } else if (at.endsWith('/')) mkdirSync(at, { recursive: true });
  else write(at, entry);
}

function write(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Copies a directory; links stay links. */
export function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Changes one thing in the tree at `root`. */
export function tamper(root: string, tampering: Tampering): void {
  if ('flip' in tampering) flipByte(path.join(root, tampering.flip));
  else if ('add' in tampering) write(path.join(root, tampering.add), 'not signed');
  else if ('remove' in tampering) rmSync(path.join(root, tampering.remove));
  else {
    const [from, to] = tampering.rename;
    copyTree(path.join(root, from), path.join(root, to));
    rmSync(path.join(root, from));
  }
}

/** Changes one bit in the middle of a file, and keeps its size. */
function flipByte(file: string): void {
  const content = readFileSync(file);
  const middle = Math.floor(content.length / 2);
  if (content.length === 0) throw new Error(`${file} has no byte to change`);
  content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
  writeFileSync(file, content);
}
