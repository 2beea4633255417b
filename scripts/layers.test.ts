import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  type Aliases,
  circlesOf,
  crossing,
  type Import,
  importsOf,
  isAlias,
  isTest,
  type Line,
  mayImport,
  upwardImports,
  upwardInside,
  type Workspace,
} from './layers.ts';

/** The workspaces. Each may import only those before it in one of these lines. */
const lines: readonly Line[] = [
  [
    ['spec', 'testing'],
    'x509',
    'core',
    ['sigstore', 'sources', 'keys', 'policy', 'native', 'transformers'],
    'pkcs11',
    'cli',
    ['conformance-adapter', 'action'],
  ],
  // The end-to-end tests of a private Sigstore run the actions as well.
  ['testing', 'action', 'sigstore-lab'],
  ['spec', 'spec-tools'],
  ['spec', 'conformance', ['authoring', 'interop'], 'sigstore-lab', 'bench'],
  // The tests with real registries use the library besides the command.
  [['core', 'sources', 'keys', 'pkcs11', 'policy', 'transformers', 'testing'], 'interop'],
  // The tests in browsers take the vectors of the suite.
  [['core', 'sigstore', 'sources', 'policy', 'conformance'], 'browsers'],
  // The tests of loaders run them in a browser as well.
  ['browsers', 'interop'],
  // The recipes of the authoring workspace use the test world and the tools of the specification.
  [['testing', 'spec-tools'], 'authoring'],
  ['testing', 'spec-tools'],
  ['testing', 'sigstore-lab', 'bench'],
  ['core', 'native', 'bench'],
  [
    [
      'spec',
      'spec-tools',
      'x509',
      'core',
      'sigstore',
      'sources',
      'keys',
      'pkcs11',
      'policy',
      'native',
      'transformers',
      'cli',
      'conformance',
      'interop',
    ],
    'docs',
  ],
];

/** Imports of tests that go up, by the workspaces. */
const upwardTests: ReadonlySet<string> = new Set(['spec → spec-tools', 'policy → sigstore']);

/** The rooms of the library, from the lowest. The files of one room may import each other freely, but not in a circle. */
const coreRooms = [
  ['format/', 'model.ts', 'engine.ts', 'signer.ts', 'loadable.ts', 'observe.ts', 'verdict.ts'],
  ['hashing/'],
  ['node/', 'web/'],
  ['methods/'],
  [
    'check-options.ts',
    'check-content.ts',
    'check-stream.ts',
    'ignored.ts',
    'excluded-attestations.ts',
    'verified-file.ts',
  ],
  ['signed-sub-manifests.ts', 'list-to-hash.ts'],
  [
    ...['inspect.ts', 'open.ts', 'open-verified.ts', 'planned.ts', 'reuse.ts', 'select.ts', 'side-file.ts', 'sign.ts'],
    ...['sub-manifests.ts', 'verify.ts', 'verify-several.ts', 'verify-some.ts'],
  ],
  ['attest.ts'],
  ['lineage/'],
  ['telemetry.ts', 'index.ts', 'lineage.ts'],
];

/** The rooms of the conformance suite, from the lowest. */
const suiteRooms = [
  ['errors.ts', 'nearest.ts'],
  ['vectors/'],
  ['oracle/', 'public-schemas/'],
  ['adapter/'],
  ['run/'],
  ['report/'],
  ['bench/'],
  ['command/'],
];

const root = path.resolve(import.meta.dirname, '..');

function manifestOf(folder: string) {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
}

const nameOf = (packageName: string) => packageName.replace('@model-signing/', '');

const workspaces: readonly Workspace[] = globSync(
  (manifestOf('.').workspaces as string[]).map((pattern) => `${pattern}/package.json`),
  { cwd: root },
).map((file) => {
  const folder = path.dirname(file).replaceAll(path.sep, '/');
  return { name: nameOf(manifestOf(folder).name), folder };
});

/** Folders of installed, built or generated files, and of programs that are not part of this repository. */
const skipped =
  /(?:^|\/)(?:node_modules|dist|generated|cache|vectors\/v[\d.]+|release\/consumer|release\/registry)(?:\/|$)/;

const files = globSync(
  ['spec', 'packages', 'conformance', 'action', 'docs', 'scripts'].map((each) => `${each}/**/*.{ts,mjs,js}`),
  {
    cwd: root,
    exclude: (file) => skipped.test(file.replaceAll(path.sep, '/')),
  },
).map((file) => file.replaceAll(path.sep, '/'));

const aliases: Aliases = new Map(
  workspaces.map(({ folder }) => {
    const targets = Object.entries<Record<string, string>>(manifestOf(folder).imports ?? {});
    const sourceOf = (target: Record<string, string>) =>
      path.posix.join(folder, String(target['@model-signing/source']));
    return [folder, new Map(targets.map(([name, target]) => [name, sourceOf(target)]))];
  }),
);

const imports: readonly Import[] = importsOf(
  new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')])),
  aliases,
);

it('the imports of this repository are found', () => {
  expect(files.length).toBeGreaterThan(400);
  expect(imports.filter(({ to }) => to !== null).length).toBeGreaterThan(1000);
  expect(imports.filter(({ name }) => isAlias(name)).length).toBeGreaterThan(30);
  expect(imports.filter(({ name, to }) => isAlias(name) && to === null)).toEqual([]);
});

it('no files import each other in a circle', () => {
  expect(circlesOf(imports)).toEqual([]);
});

it('no workspace imports one above it', () => {
  const inWorkspaces = imports.filter(({ from }) => !from.startsWith('scripts/'));
  const isAllowed = (each: Import) => isTest(each.from) && upwardTests.has(crossing(each, workspaces).join(' → '));
  const checked = inWorkspaces.filter((each) => !isAllowed(each));
  const scripts = { name: 'scripts', folder: 'scripts' };
  expect(upwardImports(checked, [...workspaces, scripts], [...lines, ['scripts', 'docs']])).toEqual([]);
});

it('no workspace depends on one above it', () => {
  const upward = workspaces.flatMap(({ name, folder }) => {
    const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifestOf(folder);
    const forTests = Object.keys(devDependencies ?? {}).filter((each) => upwardTests.has(`${name} → ${nameOf(each)}`));
    const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies };
    return Object.keys(all)
      .filter((each) => !forTests.includes(each) || each in { ...dependencies })
      .filter((each) => each.startsWith('@model-signing/') && !mayImport(name, nameOf(each), lines))
      .map((each) => `${name} depends on ${each}`);
  });
  expect(upward).toEqual([]);
});

it('every workspace has a place in a line', () => {
  const placed = new Set(lines.flat(2));
  expect(workspaces.map(({ name }) => name).filter((name) => !placed.has(name))).toEqual([]);
});

it('the conformance suite imports and depends on nothing except the specification', () => {
  const others = imports
    .map((each) => crossing(each, workspaces))
    .filter(([from, to]) => from === 'conformance' && to !== from && to !== null);
  expect(new Set(others.map(([, to]) => to))).toEqual(new Set(['spec']));
  const names = Object.keys(manifestOf('conformance/suite').dependencies);
  expect(names.filter((name) => name.startsWith('@model-signing/'))).toEqual(['@model-signing/spec']);
});

it('no room of the library imports one above it', () => {
  expect(upwardInside(imports, 'packages/core/src', coreRooms)).toEqual([]);
});

it('no room of the conformance suite imports one above it', () => {
  expect(upwardInside(imports, 'conformance/suite/src', suiteRooms)).toEqual([]);
});

const sources = (texts: Readonly<Record<string, string>>) => importsOf(new Map(Object.entries(texts)));

it('imports of every form are read, and none in comments, strings and regular expressions', () => {
  const text = [
    `import a from 'a';`,
    `export { b } from "b";`,
    `export * as c from 'c';`,
    `import type { D } from 'd';`,
    `import 'e'; // import 'x'`,
    `import f = require('f');`,
    `const text = "import 'x'", quote = /['"\`]/;`,
    `await import(\`g\`);`,
    `type H = import('h').H;`,
    `createRequire(import.meta.url)('i');`,
    `const require = module.createRequire(import.meta.url); require('j');`,
    `require.resolve('k');`,
    `import.meta.resolve('l');`,
    `new Worker(new URL('m', import.meta.url));`,
    `new URL('x', base); path.resolve('x');`,
  ].join('\n');
  expect(sources({ 'a.ts': text }).map(({ name }) => name)).toEqual([...'abcdefghijklm']);
});

it.each(['./b', './b.js', './b.ts', '../w/b', '#b'])('the import %s is traced to its file', (name) => {
  const aliasesOfW = new Map([['w', new Map([['#b', 'w/b.ts']])]]);
  const found = importsOf(
    new Map([
      ['w/a.ts', `import '${name}';`],
      ['w/b.ts', ''],
    ]),
    aliasesOfW,
  );
  expect(found.map(({ to }) => to)).toEqual(['w/b.ts']);
});

it('a circle through an alias is noticed, but an alias of a room above is allowed', () => {
  const found = importsOf(
    new Map([
      ['w/src/low/a.ts', `import '#top';`],
      ['w/src/top.ts', `import './low/a.ts';`],
    ]),
    new Map([['w', new Map([['#top', 'w/src/top.ts']])]]),
  );
  expect(circlesOf(found)).toEqual(['w/src/low/a.ts → w/src/top.ts → w/src/low/a.ts']);
  expect(upwardInside(found, 'w/src', [['low/'], ['top.ts']])).toEqual([]);
});

it('a circle is noticed, even one of types only and over several files', () => {
  const circular = sources({
    'a/one.ts': `import { two } from '../b/two.ts';`,
    'b/two.ts': `import type { Three } from './three.ts';`,
    'b/three.ts': `export type { One } from '../a/one.ts';`,
    'b/four.ts': `import './two.ts';`,
  });
  expect(circlesOf(circular)).toEqual(['a/one.ts → b/two.ts → b/three.ts → a/one.ts']);
  expect(circlesOf(circular.filter(({ from }) => from !== 'b/three.ts'))).toEqual([]);
});

it('an import that goes up between workspaces is noticed, by path and by name', () => {
  const places = ['low', 'high', 'apart'].map((name) => ({ name, folder: name }));
  const upward = sources({
    'low/a.ts': `import '../high/b.ts';`,
    'high/b.ts': `import '@model-signing/low/part';`,
    'low/c.ts': `import '@model-signing/high';`,
    'high/d.ts': `import '../apart/e.ts';`,
    'apart/e.ts': `import 'node:fs';`,
  });
  expect(upwardImports(upward, places, [['low', 'high'], ['apart']])).toEqual([
    'low/a.ts imports high/b.ts: low is not above high',
    'low/c.ts imports @model-signing/high: low is not above high',
    'high/d.ts imports apart/e.ts: high is not above apart',
  ]);
});

it('an import that goes up between rooms is noticed, and so is a file in no room', () => {
  const upward = sources({
    'w/src/low/a.ts': `import '../top.ts';`,
    'w/src/top.ts': `import './low/a.ts'; import './lost.ts';`,
    'w/src/lost.ts': '',
  });
  expect(upwardInside(upward, 'w/src', [['low/'], ['top.ts']])).toEqual([
    'w/src/low/a.ts imports w/src/top.ts, which is above it',
    'w/src/lost.ts is in no room',
  ]);
});
