import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';

/** A directory with a path of about 3000 characters below another one. */
function deepBelow(root: string): string {
  const deep = path.join(root, ...Array<string>(12).fill('d'.repeat(240)));
  mkdirSync(deep, { recursive: true });
  return deep;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i).padStart(5, '0'));

/** Lists a model in a process with little memory, and returns the code of its refusal, or what it listed. V8 would end the process. */
function listInLittleMemory(root: string, options: object, listing: object): string {
  const script = path.join(temporaryDirectory(), 'list.mjs');
  const module = new URL('./local-model.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { localModel } from ${JSON.stringify(module)};
     const [root, options, { ignored, ...rest }] = process.argv.slice(2).map((text, i) => (i === 0 ? text : JSON.parse(text)));
     const excludes = (name) => name === ignored;
     try {
       const listing = await localModel(root, options).list({ excludes, sizes: false, followSymlinks: false, warn() {}, ...rest });
       const { complete } = await listing.findExcludedCode();
       await listing.confirm();
       console.log(listing.files.length, listing.unusable.length, complete, listing.unusable.at(-1)?.error.code);
     } catch (error) {
       console.log(error.code);
     }`,
  );
  const flags = ['--conditions=@model-signing/source', '--max-old-space-size=32'];
  const args = [...flags, script, root, JSON.stringify(options), JSON.stringify(listing)];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trimEnd();
}

it('links whose real paths are long end in an error that names the memory, before they exhaust it', () => {
  const root = realpathSync(temporaryDirectory());
  writeFileSync(path.join(deepBelow(root), 'f'), '');
  symlinkSync(path.relative(root, deepBelow(root)), path.join(root, 'D'));
  for (const name of numbers(8_000)) symlinkSync('D/f', path.join(root, name));
  expect(listInLittleMemory(root, {}, { followSymlinks: true })).toBe('model/out-of-memory');
});

it.each([true, false])(
  'links into the cache of a hub with long texts end in an error that names the memory, taken (%s) or not',
  (hubCache) => {
    const repository = temporaryDirectory();
    const root = path.join(repository, 'snapshots/r');
    for (const directory of [path.join(repository, 'blobs'), root]) mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(repository, 'blobs/x'), '');
    const target = `../../blobs/${'./'.repeat(1900)}x`;
    for (const name of numbers(8_000)) symlinkSync(target, path.join(root, name));
    expect(listInLittleMemory(root, { hubCache }, {})).toBe('model/out-of-memory');
  },
);

it('many refused entries are listed in little memory, since their errors are made when they are asked for', () => {
  const root = temporaryDirectory();
  for (const name of numbers(20_000)) symlinkSync('a', path.join(root, name));
  expect(listInLittleMemory(root, {}, {})).toBe('0 20000 true model/symlink');
});

it('many directories below a long path are listed in little memory, since the path is not kept for each', () => {
  const root = deepBelow(temporaryDirectory());
  for (const name of numbers(8_000)) mkdirSync(path.join(root, name));
  expect(listInLittleMemory(root, {}, {})).toBe('0 0 true undefined');
});

it('the search of an ignored directory gives up before long names exhaust the memory', () => {
  const root = temporaryDirectory();
  const deep = deepBelow(path.join(root, 'ignored'));
  for (const name of numbers(8_000)) mkdirSync(path.join(deep, name));
  expect(listInLittleMemory(root, {}, { ignored: 'ignored' })).toBe('0 0 false undefined');
});
