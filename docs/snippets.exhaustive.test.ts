import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { blocksOf, documents, fileOf } from './documents/blocks.ts';
import { consumer, problemsOf } from './documents/compile.ts';
import { examplesIn, sources } from './documents/examples.ts';
import { hasOpenssl, root, workplace } from './workplace.ts';

const readme = blocksOf('README.md');

/** The first block of README.md in this language. */
function snippet(language: string): string {
  const block = readme.find((each) => each.language === language);
  if (!block) throw new Error(`README has no ${language} block`);
  return block.text;
}

describe.skipIf(process.platform === 'win32' || !hasOpenssl)(
  'the README (skipped without a POSIX shell and openssl)',
  () => {
    const commands = readme.find(({ language, info }) => language === 'sh' && info === '')?.text ?? '';

    it('the commands and the program in the README work', () => {
      const { folder, env } = workplace();
      const shell = spawnSync('sh', ['-e', '-c', commands], { cwd: folder, env, encoding: 'utf8' });
      expect(shell.stderr).not.toContain('model-signing: error');
      expect(shell.status, shell.stderr).toBe(0);

      writeFileSync(path.join(folder, 'program.mts'), snippet('ts'));
      const program = () => spawnSync(process.execPath, ['program.mts'], { cwd: folder, encoding: 'utf8' });
      expect(program().stdout).toMatch(/^1 files signed by [0-9a-f]{64}\n$/);
    });

    it('the program in the README reports what differs in a changed model', () => {
      const { folder, env } = workplace();
      spawnSync('sh', ['-e', '-c', commands], { cwd: folder, env });
      writeFileSync(path.join(folder, 'my-model', 'config.json'), '[]');
      const program = snippet('ts').replace(/^const \{ bundle \}.*\nawait writeFile.*\n/m, '');
      writeFileSync(path.join(folder, 'program.mts'), program);
      const { stderr } = spawnSync(process.execPath, ['program.mts'], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toContain('model/mismatch');
      expect(stderr).toContain('config.json');
    });
  },
);

/** The programs in all documents in this language, by the paths of files beside them that do not exist. */
function programsIn(language: 'ts' | 'js', extension: string): [string, string][] {
  const blocks = documents.flatMap(blocksOf).filter((block) => block.language === language);
  return blocks.map(({ document, line, text }) => [path.join(root, `${document}.${line}.${extension}`), text]);
}

it('the programs in all documents and in the comments of all packages compile under strict rules', () => {
  const programs = programsIn('ts', 'mts');
  const examples = sources.flatMap(examplesIn);
  expect(programs.length).toBeGreaterThan(6);
  expect(examples.length).toBeGreaterThan(10);
  expect(problemsOf(new Map([...programs, ...examples]))).toBe('');
});

it('every @example of a package is found, and none has a block of another language', () => {
  const marked = sources.flatMap(
    (source) => readFileSync(path.join(root, source), 'utf8').match(/^\s*\* @example\b/gm) ?? [],
  );
  expect(sources.flatMap(examplesIn)).toHaveLength(marked.length);
  const fences = sources.filter((source) => /^\s*\* ```(?!ts$|$)/m.test(readFileSync(path.join(root, source), 'utf8')));
  expect(fences).toEqual([]);
});

it('the programs in JavaScript in the documents use the packages as their types say', () => {
  const programs = programsIn('js', 'mjs');
  expect(programs.length).toBeGreaterThan(0);
  const options = { ...consumer, allowJs: true, checkJs: true, noImplicitAny: false };
  // The loaders of models are no dependencies of this repository; `npm run loaders` runs the programs with them.
  const loaders = "declare module '@huggingface/transformers';\ndeclare module 'node-llama-cpp';\n";
  expect(problemsOf(new Map([...programs, [path.join(root, 'loaders.d.ts'), loaders]]), options)).toBe('');
  for (const block of documents.flatMap(blocksOf)) if (block.language === 'js') expect(fileOf(block)).toMatch(/\.mjs$/);
});

it('the scripts of the pages in the documents use the packages as their types say, with the settings for pages', () => {
  const pages = documents.flatMap(blocksOf).filter(({ language }) => language === 'html');
  const scripts = pages.flatMap(({ document, line, text }) =>
    [...text.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(([, script = '']): [string, string] => [
      path.join(root, `${document}.${line}.mjs`),
      script,
    ]),
  );
  expect(scripts.length).toBeGreaterThan(0);
  const [, forPages] = blocksOf('docs/guide/install.md').filter(({ language }) => language === 'json');
  const { compilerOptions } = JSON.parse(forPages?.text ?? '');
  const { options, errors } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
  expect(errors).toEqual([]);
  const asPages = { ...options, allowJs: true, checkJs: true, strict: false, noEmit: true };
  expect(problemsOf(new Map(scripts), asPages)).toBe('');
  const wrong = new Map(scripts.map(([file, script]) => [file, script.replaceAll('signer.hint', 'signer.subject')]));
  expect(problemsOf(wrong, asPages)).toContain("'subject' does not exist");
});

describe('a consumer of the built packages', () => {
  const program = () => new Map([[path.join(root, 'program.mts'), snippet('ts')]]);

  it.each([
    ['NodeNext', { module: ts.ModuleKind.NodeNext }],
    ['a bundler', { module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  ])('the program in the README compiles for %s, and so do the declarations of the packages', (_, options) => {
    expect(problemsOf(program(), { ...consumer, skipLibCheck: false, ...options })).toBe('');
  });

  it('the program in the README compiles with the settings that the guide to installing shows', () => {
    const block = blocksOf('docs/guide/install.md').find(({ language }) => language === 'json');
    const { compilerOptions } = JSON.parse(block?.text ?? '');
    const { options, errors } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
    expect(errors).toEqual([]);
    expect(problemsOf(program(), { ...options, noEmit: true })).toBe('');
    expect(problemsOf(program(), { ...options, noEmit: true, types: [] })).not.toBe('');
  });

  it('a wrong use of the library does not compile', () => {
    const wrong = snippet('ts').replace('signer.hint', 'signer.subject');
    expect(problemsOf(new Map([[path.join(root, 'program.mts'), wrong]]))).toContain("'subject' does not exist");
  });

  it('a script can import the schema of results and their types', () => {
    const text = `
      import type { Result } from '@model-signing/cli/result';
      import schema from '@model-signing/cli/schemas/result-v1.schema.json' with { type: 'json' };
      declare const result: Result;
      if (!result.ok) console.error(result.error.code, result.error.hints.join());
      else if (result.command === 'verify' && 'enforced' in result) console.log(result.refusal.code);
      else if (result.command === 'verify' && result.signer.method === 'key') console.log(result.signer.hint);
      console.log(schema.title);
    `;
    expect(problemsOf(new Map([[path.join(root, 'script.mts'), text]]))).toBe('');
  });
});
