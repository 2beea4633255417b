import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const suite = path.resolve(import.meta.dirname, '..');
const root = path.resolve(suite, '../..');

/** The names of our packages but the specification, which is all that the suite may know. */
const forbidden = readdirSync(path.join(root, 'packages')).map((name) => `@model-signing/${name}`);

it('imports nothing of ours but the specification', () => {
  const sources = ['src', 'adapters']
    .flatMap((directory) => readdirSync(path.join(suite, directory), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(?:ts|js|mjs|cjs)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  expect(sources.length).toBeGreaterThan(50);
  const breaches = sources.flatMap((source) =>
    importsOf(readFileSync(source, 'utf8'))
      .filter((name) => isOurs(name) || leaves(source, name))
      .map((name) => `${path.relative(suite, source)} imports ${name}`),
  );
  expect(breaches).toEqual([]);
});

it('depends on nothing of ours but the specification', () => {
  const {
    dependencies = {},
    devDependencies = {},
    peerDependencies = {},
    optionalDependencies = {},
  } = JSON.parse(readFileSync(path.join(suite, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies });
  expect(names.filter((name) => name.startsWith('@model-signing/'))).toEqual(['@model-signing/spec']);
});

it('finds imports in each form that there is', () => {
  const text = [
    `import a from '@x/a';`,
    `export { b } from "@x/b";`,
    `await import('@x/c')`,
    `require("@x/d")`,
    `import '@x/e'`,
  ];
  expect(importsOf(text.join('\n')).sort()).toEqual(['@x/a', '@x/b', '@x/c', '@x/d', '@x/e']);
});

function importsOf(source: string): string[] {
  const forms = [
    /\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(?\s*['"]([^'"]+)['"]/g,
    /\brequire\s*\(\s*['"]([^'"]+)['"]/g,
  ];
  return [...new Set(forms.flatMap((form) => [...source.matchAll(form)].map(([, name]) => name as string)))];
}

function isOurs(name: string): boolean {
  return forbidden.some((each) => name === each || name.startsWith(`${each}/`));
}

/** Whether a relative import leads out of the suite. */
function leaves(source: string, name: string): boolean {
  if (!name.startsWith('.')) return false;
  const target = path.relative(suite, path.resolve(path.dirname(source), name));
  return target.startsWith('..') && !target.startsWith(path.join('..', '..', 'spec'));
}
