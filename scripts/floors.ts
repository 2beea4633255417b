// Runs the tests of the packages on the oldest supported versions of Node. The command and the action, whose tests start a process each,
// are run on the oldest of all; `--all` runs them on each version.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installNode, nodeIn } from './node-packages.ts';

const { all } = parseArgs({ options: { all: { type: 'boolean', default: false } } }).values;

const floors = [
  { version: '22.22.2', withPrograms: true },
  { version: '24.15.0', withPrograms: all },
];

const root = path.resolve(import.meta.dirname, '..');

const programs = ['packages/cli', 'action'];
const libraries = readdirSync(path.join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .filter((name) => !programs.includes(name));

function test({ version, withPrograms }: (typeof floors)[number]): boolean {
  const folder = installNode(version);
  if (folder === null) {
    console.log(`skipped: no Node ${version} for ${process.platform}-${process.arch} in the registry`);
    return !process.env.CI;
  }
  console.log(`\nNode ${version}${withPrograms ? '' : ': the libraries; with --all, the command as well'}`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const folders = ['spec/src', ...libraries, ...(withPrograms ? programs : [])].map((name) => `${name}/`);
  const args = [vitest, 'run', '--project', 'unit', ...folders, '--reporter=dot'];
  return spawnSync(nodeIn(folder), args, { cwd: root, stdio: 'inherit' }).status === 0;
}

process.exitCode = floors.map(test).every(Boolean) ? 0 : 1;
