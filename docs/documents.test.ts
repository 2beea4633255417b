import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type Command, commandsBelow, helpFlag, versionFlag } from '../packages/cli/src/grammar.ts';
import { program } from '../packages/cli/src/program.ts';
import { type Block, blocksIn, blocksOf, documents, fileOf, placeOf, reasonNotToRun } from './documents/blocks.ts';
import { checkCommand } from './documents/command-lines.ts';
import { commandsIn } from './documents/shell.ts';
import { root } from './workplace.ts';

const blocks = documents.flatMap(blocksOf);

/** The schemas that a fence of JSON can name with `schema=`, outside the specification. */
const schemas: Readonly<Record<string, string>> = {
  result: 'packages/cli/schemas/result-v1.schema.json',
};

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
  json: (block) => block.info === '' || fileOf(block) !== null || namesSchema(block),
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
  return Object.hasOwn(schemas, /^schema=(\S+)$/.exec(block.info)?.[1] ?? '');
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
])('%s is not taken for a checked block', (_, markdown) => {
  const found = blocksIn(markdown, 'a.md');
  expect(found).toHaveLength(1);
  expect(found.some(isClaimed)).toBe(false);
});

const of = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => [placeOf(block), block] as const);

it.each(of('json'))('the JSON in %s can be parsed, and is as the schema says that it names', (_, { text, info }) => {
  const value = JSON.parse(text);
  const file = schemas[/^schema=(\S+)$/.exec(info)?.[1] ?? ''];
  if (file === undefined) return;
  const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
  const validate = ajv.compile(JSON.parse(readFileSync(path.join(root, file), 'utf8')));
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
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

it('every link between files of a document works in the repository too, and every included file has one', () => {
  const broken = documents.flatMap((file) => {
    const prose = readFileSync(path.join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const included = [...prose.matchAll(/^<<< (\S+)$/gm)].map(([, target = '']) => target);
    const files = targets
      .filter((target) => !/^(?:[a-z]+:|#|\/)/.test(target))
      .map((target) => target.split('#')[0] ?? '');
    const dead = files.filter((target) => !existsSync(path.join(root, path.dirname(file), target)));
    const bare = included.filter((target) => !targets.includes(target));
    return [...dead, ...bare].map((target) => `${file}: ${target}`);
  });
  expect(broken).toEqual([]);
});

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
