import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { publishedPackages } from '../scripts/release/packages.ts';
import { type Block, blocksIn, blocksOf, documents, fileOf, placeOf, reasonNotToRun } from './documents/blocks.ts';
import { modules } from './documents/examples.ts';
import { faultOfForm, hasForm, isOfSigstore } from './documents/json-forms.ts';
import { root } from './workplace.ts';

const blocks = documents.flatMap(blocksOf);

const isInSpecification = ({ document }: Block) => /^spec\/v[\d.]+\/oms\.md$/.test(document);

/**
 * Which blocks a check takes, by language: how the rest of a fence must look. Each language has a check below or in the file that
 * is named; a block that matches nothing is checked by nothing, and fails.
 */
const claims: Readonly<Record<string, (block: Block) => boolean>> = {
  // Compiled by snippets.exhaustive.test.ts; with `run`, run by guides.exhaustive.test.ts.
  ts: ({ info }) => info === '' || info === 'run',
  js: (block) => fileOf(block) !== null,
  // Its script is compiled by snippets.exhaustive.test.ts.
  html: ({ info, text }) => info === '' && text.includes('<script type="module">'),
  // Run by guides.exhaustive.test.ts or add-your-implementation.exhaustive.test.ts unless they say why not; the grammar of each command is checked.
  sh: (block) => /^(?:|exit-\d|in-repository)$/.test(block.info) || reasonNotToRun(block) !== null,
  json: (block) => fileOf(block) !== null || namesSchema(block) || (block.info === '' && isOfSigstore(jsonIn(block))),
  yaml: (block) => block.info === '' || fileOf(block) !== null,
  python: (block) => fileOf(block) !== null,
  // A configuration file that a guide passes to a program.
  ini: (block) => fileOf(block) !== null,
  // No code: a picture of something, or what a command prints (`output`, compared by guides.exhaustive.test.ts).
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

it('an example may use each published library without an import', () => {
  const libraries = publishedPackages(root).filter(({ exports }) => exports['.']);
  const names = libraries.map(({ name }) => name).filter((name) => name !== '@model-signing/conformance');
  expect(Object.keys(modules)).toEqual(expect.arrayContaining(names));
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
  [
    'policy',
    { policyVersion: 1, signers: { a: { method: 'key', publicKey: 'a' } }, models: [{ match: ['a'], rejects: true }] },
  ],
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

it('every table begins after an empty line: one that does not was written into the place of another, or is none to all readers', () => {
  const tables = documents.flatMap((file) => {
    const prose = readFileSync(path.join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
    return [...prose.matchAll(/^(.*)\n(\|.*)\n\|[-:| ]+\|$/gm)].map(([, before = '', header = '']) => ({
      place: `${file}: ${header}`,
      isApart: before.trim() === '',
    }));
  });
  expect(tables.length).toBeGreaterThan(100);
  expect(tables.filter(({ isApart }) => !isApart).map(({ place }) => place)).toEqual([]);
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
