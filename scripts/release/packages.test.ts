import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { publishedPackages } from './packages.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The library and the command. The specification and the suite have versions of their own. */
const together = publishedPackages(root).filter(({ directory }) => directory.startsWith(`packages${path.sep}`));

it('the packages of the library and the command are released in one version', () => {
  const { fixed } = JSON.parse(read('.changeset/config.json')) as { fixed: string[][] };
  expect(fixed.map((names) => names.toSorted())).toEqual([together.map(({ name }) => name).toSorted()]);
});

it('the rules for versions name each package', () => {
  const row = read('docs/versioning.md')
    .split('\n')
    .find((line) => line.startsWith('| **the library and the command**'));
  const named = [...(row ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => `@model-signing/${name}`);
  expect(named.toSorted()).toEqual(together.map(({ name }) => name).toSorted());
});

it('the table of the folders in the README has each published package', () => {
  const readme = read('README.md');
  const missing = together.filter(({ directory }) => !readme.includes(`](${directory.replaceAll(path.sep, '/')}/)`));
  expect(missing).toEqual([]);
});

it('each package that was never released is announced by a changeset', () => {
  const folder = path.join(root, '.changeset');
  const heads = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => read(path.join('.changeset', file)).split('\n---\n')[0]);
  const unreleased = publishedPackages(root).filter(({ version }) => version === '0.0.0');
  const silent = unreleased.filter(({ name }) => !heads.some((head) => head?.includes(`'${name}':`)));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
