import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** No test may give up sooner than this many milliseconds: a limit is for a test that hangs, not for a busy machine. */
const LEAST = 240_000;

/** Waits whose own limit is a second unless they name one. */
const WAITS = /\b(?:vi\.waitFor|vi\.waitUntil|\.poll)\(/;

const tests = globSync('{spec,packages,conformance,docs,scripts}/**/*.test.ts', {
  cwd: root,
  // This file shows what is refused.
  exclude: (file) => /node_modules|dist|limits\.test\.ts$/.test(file),
}).sort();

/** Limits in a test file that are too short for a busy machine. */
function shortLimits(text: string): string[] {
  const limits = text.match(/^\s*\}, \d[\d_]*\);$|^\s*\}, \{ timeout: \d[\d_]* \}\);$/gm) ?? [];
  const waits = text
    .split(WAITS)
    .slice(1)
    .map((rest) => /^[\s\S]{0,300}?timeout: [\d_]+/.exec(rest)?.[0] ?? 'no timeout: 1');
  return [...limits, ...waits].filter(
    (limit) => Number(/(\d[\d_]*)\D*$/.exec(limit)?.[1]?.replaceAll('_', '')) < LEAST,
  );
}

it('no test has a limit of its own that a busy machine reaches', () => {
  expect(tests.length).toBeGreaterThan(100);
  const short = tests.flatMap((file) =>
    shortLimits(readFileSync(path.join(root, file), 'utf8')).map((limit) => `${file}: ${limit.trim()}`),
  );
  expect(short).toEqual([]);
});

it('the limit of all tests is that of tests that hang', () => {
  const config = readFileSync(path.join(root, 'vitest.config.ts'), 'utf8');
  const limits = [...config.matchAll(/(?:test|hook)Timeout: ([\d_]+)/g)].map(([, limit = '']) =>
    Number(limit.replaceAll('_', '')),
  );
  expect(limits).toHaveLength(2);
  for (const limit of limits) expect(limit).toBeGreaterThanOrEqual(LEAST);
});

it.each([
  ["it('x', () => {\n}, 20_000);", 1],
  ["it('x', () => {\n}, { timeout: 5000 });", 1],
  ['vi.waitFor(check)', 1],
  ['expect.poll(() => x, { timeout: 1000 })', 1],
  ['expect.poll(() => x, { timeout: 240_000 })', 0],
  ["it('x', () => {\n}, 300_000);", 0],
])('a limit in %j counts as too short: %i', (text, count) => {
  expect(shortLimits(text)).toHaveLength(count);
});
