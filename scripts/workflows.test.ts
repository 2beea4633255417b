import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = globSync(['.github/workflows/*.yml', 'docs/workflows/*.yml', 'conformance/action.yml'], {
  cwd: root,
}).sort();

it.each(files)('every action in %s is pinned to a commit, so that its owner cannot change it', (file) => {
  const used = [...readFileSync(path.join(root, file), 'utf8').matchAll(/\buses: (.+)/g)].map(([, action]) => action);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action as string))).toEqual([]);
});
