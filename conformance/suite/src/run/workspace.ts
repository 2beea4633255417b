import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { readBoundedFile } from '../adapter/bounded-file.ts';
import { piecesOf } from '../vectors/content.ts';
import type { Content, NodePath, TreeNode, VectorModel } from '../vectors/vector.ts';

/** This system or its file system cannot represent the model of a vector, so there is nothing to judge. */
export class HostCannot extends Error {}

/**
 * Writes the model of a vector, and the entries around it, into an empty directory.
 * @returns the path that the program gets
 * @throws {HostCannot}
 */
export function writeModel(model: VectorModel, directory: string): string {
  const root = path.join(directory, model.name);
  if ('content' in model) writeFile(Buffer.from(root), model.content);
  else {
    mkdirSync(root, { recursive: true });
    for (const node of model.tree) writeNode(root, node);
  }
  for (const node of model.around ?? []) writeNode(directory, node);
  return `${directory}/${model.path ?? model.name}`;
}

/** Puts a bundle into the workspace. */
export function placeBundle(bundle: Buffer, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, bundle);
}

/** Copies a signature file, a policy or a key to where the program gets it. */
export function placeFile(source: string, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(source, target);
}

/** The bytes of a file that a program made, or why they cannot be read. */
export function producedIn(file: string): Buffer | string {
  try {
    return readBoundedFile(file);
  } catch (error) {
    return (error as Error).message;
  }
}

function writeNode(root: string, node: TreeNode): void {
  const at = locate(root, node);
  const parent = at.subarray(0, at.lastIndexOf(0x2f));
  try {
    mkdirSync(parent, { recursive: true });
    switch (node.kind) {
      case 'file':
        writeFile(at, node.content);
        break;
      case 'dir':
        mkdirSync(at, { recursive: true });
        break;
      case 'symlink':
        symlinkSync(node.target, at);
        break;
      case 'fifo':
        makeFifo(at);
        break;
    }
  } catch (cause) {
    throw hostCannot(cause);
  }
}

function locate(root: string, node: NodePath): Buffer {
  const name = 'path' in node ? Buffer.from(node.path) : Buffer.from(node.pathHex, 'hex');
  return Buffer.concat([Buffer.from(`${root}/`), name]);
}

/** Writes exclusively, so that a file system that treats two names as equal does not merge two files. */
function writeFile(at: Buffer, content: Content): void {
  const descriptor = openSync(at, 'wx');
  try {
    if ('sparse' in content) ftruncateSync(descriptor, content.sparse.length);
    else for (const piece of piecesOf(content)) writeSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

function makeFifo(at: Buffer): void {
  // Node has no function for it.
  const { status, error } = spawnSync('mkfifo', ['--', at.toString()], { stdio: 'ignore' });
  if (error || status !== 0) throw new HostCannot('this system makes no FIFOs');
}

const hostFaults: Readonly<Record<string, string>> = {
  EEXIST: 'two of its names are one here',
  EILSEQ: 'a name of its is refused here',
  EINVAL: 'a name of its is refused here',
  ENOENT: 'a name of its is refused here',
  EPERM: 'links are not allowed here',
  ENAMETOOLONG: 'a name of its is too long here',
};

function hostCannot(cause: unknown): unknown {
  if (cause instanceof HostCannot) return cause;
  const fault = hostFaults[(cause as NodeJS.ErrnoException).code ?? ''];
  return fault === undefined ? cause : new HostCannot(`this file system cannot hold the model: ${fault}`, { cause });
}
