import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsIn } from '../scripts/shell-commands.ts';
import { type Block, blocksOf, documents, fileOf, placeOf, reasonNotToRun } from './documents/blocks.ts';
import { isLike } from './documents/output.ts';
import { hasOpenssl, root, workplace } from './workplace.ts';

const unavailable = process.platform === 'win32' || !hasOpenssl;

/** Documents that a test of their own runs. */
const elsewhere = ['docs/add-your-implementation.md'];

const isProgram = ({ language, info }: Block) => language === 'ts' && info === 'run';
const isRun = (block: Block) => isProgram(block) || (block.language === 'sh' && reasonNotToRun(block) === null);
const isOutput = ({ language, info }: Block) => language === 'text' && info === 'output';
const runnable = documents.filter((document) => !elsewhere.includes(document) && blocksOf(document).some(isRun));

// A block with a name in brackets is a file; `sh` and `ts run` are run; `sh exit-1` must exit with 1; `text output` is what the
// block before it printed.
describe.skipIf(unavailable)('documents (skipped without a POSIX shell and openssl)', () => {
  it.each(runnable)('every command in %s works as written, and prints what the document says', (document) => {
    // A guide is followed in an empty folder, and makes the model that it signs.
    const { folder, env } = workplace(!document.startsWith('docs/'));
    let printed = '';
    for (const block of blocksOf(document)) {
      const { info, text } = block;
      const file = fileOf(block);
      if (file !== null) writeFileSync(path.join(folder, file), `${text}\n`);
      else if (isOutput(block)) expect(printed, placeOf(block)).toSatisfy((output: string) => isLike(output, text));
      else if (isRun(block)) {
        const cwd = info === 'in-repository' ? root : folder;
        if (isProgram(block)) writeFileSync(path.join(folder, 'program.mts'), text);
        const script = `exec 2>&1\n${isProgram(block) ? 'node program.mts' : text}`;
        const { status, stdout } = spawnSync('sh', ['-e', '-c', script], { cwd, env, encoding: 'utf8' });
        printed = stdout.trimEnd();
        const expected = info.startsWith('exit-') ? Number(info.slice('exit-'.length)) : 0;
        expect(status, `${placeOf(block)}\n${text}\n${stdout}`).toBe(expected);
      }
    }
  });
});

it.each([
  ['a b', 'a b', true],
  ['a b', 'a', false],
  ['a 12 b', 'a … b', true],
  ['a 12 b 3 c', 'a … b … c', true],
  ['a 12 c', 'a … b', false],
  ['ab', 'ab…b', false],
  ['x a', 'a…', false],
])('the output %j is compared with what a document shows as %j: %j', (text, shown, expected) => {
  expect(isLike(text, shown)).toBe(expected);
});

it('each command that runs a program of a document is followed by what it prints', () => {
  const silent = runnable.flatMap((document) => {
    const blocks = blocksOf(document);
    const programs = blocks.flatMap((block) => fileOf(block) ?? []).filter((name) => /\.(?:mjs|js|ts|py)$/.test(name));
    return blocks.filter((block, at) => {
      const next = blocks[at + 1];
      const runsFile =
        block.language === 'sh' &&
        isRun(block) &&
        commandsIn(block.text)
          .flat()
          .some((word) => programs.includes(word));
      const runsOne = isProgram(block) || runsFile;
      return runsOne && !(next && isOutput(next));
    });
  });
  expect(silent.map(placeOf)).toEqual([]);
});

it('each program in a guide is run by a command of the guide', () => {
  const idle = documents.flatMap((document) => {
    const blocks = blocksOf(document);
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    const programs = blocks.filter((block) => ['js', 'python'].includes(block.language));
    return programs.filter((block) => !commands.join('\n').includes(fileOf(block) ?? '?'));
  });
  expect(idle.map(placeOf)).toEqual([]);
});

it('every guide that makes a model says that its commands begin in an empty folder', () => {
  const makers = documents.filter(
    (file) => file.startsWith('docs/') && blocksOf(file).some(({ text }) => /^mkdir -p my-model/m.test(text)),
  );
  expect(makers.length).toBeGreaterThan(5);
  for (const file of makers) expect(readFileSync(path.join(root, file), 'utf8'), file).toMatch(/\bempty\s+folder\b/);
});

it('every guide begins with how to install, in the one page of the documentation that says it', () => {
  const guides = documents.filter((file) => /^docs\/guide\/(?!install)/.test(file));
  expect(guides.length).toBeGreaterThan(5);
  for (const guide of guides) {
    const [beginning = ''] = readFileSync(path.join(root, guide), 'utf8').split(/^(?:```|## |<<< )/m);
    expect(beginning, guide).toMatch(/\]\(install\.md[#)]/);
  }
  // The README of the repository and those of the packages are read where nothing else is, so they say it themselves.
  const installs = documents.filter(
    (file) =>
      file.startsWith('docs/') &&
      /npm (?:install|i|add) [^\n`]*@model-signing/.test(readFileSync(path.join(root, file), 'utf8')),
  );
  expect(installs).toEqual(['docs/guide/install.md']);
});
