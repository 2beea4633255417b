// `npm run single`: makes the command a program in one file for this machine, tries it, and says how large it is and how fast it
// starts beside the command of the npm package; `-- --write` puts that into the guide, and `-- --archive FOLDER` makes what a release has of it.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { megabytes, writePart } from '../generated-part.ts';
import { installNode, nodeIn, pinnedNode } from '../node-packages.ts';
import { setOutput } from '../release/sums.ts';
import { writeArchive } from './archive.ts';
import { type BuiltProgram, buildProgram } from './build.ts';
import { tryProgram } from './try.ts';

const root = path.resolve(import.meta.dirname, '../..');
const guide = path.join(root, 'docs/guide/single-file.md');

const RUNS = 15;

/** Milliseconds until a program has printed its version: the fastest of several runs, which other programs disturbed least. */
function start(program: string, args: readonly string[]): number {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    const { status } = spawnSync(program, [...args, '--version'], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${program} failed`);
    return performance.now() - begun;
  });
  return Math.min(...times);
}

function table({ file }: BuiltProgram): string {
  const node = installNode(pinnedNode());
  const command = path.join(root, 'packages/cli/bin/model-signing.js');
  const program = node === null ? process.execPath : nodeIn(node);
  const bytes = readFileSync(file);
  const rows = [
    ['one file', megabytes(bytes.length), megabytes(gzipSync(bytes).length), start(file, [])],
    ['npm package, with the Node.js that runs it', megabytes(statSync(program).size), '–', start(program, [command])],
  ] as const;
  const lines = rows.map(([what, size, packed, time]) => `| ${what} | ${size} | ${packed} | ${time.toFixed(0)} ms |`);
  return ['| form | on the disk | to download | `--version` takes |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

try {
  const { values } = parseArgs({ options: { write: { type: 'boolean' }, archive: { type: 'string' } } });
  const begun = performance.now();
  const built = await buildProgram(path.join(root, '.cache/single'));
  const { size } = statSync(built.file);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${path.relative('', built.file)}: ${megabytes(size)}, built in ${seconds} s`);
  tryProgram(built, (text) => console.log(text));
  if (values.archive !== undefined)
    setOutput(`${process.platform}-${process.arch}`, writeArchive(built, path.resolve(values.archive)));
  if (values.write) writePart(guide, 'npm run single -- --write', table(built));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
