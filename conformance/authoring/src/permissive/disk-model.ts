import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { NodePath, TreeNode, VectorModel } from '../../../suite/src/vectors/vector.ts';

/** A model on disk as the oracle takes it, with everything else in its workspace. */
export interface DiskModel {
  readonly model: VectorModel;
  /** A path relative to the workspace. */
  readonly inWorkspace: (path: string) => string;
}

/** The directories that the suite makes for one case: the workspace is inside that of the case. */
const workspacePattern = /^(.*\/case-[^/]+\/[^/]+)\/(.*)$/s;

/** Reads the workspace of a model into memory. */
export function readDiskModel(modelPath: string): DiskModel {
  const [, workspace, path] = workspacePattern.exec(modelPath) ?? [];
  if (workspace === undefined || path === undefined) throw new Error(`${modelPath} is in no workspace of the suite`);
  const name = path.split('/').find((component) => component !== '' && component !== '.') ?? '';
  const model: VectorModel = { name, path, tree: [], around: [...nodesBelow(Buffer.from(workspace), Buffer.of())] };
  return {
    model,
    inWorkspace: (at) => (at.startsWith(`${workspace}/`) ? at.slice(workspace.length + 1) : at),
  };
}

const SLASH = Buffer.from('/');

function* nodesBelow(directory: Buffer, prefix: Buffer): Generator<TreeNode> {
  for (const name of readdirSync(directory, { encoding: 'buffer' })) {
    const at = Buffer.concat([directory, SLASH, name]);
    const path = prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]);
    const stat = lstatSync(at);
    if (stat.isDirectory()) {
      yield { ...nodePath(path), kind: 'dir' };
      yield* nodesBelow(at, path);
    } else if (stat.isSymbolicLink()) yield { ...nodePath(path), kind: 'symlink', target: readlinkSync(at) };
    else if (stat.isFile()) yield { ...nodePath(path), kind: 'file', content: { hex: readFileSync(at, 'hex') } };
    else yield { ...nodePath(path), kind: 'fifo' };
  }
}

function nodePath(path: Buffer): NodePath {
  const text = path.toString();
  return Buffer.from(text).equals(path) ? { path: text } : { pathHex: path.toString('hex') };
}
