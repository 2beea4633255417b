import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Recorded, recordedData, withComparison } from './comparison.ts';
import { resultsPages } from './conformance.ts';

const docs = path.resolve(import.meta.dirname, '..');
const landing = readFileSync(path.join(docs, 'index.md'), 'utf8');
const recorded = recordedData(path.join(docs, 'data'));

const HOSTILE = '{{constructor.constructor("x")()}}\n\n# x\n| a | `b` <script>alert(1)</script> [c](javascript:d)';

/** The record with hostile text as the names and versions of programs, the titles of models, and the processor. */
function hostile(): Recorded {
  const names = new Set(['name', 'version', 'title', 'processor']);
  return JSON.parse(JSON.stringify(recorded), (key, value) =>
    names.has(key) && typeof value === 'string' ? HOSTILE : value,
  );
}

it('recorded text changes neither the structure of a page nor runs while the site is built', () => {
  const pages = (data: Recorded) => [
    withComparison(landing, { ...data, features: recorded.features }),
    ...resultsPages(data.conformance, true).map(({ text }) => text),
  ];
  const before = pages(recorded);
  for (const [index, text] of pages(hostile()).entries()) {
    expect(text).not.toContain('{{');
    expect(text).not.toMatch(/<script|(?<!\\)\]\(javascript/);
    const shape = (page = '') => page.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);
    expect(shape(text)).toEqual(shape(before[index]));
  }
});
