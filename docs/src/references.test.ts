import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '@model-signing/core';
import { expect, it } from 'vitest';
import { errorsPage } from './errors.ts';
import { jsonResultsPage, publishedSchemas } from './json-results.ts';

const root = path.resolve(import.meta.dirname, '../..');

it('the page of errors names every error code once, with a requirement that the specification has', () => {
  const { text } = errorsPage(root);
  for (const code of errorCodes) expect(text.split(`| \`${code}\` |`), code).toHaveLength(2);
  expect(text).not.toContain('undefined');
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
    ['packages/cli/schemas/*.json', 'conformance/suite/schema/*.json', 'spec/tools/schemas/*.json'],
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
