import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** Sources that tests run in processes of their own, without a build: Node removes the types and nothing else. */
const readDirectly = [
  'spec/src/**/*.ts',
  'packages/{core,keys,native,x509}/src/**/*.ts',
  'packages/sources/src/http/**/*.ts',
];

it('sources that Node reads without a build have no `using` declaration, which Node 22 cannot parse', () => {
  const files = globSync(readDirectly, { cwd: root, exclude: (name) => /\.test\.ts$/.test(String(name)) });
  expect(files.length).toBeGreaterThan(100);
  const declared = /^[ \t]*(?:await )?using [\w$]+ =/m;
  expect(files.filter((file) => declared.test(readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
