import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';

const dist = path.resolve(import.meta.dirname, '../dist');
const files = ['index.cjs', 'worker.cjs', 'stream-worker.cjs', 'sign.cjs', 'verify.cjs', 'command.cjs'];
const textOf = (name: string) => readFileSync(path.join(dist, name), 'utf8');

it.each(files)('%s of the bundle loads nothing that is not in Node or in the bundle', (name) => {
  const text = textOf(name);
  const loaded = [...text.matchAll(/\b(?:require|import)\((?:"([^"]*)"|'([^']*)'|`([^`]*)`)\)/g)].map((found) =>
    found.slice(1).join(''),
  );
  expect(loaded.filter((one) => !isBuiltin(one) && one !== './index.cjs')).toEqual([]);
  expect(text).not.toMatch(/sourceMappingURL|createRequire/);
});

it('the bundle names the licence of each package of others in it', () => {
  const licenses = textOf('licenses.txt');
  for (const name of ['@sigstore/verify', '@tufjs/models', '@noble/hashes', 'oauth4webapi', 're2js', 'minimatch']) {
    expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
  }
});

it('what a runner fetches is small', () => {
  const bytes = files.reduce((sum, name) => sum + textOf(name).length, 0);
  expect(bytes).toBeLessThan(2.5e6);
});
