import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, fileOf } from './documents/blocks.ts';
import { root, workplace } from './workplace.ts';

export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The blocks of the page for those who add an implementation. */
export const blocks = blocksOf('docs/add-your-implementation.md');

/** The folder of a reader who follows that page: its files, a program to claim something about, and the suite as npx would find it. */
export function readersFolder() {
  const { folder, env } = workplace();
  const file = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  for (const block of blocks) {
    const name = fileOf(block);
    if (name !== null) file(name, `${block.text}\n`);
  }
  chmodSync(path.join(folder, 'adapter'), 0o755);
  mkdirSync(path.join(folder, 'dist'));
  file('dist/your-program', 'a program');
  const suite = path.join(root, 'conformance/suite/bin/oms-conformance.js');
  file('bin/npx', `#!/bin/sh\nshift\nexec '${process.execPath}' '${suite}' "$@"\n`);
  chmodSync(path.join(folder, 'bin/npx'), 0o755);
  return { folder, env };
}
