import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Command, commandsBelow, helpFlag, versionFlag } from '../packages/cli/src/grammar.ts';
import { program } from '../packages/cli/src/program.ts';
import { commandsIn } from '../scripts/shell-commands.ts';
import { blocksOf, documents, placeOf } from './documents/blocks.ts';
import { checkCommand, checkMention } from './documents/command-lines.ts';
import { includesIn, mentionsIn } from './documents/prose.ts';
import { root } from './workplace.ts';

const blocks = documents.flatMap(blocksOf);

const of = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => [placeOf(block), block] as const);

const workflowFiles = globSync(['.github/**/*.yml', 'docs/workflows/*.yml', 'conformance/action.yml'], {
  cwd: root,
}).sort();

/** Every script in a workflow, an action or an excerpt. */
function runsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    name === 'run' && typeof item === 'string' ? [item] : runsIn(item),
  );
}

/** The folders of the repository in which users have no files of their own. */
const ours = /^(?:\.\/|\.\.\/clone\/)?((?:packages|conformance|scripts|spec)\/[\w./-]+)$/;

function isOurPath(word: string): boolean {
  return ours.test(word);
}

function pathIn(word: string): string {
  return ours.exec(word)?.[1] ?? '';
}

describe('the commands in documents and workflows', () => {
  // A block that must exit with 2 shows a wrong command line, and is run.
  const shown = of('sh').filter(([, { info }]) => info !== 'exit-2');

  it.each(shown)('each command in %s is one that its program takes', (_, { text }) => {
    for (const words of commandsIn(text)) expect(() => checkCommand(words), words.join(' ')).not.toThrow();
  });

  it.each([
    'model-signing sign key m --privat-key k',
    'model-signing vrfy key m',
    'npx @model-signing/cli@1.0.0 digest m --hash md5',
    'npx model-signing sign key m',
    'npm exec --prefix clone -- model-signing inspect',
    'node_modules/.bin/node packages/cli/bin/model-signing.js digest',
    'unshare --user --net model-signing verify key m --bogus',
    'printf x | model-signing sign key m --private-key k --passphrase-file',
    'KEY="$(model-signing digest)" true',
    'oms-conformance run --bogus -- ./adapter',
    'npx @model-signing/conformance run',
    'oms-conformance lst',
    'npx oms-spec chek',
    'npm run nothing',
    'npm run build -w @model-signing/nothing',
    'npm run nothing -w @model-signing/core',
  ])('a wrong command is found in a document: %s', (shell) => {
    expect(() => commandsIn(shell).map(checkCommand)).toThrow();
  });

  it.each([
    'model-signing sign key m --private_key k',
    'npx @model-signing/cli@1.0.0 digest m',
    'npm install --global @model-signing/cli',
    'npm pack --workspace @model-signing/cli',
    'oms-conformance run --html report.html -- ./adapter',
    'npm run build && npm test && npm start',
    'npm run --silent vectors -w @model-signing/authoring',
  ])('a right command is accepted in a document: %s', (shell) => {
    expect(() => commandsIn(shell).map(checkCommand)).not.toThrow();
  });

  /** The scripts of workflows, actions and excerpts of them, with where they are. */
  const scripts = workflowFiles
    .map((file) => [file, readFileSync(path.join(root, file), 'utf8')] as const)
    .concat(of('yaml').map(([place, { text }]) => [place, text]))
    .flatMap(([place, text]) => runsIn(parse(text)).map((script) => [place, script] as const));

  it.each(scripts)('each command in a script of %s is one that its program takes', (_, script) => {
    for (const words of commandsIn(script)) expect(() => checkCommand(words), words.join(' ')).not.toThrow();
  });

  it('the scripts of the workflows for users are among those that are checked', () => {
    const all = scripts.flatMap(([, script]) => commandsIn(script)).map((words) => words.join(' '));
    for (const verb of ['upload', 'download']) {
      expect(all.some((words) => words.startsWith(`gh release ${verb} `))).toBe(true);
    }
  });

  it('a wrong flag is found in a workflow', () => {
    const text =
      'jobs:\n  a:\n    steps:\n      - run: |\n          node "$X/bin/model-signing.js" sign sigstore m --use-ambient\n';
    const [script = ''] = runsIn(parse(text));
    expect(() => commandsIn(script).map(checkCommand)).toThrow('--use-ambient');
  });

  const mentioned = documents
    .filter((file) => !file.endsWith('CHANGELOG.md'))
    .flatMap((file) =>
      mentionsIn(readFileSync(path.join(root, file), 'utf8')).map(
        ({ line, text }) => [`${file}:${line}`, text] as const,
      ),
    )
    .filter(([, text]) => /^(?:npm|npx|oms-spec|oms-conformance|model-signing) /.test(text) && !text.includes('…'));

  it('each command that a sentence mentions is one that its program has', () => {
    expect(mentioned.length).toBeGreaterThan(50);
    const wrong = mentioned.flatMap(([place, text]) => {
      try {
        commandsIn(text).map(checkMention);
        return [];
      } catch (error) {
        return [`${place}: ${text}: ${(error as Error).message}`];
      }
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    'npm run nothing',
    'npm run nothing -w @model-signing/core',
    'oms-spec vector ad',
    'npx oms-spec chek',
    'oms-conformance lst',
    'model-signing vrfy',
    'model-signing verify key --bogus',
    'npx @model-signing/conformance bnch',
  ])('a wrong mention of a command is found: %s', (text) => {
    expect(() => commandsIn(text).map(checkMention)).toThrow();
  });

  it.each([
    'npm run generate',
    'oms-spec vector add',
    'model-signing sign',
    'oms-conformance run',
    'model-signing inspect',
  ])('a mention may leave out what the command would need: %s', (text) => {
    expect(() => commandsIn(text).map(checkMention)).not.toThrow();
  });

  it('the files of this repository that commands name are there, also in blocks that are not run', () => {
    const missing = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap((block) => commandsIn(block.text).map((words) => [placeOf(block), words] as const))
      .flatMap(([place, words]) => words.filter(isOurPath).map((word) => [place, word] as const))
      .filter(([, word]) => !existsSync(path.join(root, pathIn(word))));
    expect(missing).toEqual([]);
    expect(['packages/cli/bin/model-signing.js', './packages/cli', '../clone/packages/core'].every(isOurPath)).toBe(
      true,
    );
  });

  it('the files that pages include are there', () => {
    const included = documents.flatMap((file) => {
      const found = includesIn(readFileSync(path.join(root, file), 'utf8'));
      return found.map((name) =>
        name.startsWith('@/') ? `docs/${name.slice(2)}` : path.join(path.dirname(file), name),
      );
    });
    expect(included.length).toBeGreaterThan(1);
    expect(included.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(includesIn('<<< ../a.yml\n<<< @/b.ts{2-3 ts}\n<<< c.ts#region')).toEqual(['../a.yml', '@/b.ts', 'c.ts']);
  });

  it('every flag that a document for users names is one that the command has', () => {
    const pages = documents.filter((file) => /^docs\/guide\/|^README|^packages\/cli\/README/.test(file));
    const ours = commandsBelow([program]).flatMap((each) => (each.at(-1) as Command).flags);
    const known = new Set([...ours, ...program.flags, helpFlag, versionFlag].map(({ name }) => `--${name}`));
    const unknown = pages.flatMap((file) => {
      const prose = readFileSync(path.join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
      const named = [...prose.matchAll(/`(--[a-z][a-z0-9_-]*)[^`]*`/g)].map(([, flag = '']) => flag);
      return named.filter((flag) => !known.has(flag.replaceAll('_', '-'))).map((flag) => `${file}: ${flag}`);
    });
    expect(unknown).toEqual([]);
  });
});
