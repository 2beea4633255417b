import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DRAFT_VECTORS_DIRECTORY, VECTORS_DIRECTORY } from '../../../suite/src/vectors/load.ts';
import { compile } from './compile.ts';
import { draftVectorFiles, vectorFiles } from './generate.ts';
import { accept, directory, type Recipe, reject, variant } from './recipe.ts';

it.each([
  ['the format', VECTORS_DIRECTORY, vectorFiles],
  ['the draft', DRAFT_VECTORS_DIRECTORY, draftVectorFiles],
])('The recipes make the committed vectors of %s, byte for byte', (_what, folder, made) => {
  const files = made();
  const committed = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  expect([...files.keys()].sort()).toEqual(committed.sort());
  const other = [...files].filter(([name, bytes]) => !readFileSync(path.join(folder, name)).equals(bytes));
  expect(other.map(([name]) => name)).toEqual([]);
});

const plain: Recipe = {
  id: 'bundle_a',
  kind: 'verify',
  title: 'a',
  requirements: ['OMS-CONF-2'],
  model: directory({ a: 'a' }),
  expect: accept(),
};

it('The compiler refuses a fault that changes nothing', () => {
  const fault = variant(
    'bundle_a',
    'bundle_b',
    'b',
    ['OMS-BUNDLE-6'],
    { forge: { bundle: () => {} } },
    reject(['bundle']),
  );
  expect(() => compile([plain, fault])).toThrow('bundle_b does not differ from bundle_a');
});

it('The compiler refuses two recipes with one id, and a recipe whose control does not exist', () => {
  expect(() => compile([plain, plain])).toThrow('two recipes have one id');
  expect(() => compile([{ ...plain, from: 'bundle_x' }])).toThrow('bundle_a comes from bundle_x, which does not exist');
});
