import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, fileOf } from './documents/blocks.ts';
import { root, workplace } from './workplace.ts';

export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The blocks of the page for those who add an implementation. */
export const blocks = blocksOf('docs/add-your-implementation.md');

/** What a reader changes in the adapter of that page, for our command. */
const changes: readonly (readonly [placeholder: string, ours: string])[] = [
  ['"/absolute/path/to/your-program"', JSON.stringify(path.join(root, 'node_modules/.bin/model-signing'))],
  ['"YOUR VERSION"', '"1.0.0"'],
  // It ends with 3 for a key or a certificate that it cannot use.
  ['{0: 0, 1: 1, 2: 2}', '{0: 0, 1: 1, 2: 2, 3: 1}'],
];

function changed(adapter: string): string {
  return changes.reduce((text, [placeholder, ours]) => {
    const parts = text.split(placeholder);
    if (parts.length !== 2) throw new Error(`the adapter has ${parts.length - 1} times ${placeholder}`);
    return parts.join(ours);
  }, adapter);
}

/**
 * The folder of a reader who follows that page, with the clone beside it: its files, and a program to claim something about.
 * @param program whose the adapter is: our command, or none, as the page shows it
 */
export function readersFolder(program: 'ours' | 'none' = 'ours') {
  const { folder: around, env } = workplace();
  const folder = path.join(around, 'mine');
  mkdirSync(folder);
  symlinkSync(root, path.join(around, 'clone'));
  const file = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  for (const block of blocks) {
    const name = fileOf(block);
    const isOurs = name === 'adapter' && program === 'ours';
    if (name !== null) file(name, `${isOurs ? changed(block.text) : block.text}\n`);
  }
  chmodSync(path.join(folder, 'adapter'), 0o755);
  mkdirSync(path.join(folder, 'dist'));
  file('dist/your-program', 'a program');
  return { folder, env };
}
