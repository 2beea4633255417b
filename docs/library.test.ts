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

const declarations = readFileSync(path.join(root, 'packages/core/src/contract.d.ts.snap'), 'utf8');

/** A type that is not exported by itself, and that `SignedModel` extends. */
const sealed = readFileSync(path.join(root, 'packages/core/dist/format/envelope.d.ts'), 'utf8');

/** The names of the members of a type in the public declarations, with those that it extends. */
function membersOf(type: string): string[] {
  const found = new RegExp(`export interface ${type}(?:<.*?>)?(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)\\n?\\}`).exec(
    declarations + sealed,
  );
  const union = new RegExp(`export type ${type}(?:<.*?>)? = \\{([\\s\\S]*?)\\};\\n\\n`).exec(declarations);
  if (!found && !union) throw new Error(`there is no type ${type} in the public declarations`);
  const [, bases = '', own = ''] = found ?? ['', '', union?.[1] ?? ''];
  const names = [...own.matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name);
  return [...new Set([...bases.split(', ').filter(Boolean).flatMap(membersOf), ...names])];
}

it('the table of results in docs/library.md has the members of each type, and names every asynchronous function', () => {
  const [, table = '', manifest = ''] = /\n## Results\n\n([\s\S]*?)\n\n(A `manifest` is .*)\n/.exec(contract) ?? [];
  const rows = [...table.matchAll(/^\| (`.*?) \| a promise of .*?`(\w+)`.*? \| (.*) \|$/gm)];
  const named = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  for (const [, , type = '', cell = ''] of rows) {
    if (type === 'Signer' || type === 'boolean') continue;
    const members = named(cell).flatMap((name) => (name === 'HashedModel' ? membersOf(name) : name));
    expect(members.sort(), type).toEqual(membersOf(type).sort());
  }
  expect(
    named(manifest.split('.')[0] ?? '')
      .slice(2)
      .sort(),
  ).toEqual(membersOf('Manifest').sort());
  const asynchronous = [...declarations.matchAll(/^export declare function (\w+).*: Promise</gm)].map(
    ([, name]) => name,
  );
  const ours = rows.flatMap(([, functions = '']) => named(functions)).filter((name) => !name.startsWith('sigstore'));
  expect(ours.sort()).toEqual(asynchronous.sort());
});
