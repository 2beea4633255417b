import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { declaredArguments } from '../adapter/flags.ts';
import { callOf } from '../run/calls.ts';
import type { LoadedVector } from './load.ts';
import { loadSuite } from './suite.ts';
import { profiles } from './vector.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../PROTOCOL.md'), 'utf8');

/** The flags of each profile, as the table of the page has them. */
const table = page
  .split('\n### Profiles\n')[1]
  ?.split('\n### ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line): [string, string[]] => {
    const [, profile = '', flags = ''] = line.split('|');
    return [profile.trim().replaceAll('`', ''), [...flags.matchAll(/`--([a-z-]+)`/g)].map(([, name = '']) => name)];
  });

const places = { model: '/m', root: '/m', signature: '/m.sig', vectors: '/v', vector: '/v' };

function needed({ vector, bundle }: LoadedVector): string[] {
  const operations =
    vector.kind === 'roundtrip' ? (['sign', 'verify'] as const) : ([bundle ? 'verify' : 'sign'] as const);
  return operations.flatMap((operation) => declaredArguments(callOf(operation, vector.inputs, places).args));
}

it('the table of PROTOCOL.md has each profile, with the flags that its vectors need', () => {
  const { vectors } = loadSuite();
  const expected = profiles.map((profile) => {
    const flags = vectors.filter(({ vector }) => vector.profile === profile).flatMap(needed);
    return [profile, [...new Set(flags)].sort()];
  });
  expect(table).toEqual(expected);
});
