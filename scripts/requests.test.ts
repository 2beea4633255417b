import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What these files use it for. */
const allowed: Readonly<Record<string, string>> = {
  'packages/cli/src/input-file.ts': 'a socket reads a pipe, and can be closed while it waits',
  'packages/cli/src/signature-file.ts': 'a socket writes into a pipe, and can be closed while it waits',
  'packages/core/src/node/http.ts': 'the HTTP client',
  'packages/core/src/node/platform.ts': 'TLS knows the certificates of the operating system',
  'packages/core/src/node/proxy.ts': 'it compares addresses, and connects to none',
  'packages/sigstore/src/node/login-callback.ts': 'a server receives the redirect at the end of a login',
  'packages/sources/src/node/direct.ts': 'the transport for large bodies, which are read in large pieces',
  'packages/sources/src/node/message-body.ts': 'the body of a response to the transport',
  'packages/sources/src/node/transport.ts': 'the transport of the client for stores',
  'packages/sources/src/web/transport.ts': 'the same in browsers',
};

const network =
  /^(?:node:)?(?:https?|http2|net|tls|dgram|dns(?:\/promises)?)$|^undici|^node-fetch|^make-fetch|^axios|^got$|^tuf-js$|^@sigstore\/tuf$/;
const globals = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

/** What could open a connection: a module for it, or a global. */
function networkUses(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && isModuleName(node) && network.test(node.text)) uses.push(node.text);
    if (ts.isIdentifier(node) && globals.has(node.text) && !isMemberOrType(node)) uses.push(node.text);
    ts.forEachChild(node, (child) => {
      parents.set(child, node);
      visit(child);
    });
  };
  visit(source);
  return uses;
}

const parents = new WeakMap<ts.Node, ts.Node>();

function isModuleName(node: ts.Node): boolean {
  const parent = parents.get(node);
  return (
    parent !== undefined &&
    (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isCallExpression(parent))
  );
}

/** Whether it names a member of an object other than the global one, such as an option, or stands in a type. */
function isMemberOrType(node: ts.Identifier): boolean {
  const parent = parents.get(node);
  if (parent === undefined) return false;
  if (ts.isPropertyAccessExpression(parent)) {
    const { expression, name } = parent;
    const isGlobal = ts.isIdentifier(expression) && ['globalThis', 'window', 'self'].includes(expression.text);
    return name === node && !isGlobal;
  }
  const isName = ts.isPropertySignature(parent) || ts.isPropertyAssignment(parent);
  return (isName && parent.name === node) || ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent);
}

it('the published packages send requests only through the HTTP clients of core and of sources, which bound them and use proxies', () => {
  const files = globSync('packages/{core,x509,sigstore,sources,keys,pkcs11,policy,cli}/src/**/*.ts', { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => networkUses(file).length > 0).sort()).toEqual(Object.keys(allowed));
});
