import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '@model-signing/core';
import { expect, it } from 'vitest';
import { documentedVariables } from './environment.ts';
import { warningCodes } from './error-meanings.ts';
import { advice, errorsPage } from './errors.ts';
import { jsonResultsPage, publishedSchemas } from './json-results.ts';

const root = path.resolve(import.meta.dirname, '../..');

it('the page of errors names every error code once, with a requirement that the specification has', () => {
  const { text } = errorsPage(root);
  for (const code of errorCodes) expect(text.split(`| \`${code}\` |`), code).toHaveLength(2);
  expect(text).not.toContain('undefined');
});

it('every row of the page of errors says what the code means, and no advice breaks off', () => {
  const { text } = errorsPage(root);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(errorCodes.length);
  for (const row of rows) expect(row).toMatch(/^\| `[a-z-]+\/[a-z0-9-]+` \| [a-z`].{15,} \| .*\d/);
  const lines = errorCodes.flatMap(advice);
  for (const line of lines) expect(line).not.toMatch(/\s$|\b(?:with|of|by|and|or)$|;$|undefined|null/);
});

it('the page of errors tells apart hints that are given always and only under a condition', () => {
  const lines = advice('model/mismatch');
  expect(lines).toEqual([
    expect.stringMatching(/^if the only difference is files that are not signed: .*--ignore-unsigned-files/),
    expect.stringMatching(/^if a file is only a pointer to its content: .*git lfs pull/),
    expect.stringMatching(/^if a file is only a pointer to its content: --lfs-pointers/),
  ]);
  expect(advice('signer/key-unsupported')).toEqual([
    expect.stringMatching(/^when signing: model-signing key generate/),
  ]);
});

it('the codes that the page of errors calls warnings are those that the libraries warn with', () => {
  const sources = globSync('packages/{core,sigstore}/src/**/*.ts', { cwd: root }).filter(
    (file) => !/\.test\.ts$|[\\/]testing[\\/]/.test(file),
  );
  const codes = sources.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [...text.matchAll(/\b(?:warn|add)\(\s*'([a-z]+\/[a-z-]+)'|\{ code: '([a-z]+\/[a-z-]+)', message \}/g)];
  });
  const warned = new Set(codes.map(([, called, noticed]) => called ?? noticed));
  expect([...warned].sort()).toEqual([...warningCodes].sort());
});

it('the page of JSON results has a table for each object, with a meaning for each member', () => {
  const { text } = jsonResultsPage(root);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.filter((row) => / \| \s*\|/.test(row))).toEqual([]);
  expect(text).not.toContain('undefined');
});

it('the site publishes every schema of an output, and each is closed and has a versioned name', () => {
  const files = globSync(
    ['packages/cli/schemas/result-*.json', 'conformance/suite/schema/*.json', 'spec/tools/schemas/*.json'],
    {
      cwd: root,
    },
  ).map((file) => file.replaceAll(path.sep, '/'));
  expect([...publishedSchemas].sort()).toEqual(files.sort());
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    expect(text, file).toMatch(/"const": "model-signing\/[a-z-]+(?:\/[a-z]+)?\/v\d+"/);
    expect(openObjects(JSON.parse(text), file)).toEqual([]);
  }
});

/** The places of objects with members that allow others. */
function openObjects(schema: unknown, place: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, additionalProperties, unevaluatedProperties, $defs } = schema as Record<string, unknown>;
  const isClosed = additionalProperties === false || unevaluatedProperties === false;
  // A schema with definitions chooses one of them, which is closed.
  const isOpen = type === 'object' && properties !== undefined && !isClosed && $defs === undefined;
  const inside = Object.entries(schema).flatMap(([name, part]) => openObjects(part, `${place}/${name}`));
  return isOpen ? [place, ...inside] : inside;
}

/** The variables of the environment that a source reads: `env.X`, or `{ X } = env`, whatever the name of the environment. */
function variablesIn(source: string): string[] {
  const environment = '(?:process\\.env|env|environment)\\b';
  const members = [...source.matchAll(new RegExp(`\\b${environment}\\??\\.([A-Z][A-Z0-9_]+)`, 'g'))];
  const patterns = [
    ...source.matchAll(
      new RegExp(`\\{([^{}]*)\\}\\s*(?:=\\s*|:\\s*)(?:NodeJS\\.ProcessEnv|Environment|${environment})`, 'g'),
    ),
    ...source.matchAll(/isPresent: \(\{([^{}]*)\}\)|token: async \(\w+, \{([^{}]*)\}\)/g),
    ...source.matchAll(/\bvariable: '([A-Z_]+)'/g),
  ];
  const names = patterns.flatMap(
    ([, first = '', second = '']) => `${first} ${second}`.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? [],
  );
  return [...members.map(([, name = '']) => name), ...names];
}

it('the table of environment variables names every one that the command and its libraries read', () => {
  const sources = globSync('packages/{cli,core,sigstore,keys,pkcs11}/src/**/*.ts', { cwd: root }).filter(
    (file) => !/\.test\.ts$|[\\/]testing[\\/]/.test(file),
  );
  const read = new Set(sources.flatMap((file) => variablesIn(readFileSync(path.join(root, file), 'utf8'))));
  expect(read.size).toBeGreaterThan(8);
  expect([...read].filter((name) => !documentedVariables.includes(name))).toEqual([]);
});

it.each([
  ['process.env.SOME_NAME', ['SOME_NAME']],
  ['const { A_B, C_D: c } = process.env;', ['A_B', 'C_D']],
  ['function f({ A_B: x }: NodeJS.ProcessEnv) {}', ['A_B']],
  ["{ variable: 'A_B' }", ['A_B']],
  ['const { a } = b.A_B;', []],
])('the variables of the environment in %j are found', (source, names) => {
  expect(variablesIn(source)).toEqual(names);
});
