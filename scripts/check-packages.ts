// Packs every package that is published and lets publint and attw judge the tarball.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const published = ['spec', 'packages/x509', 'packages/core', 'packages/cli'];

function run(directory: string, command: string, ...args: string[]): boolean {
  const { status } = spawnSync(command, args, {
    cwd: path.join(root, directory),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

let ok = true;
for (const directory of published) {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, directory, 'package.json'), 'utf8'));
  console.log(`\n${name}`);
  ok = run(directory, 'publint', '--strict') && ok;
  // A package without an entry point is a command; there are no types to judge.
  if (exports?.['.']) ok = run(directory, 'attw', '--pack', '.', '--profile', 'esm-only', '--quiet') && ok;
}
process.exitCode = ok ? 0 : 1;
