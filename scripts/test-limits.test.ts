import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.ts';

const root = path.resolve(import.meta.dirname, '..');
const tests = globSync('{spec,packages/*,conformance/*,docs,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
});

/** Milliseconds. Less than this, a busy machine can exceed without anything being wrong. */
const GENEROUS = 240_000;

const number = (text: string) => Number(text.replaceAll('_', ''));

/** What in a test depends on how fast the machine is. */
const rules: readonly [what: string, faults: (text: string) => string[]][] = [
  ['measures how long something takes', (text) => text.match(/\bperformance\.now\b|\bhrtime\b/g) ?? []],
  [
    'waits for less than four minutes',
    (text) =>
      [...text.matchAll(/(?:\bwaitFor|\bwaitUntil|\.poll)\(.*$/gm)]
        .map(([call]) => call)
        .filter((call) => !(number(/timeout: ([\d_]+)/.exec(call)?.[1] ?? '0') >= GENEROUS)),
  ],
  [
    'has a limit of less than four minutes',
    (text) =>
      [...text.matchAll(/^ *\}, ([\d_]+)\);$/gm)]
        .filter(([, limit = '']) => number(limit) < GENEROUS)
        .map(([end]) => end),
  ],
];

describe('a test on a busy machine', () => {
  it('a test and its preparation may take five minutes', () => {
    expect(config.test?.testTimeout).toBeGreaterThanOrEqual(300_000);
    expect(config.test?.hookTimeout).toBeGreaterThanOrEqual(300_000);
  });

  it.each(rules)('no test %s', (_, faults) => {
    const found = tests
      .filter((file) => file !== path.join('scripts', 'test-limits.test.ts'))
      .flatMap((file) => faults(readFileSync(path.join(root, file), 'utf8')).map((fault) => `${file}: ${fault}`));
    expect(found).toEqual([]);
  });
});
