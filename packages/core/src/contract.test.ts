import { execFileSync } from 'node:child_process';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const declarations = path.join(root, 'dist/index.d.ts');

/** The declarations of all exports, without comments, as a caller's compiler sees them. */
function publicDeclarations(): string {
  const program = ts.createProgram([declarations], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(declarations);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error('the package is not built');
  const printer = ts.createPrinter({ removeComments: true });
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .flatMap((symbol) => symbol.declarations ?? [])
    .map((declaration) => (ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration))
    .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
    .sort()
    .join('\n\n');
}

describe('the public interface', () => {
  it('the public interface is that of the snapshot, whose changes are changes for users', async () => {
    await expect(`${publicDeclarations()}\n`).toMatchFileSnapshot('contract.d.ts.snap');
  });

  it('the public interface takes and returns bytes as Uint8Array, never as Buffer', () => {
    expect(publicDeclarations()).not.toMatch(/\bBuffer\b/);
  });
});

describe('the package', () => {
  const run = (script: string, ...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '-e', script], { cwd: root, encoding: 'utf8' });

  it('the package can be imported', () => {
    const script = "import { signModel } from '@model-signing/core'; console.log(typeof signModel)";
    expect(run(script, '--input-type=module')).toBe('function\n');
  });

  it('the package can be required from CommonJS', () => {
    const script = "console.log(typeof require('@model-signing/core').verifyModel)";
    expect(run(script, '--input-type=commonjs')).toBe('function\n');
  });
});
