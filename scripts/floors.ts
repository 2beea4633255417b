// Runs the tests of the packages on the oldest supported versions of Node.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installNode, nodeIn } from './node-packages.ts';

const floors = ['22.22.2', '24.15.0'];

const root = path.resolve(import.meta.dirname, '..');

function test(version: string): boolean {
  const folder = installNode(version);
  if (folder === null) {
    console.log(`skipped: no Node ${version} for ${process.platform}-${process.arch} in the registry`);
    return !process.env.CI;
  }
  console.log(`\nNode ${version}`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', 'spec/src', 'packages', 'action', '--reporter=dot'];
  return spawnSync(nodeIn(folder), args, { cwd: root, stdio: 'inherit' }).status === 0;
}

process.exitCode = floors.map(test).every(Boolean) ? 0 : 1;
