import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { hasOpenssl, root, workplace } from './workplace.ts';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** The first fenced block in this language. */
function snippet(language: string): string {
  const fence = `\n\`\`\`${language}\n`;
  const start = readme.indexOf(fence) + fence.length;
  expect(start, `README has a ${language} block`).toBeGreaterThan(fence.length);
  return readme.slice(start, readme.indexOf('\n```', start));
}

describe.skipIf(process.platform === 'win32' || !hasOpenssl)(
  'the README (skipped without a POSIX shell and openssl)',
  () => {
    it('the commands and the program in the README work', () => {
      const { folder, env } = workplace();
      const shell = spawnSync('sh', ['-e', '-c', snippet('sh')], { cwd: folder, env, encoding: 'utf8' });
      expect(shell.stderr).not.toContain('model-signing: error');
      expect(shell.status, shell.stderr).toBe(0);

      writeFileSync(path.join(folder, 'program.mjs'), snippet('ts'));
      const program = () => spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
      expect(program().stdout).toMatch(/^1 files signed by [0-9a-f]{64}\n$/);
    });

    it('the program in the README reports what differs in a changed model', () => {
      const { folder, env } = workplace();
      spawnSync('sh', ['-e', '-c', snippet('sh')], { cwd: folder, env });
      writeFileSync(path.join(folder, 'my-model', 'config.json'), '[]');
      const program = snippet('ts').replace(/^const \{ bundle \}.*\nawait writeFile.*\n/m, '');
      writeFileSync(path.join(folder, 'program.mjs'), program);
      const { stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toContain('model/mismatch');
      expect(stderr).toContain('config.json');
    });
  },
);

/** The programs in a document, by the names of files beside it that do not exist. */
function programsIn(document: string): [string, string][] {
  const text = readFileSync(path.join(root, document), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = ''], i) => [
    path.join(root, `${document}.${i + 1}.mts`),
    program,
  ]);
}

it('the programs in README.md and docs/library.md compile under strict rules', () => {
  const programs = new Map(['README.md', 'docs/library.md'].flatMap(programsIn));
  expect(programs.size).toBeGreaterThan(2);
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => programs.has(file) || fileExists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = programs.get(file);
    return text === undefined ? getSourceFile(file, target, ...rest) : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...programs.keys()], options, host);
  const problems = ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
  expect(problems).toBe('');
});
