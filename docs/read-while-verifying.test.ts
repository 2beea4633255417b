import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readsOf, table } from '../scripts/rank-reads.ts';
import { root } from './workplace.ts';

const guide = readFileSync(path.join(root, 'docs/guide/read-while-verifying.md'), 'utf8');

it('the table of what a rank hashes is the one that the script computes', () => {
  const [, written = ''] = guide.split(/<!-- \/?rank-reads -->/);
  expect(written.trim()).toBe(table());
});

it('a rank hashes the shards that its rows touch, and all shards of a tensor that is split by columns', () => {
  const tensors = [
    { rows: 10, columns: 5, split: 'rows' },
    { rows: 10, columns: 5, split: 'columns' },
  ] as const;
  expect(readsOf(tensors, 10, 0, 2)).toEqual({ needed: 100, hashed: 150, total: 200, shards: 20 });
  expect(readsOf(tensors, 30, 1, 2)).toEqual({ needed: 100, hashed: 170, total: 200, shards: 7 });
  expect(readsOf(tensors, 1000, 1, 2)).toEqual({ needed: 100, hashed: 200, total: 200, shards: 1 });
});

it('the defaults in the guide and in the contract are those of the code', () => {
  const code = readFileSync(path.join(root, 'packages/core/src/open-verified.ts'), 'utf8');
  expect(code).toContain('const DEFAULT_BYTES = 256 * 1024 * 1024;');
  const contract = readFileSync(path.join(root, 'docs/library.md'), 'utf8');
  for (const text of [guide, contract])
    for (const option of ['cacheBytes', 'maxUnitBytes'])
      expect(text).toMatch(
        new RegExp(`^\\| \`${option}\` \\|.*\\b${(256 * 1024 * 1024).toLocaleString('en')}\\b`, 'm'),
      );
});
