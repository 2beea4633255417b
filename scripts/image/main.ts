// `npm run image`: makes the container image in .cache/image and says how large it is. `-- --test` tries it, `-- --write` puts the sizes
// into the guide, `-- --update` records the newest packages of Debian first; `-- --tarballs FOLDER --output FOLDER` makes it of a release, `--engines`
// refuses to do without a native engine, and `--files FOLDER` makes what a release has of it.
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes, writePart } from '../generated-part.ts';
import { setOutput, writeSums } from '../release/sums.ts';
import { type BuiltImage, buildImage } from './build.ts';
import { tryInRegistry } from './try.ts';
import { updateRecord } from './update.ts';

const root = path.resolve(import.meta.dirname, '../..');

function table({ images }: BuiltImage): string {
  const rows = images.map(({ architecture, layers, unpackedSize }) => {
    const sizes = layers.map(({ size }) => size);
    const cells = [`linux/${architecture}`, ...sizes.map(megabytes)];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return `| ${[...cells, megabytes(total), megabytes(unpackedSize)].join(' | ')} |`;
  });
  const head = [
    '| Platform | libraries | Node.js | the command | to download | unpacked |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return [...head, ...rows].join('\n');
}

/** The index as registries serve it and the bill, with the list of their digests. @returns the digest of the list */
function writeFiles({ indexFile, billFile }: BuiltImage, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const each of [indexFile, billFile]) copyFileSync(each, path.join(folder, path.basename(each)));
  return writeSums(folder);
}

try {
  const { values } = parseArgs({
    options: {
      test: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
      files: { type: 'string' },
      engines: { type: 'boolean', default: false },
      tarballs: { type: 'string' },
      output: { type: 'string', default: path.join(root, '.cache/image/made') },
    },
  });
  if (values.update) console.log(`${updateRecord()} packages of Debian recorded`);
  const begun = performance.now();
  const { tarballs } = values;
  const options = { root, tarballs: tarballs === undefined ? null : path.resolve(tarballs) };
  const image = await buildImage({ ...options, output: path.resolve(values.output) });
  console.log(`${path.relative('', image.layout)}: made in ${Math.round((performance.now() - begun) / 1000)} s`);
  console.log(`${table(image)}\n${image.index.digest}`);
  const without = image.contents.find(({ hasEngine }) => !hasEngine);
  if (values.engines && without) throw new Error(`there is no engine for ${without.platform.engine.name}`);
  if (values.files !== undefined) setOutput('sums', writeFiles(image, path.resolve(values.files)));
  if (values.test) {
    const again = await buildImage({ ...options, output: path.resolve(`${values.output}-again`) });
    if (again.index.digest !== image.index.digest) throw new Error(`made again, it is ${again.index.digest}`);
    console.log('made again: the same bytes');
    await tryInRegistry(image, console.log);
  }
  if (values.write) writePart(path.join(root, 'docs/guide/container.md'), 'npm run image -- --write', table(image));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
