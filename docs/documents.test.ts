import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { type Command, commandsBelow, helpFlag, versionFlag } from '../packages/cli/src/grammar.ts';
import { program } from '../packages/cli/src/program.ts';
import { type Block, blocksIn, blocksOf, documents, fileOf, placeOf, reasonNotToRun } from './documents/blocks.ts';
import { checkCommand, checkMention } from './documents/command-lines.ts';
import { faultOfForm, hasForm, isOfSigstore } from './documents/json-forms.ts';
import { includesIn, mentionsIn } from './documents/prose.ts';
import { commandsIn } from './documents/shell.ts';
import { root } from './workplace.ts';

const blocks = documents.flatMap(blocksOf);

const isInSpecification = ({ document }: Block) => /^spec\/v[\d.]+\/oms\.md$/.test(document);

/**
 * Which blocks a check takes, by language: how the rest of a fence must look. Each language has a check below or in the file that
 * is named; a block that matches nothing is checked by nothing, and fails.
 */
const claims: Readonly<Record<string, (block: Block) => boolean>> = {
  // Compiled by snippets.test.ts; with `run`, run by guides.test.ts.
  ts: ({ info }) => info === '' || info === 'run',
  js: (block) => fileOf(block) !== null,
  // Run by guides.test.ts or add-your-implementation.test.ts unless they say why not; the grammar of each command is checked.
  sh: (block) => /^(?:|exit-\d|in-repository)$/.test(block.info) || reasonNotToRun(block) !== null,
  json: (block) => fileOf(block) !== null || namesSchema(block) || (block.info === '' && isOfSigstore(jsonIn(block))),
  yaml: (block) => block.info === '' || fileOf(block) !== null,
  python: (block) => fileOf(block) !== null,
  // A configuration file that a guide passes to a program.
  ini: (block) => fileOf(block) !== null,
  // No code: a picture of something, or what a command prints (`output`, compared by guides.test.ts).
  text: ({ info }) => info === '' || info === 'output',
};

function namesSchema(block: Block): boolean {
  // The rules of oms-spec check these.
  if (isInSpecification(block)) return /^file=\S+ schema=\S+$/.test(block.info);
  return hasForm(formOf(block));
}

function formOf({ info }: Block): string {
  return /^schema=(\S+)$/.exec(info)?.[1] ?? '';
}

function jsonIn({ text }: Block): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isClaimed(block: Block): boolean {
  return Object.hasOwn(claims, block.language) && (claims[block.language]?.(block) ?? false);
}

it('every block of code in every document is checked by something', () => {
  expect(documents.length).toBeGreaterThan(60);
  expect(blocks.length).toBeGreaterThan(70);
  const unchecked = blocks.filter((block) => !isClaimed(block));
  expect(unchecked.map((block) => `${placeOf(block)}: ${block.language} ${block.info}`)).toEqual([]);
});

it.each([
  ['a block without a language', '```\nx\n```'],
  ['an indented block', 'a\n\n    x'],
  ['an unknown language', '```cobol\nx\n```'],
  ['a block in a list', '- a\n  ```tsx\n  x\n  ```'],
  ['a block in tildes', '~~~rust\nx\n~~~'],
  ['a reason that is missing', '```sh no-run\nx\n```'],
  ['a reason that says nothing', '```sh no-run="no"\nx\n```'],
  ['an unknown marker', '```ts skip\nx\n```'],
  ['an unknown schema', '```json schema=other\n{}\n```'],
  ['JSON of a form that it does not name', '```json\n{ "ok": true }\n```'],
])('%s is not taken for a checked block', (_, markdown) => {
  const found = blocksIn(markdown, 'a.md');
  expect(found).toHaveLength(1);
  expect(found.some(isClaimed)).toBe(false);
});

const of = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => [placeOf(block), block] as const);

it.each(of('json'))('the JSON in %s can be parsed, and has the form that it names', (_, block) => {
  const value: unknown = JSON.parse(block.text);
  if (hasForm(formOf(block))) expect(faultOfForm(formOf(block), value)).toBeNull();
});

it.each([
  ['result', { schema: 'model-signing/result/v1', ok: false, error: { code: 'a/b', stag: 'a' } }],
  ['capabilities', { flags: ['--strict'], oms: { protocol: 2, role: ['sign'] } }],
  ['capabilities', { flags: '--strict' }],
  ['adapter-result', { outcome: 'reject', reason: { clas: 'model/mismatch' } }],
  ['adapter-result', { outcome: 'refused' }],
])('a misspelled member or value is found in JSON of the form %s', (form, value) => {
  expect(faultOfForm(form, value)).not.toBeNull();
});

it.each(of('yaml'))('the YAML in %s can be parsed', (_, { text }) => {
  const { errors, warnings } = parseDocument(text, { uniqueKeys: true });
  expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!hasPython).each(of('python'))('the Python in %s can be parsed (skipped without Python)', (_, { text }) => {
  const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: text,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});

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

describe('commands', () => {
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
    for (const verb of ['sign', 'verify']) {
      expect(all.some((words) => words.includes(`/bin/model-signing.js ${verb} sigstore $MODEL`))).toBe(true);
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
