import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './workplace.ts';

const contract = readFileSync(path.join(root, 'docs/library.md'), 'utf8');

/** The names of members and constants that are numbers, in the public declarations of core and the options of sigstore. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(/\b(?:readonly |const |,\s*|\(\s*)(\w+)\??: number\b/g)].map(([, name = '']) => name);
}

it('the table of units in docs/library.md names every number of the library, and nothing else', () => {
  const core = readFileSync(path.join(root, 'packages/core/src/contract.d.ts.snap'), 'utf8');
  const sigstore = readFileSync(path.join(root, 'packages/sigstore/dist/signer.d.ts'), 'utf8');
  // `limit` of `quote` counts characters; `files` of `prepare` is an estimate.
  const numbers = new Set(
    [...numbersIn(core), ...numbersIn(sigstore)].filter((name) => !['limit', 'files'].includes(name)),
  );
  const [, table = ''] = /## Units\n\n([\s\S]*?)\n\n/.exec(contract) ?? [];
  const named = [...table.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  expect(named.sort()).toEqual([...numbers].sort());
});
