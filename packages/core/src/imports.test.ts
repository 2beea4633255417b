import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const packages = path.resolve(import.meta.dirname, '../..');

/** Names that only Node has. */
const NODE_GLOBALS = new Set(['Buffer', 'NodeJS', 'process', 'global', 'setImmediate', '__dirname', '__filename']);

/** Members of `import.meta` that only Node has. */
const NODE_META = new Set(['dirname', 'filename', 'main']);

/** What depends on Node in a source: the modules of Node that it imports, the names that it uses, and files in `node/`. */
function usesOfNode(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2024, true);
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && isModuleName(node) && isOfNode(node.text)) uses.push(node.text);
    if (ts.isIdentifier(node) && NODE_GLOBALS.has(node.text) && !isMember(node)) uses.push(node.text);
    if (ts.isIdentifier(node) && node.text === 'require' && isLoader(node)) uses.push('require');
    if (ts.isStringLiteralLike(node) && NODE_GLOBALS.has(node.text) && isKeyOfGlobal(node)) uses.push(node.text);
    if (isNodeMeta(node)) uses.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

/** Whether a module is built into Node, with or without the prefix, or in a folder `node/`. */
function isOfNode(name: string): boolean {
  return isBuiltin(name) || name.startsWith('node:') || /(?:^|\/)node\//.test(name);
}

function isModuleName({ parent }: ts.Node): boolean {
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}

function isKeyOfGlobal({ parent }: ts.Node): boolean {
  return ts.isElementAccessExpression(parent) && isGlobal(parent.expression);
}

function isGlobal(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === 'globalThis';
}

function isNodeMeta(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression) && NODE_META.has(node.name.text);
}

/** Whether `require` loads a module; a policy has a member of this name. */
function isLoader({ parent }: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(parent)) return ['resolve', 'cache', 'main'].includes(parent.name.text);
  return ts.isCallExpression(parent) && ts.isIdentifier(parent.expression) && parent.expression.text === 'require';
}

/** Whether a name is that of a member, such as `process` in `worker.process`. */
function isMember(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name && !isGlobal(parent.expression);
  return ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent);
}

describe.each(['core', 'x509', 'sigstore', 'policy', 'transformers'])('in the package %s', (name) => {
  const root = path.join(packages, name, 'src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^(?:node|testing)\//.test(file));

  it(`only files in packages/${name}/src/node depend on Node`, () => {
    const found = sources.flatMap((file) =>
      usesOfNode(readFileSync(path.join(root, file), 'utf8')).map((use) => `${file}: ${use}`),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });
});

it.each([
  ["import { hash } from 'node:crypto';", 'node:crypto'],
  ["import { hash } from 'crypto';", 'crypto'],
  ["import fs from 'fs/promises';", 'fs/promises'],
  ["import test from 'node:test';", 'node:test'],
  ["import fs = require('node:fs');", 'node:fs'],
  ["type Stats = import('node:fs').Stats;", 'node:fs'],
  ['const { hash } = await import(`node:crypto`);', 'node:crypto'],
  ['const { pid } = globalThis.process;', 'process'],
  ["const { pid } = globalThis['process'];", 'process'],
  ['const { Stats } = globalThis.Buffer;', 'Buffer'],
  ['const here = import.meta.dirname;', 'import.meta.dirname'],
  ["export { now } from './node/yielder.ts';", './node/yielder.ts'],
  ["const { now } = await import('../node/yielder.ts');", '../node/yielder.ts'],
  ["const bytes = Buffer.from('00', 'hex');", 'Buffer'],
  ['const { pid } = process;', 'process'],
  ["const at = require.resolve('a');", 'require'],
  ["const { a } = require('a');", 'require'],
  ['function fail(error: NodeJS.ErrnoException) {}', 'NodeJS'],
])('the scan finds what depends on Node in %j', (text, use) => {
  expect(usesOfNode(text)).toEqual([use]);
});

it.each([
  "import { sha256 } from '#platform';",
  'worker.process(bytes);',
  'const here = import.meta.url;',
  'const { threshold } = rule.require;',
  'const check = (require: Requirements) => require.threshold > rule.require.threshold;',
  "// Buffer\nconst text = 'process';",
])('the scan finds nothing that depends on Node in %j', (text) => {
  expect(usesOfNode(text)).toEqual([]);
});
