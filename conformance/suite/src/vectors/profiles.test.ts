import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { declaredArguments } from '../adapter/flags.ts';
import { callOf } from '../run/calls.ts';
import type { LoadedVector } from './load.ts';
import { neededProfiles } from './needed-profiles.ts';
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

/** The flags that belong to a profile which a vector may need besides its own. */
const flagsOf: Readonly<Record<string, string>> = {
  only: 'partial',
  'lfs-pointers': 'advertised',
  'oci-manifest': 'advertised',
  policy: 'policy',
  as: 'policy',
  signature: 'policy',
  attestations: 'attestations',
  'require-attestation': 'attestations',
};

it('the table of PROTOCOL.md has each profile, with the flags that its vectors need and no other profile has', () => {
  const { vectors } = loadSuite();
  const expected = profiles.map((profile) => {
    const flags = vectors.filter(({ vector }) => vector.profile === profile).flatMap(needed);
    const own = flags.filter((flag) => (flagsOf[flag] ?? profile) === profile);
    return [profile, [...new Set(own)].sort()];
  });
  expect(table).toEqual(expected);
});

it('a vector with a flag of partial or advertised verdicts, of policies or of attestations needs the profile of that flag', () => {
  for (const loaded of loadSuite().vectors) {
    const wanted = needed(loaded).flatMap((flag) => flagsOf[flag] ?? []);
    const profile = loaded.vector.profile;
    expect([...neededProfiles(loaded.vector)].sort()).toEqual([...new Set([profile, ...wanted])].sort());
  }
});

it('what rests on this project alone is judged only for those who have one of its four profiles', () => {
  const own = loadSuite().vectors.filter(({ vector }) => vector.basis === 'own');
  expect(own.length).toBeGreaterThan(100);
  const ours: readonly string[] = ['partial', 'advertised', 'policy', 'attestations'];
  const free = own.filter(({ vector }) => !neededProfiles(vector).some((one) => ours.includes(one)));
  expect(free.map(({ vector }) => vector.id)).toEqual([]);
});
