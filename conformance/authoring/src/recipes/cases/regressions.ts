import { directory, type Recipe, reject } from '../recipe.ts';
import { plainFiles } from './models.ts';

/** Digits that differ from the right ones only in the last place. */
const lastDigitOther = (digits: string): string => `${digits.slice(0, -1)}${digits.endsWith('0') ? '1' : '0'}`;

/** Faults that a program with a single defect once got past every other vector. */
// biome-ignore format: each vector is a row of a table
export const regressions: readonly Recipe[] = [
  {
    id: 'signer_hint-last-digit',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'the hint differs from that of the key in its last digit',
    requirements: ['OMS-KEY-4'],
    level: 'SHOULD',
    why: 'a verifier that compares a shortened hint names another key than the one that signed',
    forge: { material: (material) => { material.publicKey.hint = lastDigitOther(material.publicKey.hint); } },
    expect: reject(['signer/key-mismatch']),
  },
  {
    id: 'model_digest-last-digit',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'a listed digest differs from that of the file in its last digit',
    requirements: ['OMS-VERIFY-3'],
    why: 'a verifier that compares a part of the digest has a weaker one',
    forge: {
      statement: (statement) => {
        const [resource] = statement.predicate.resources;
        resource.digest = lastDigitOther(resource.digest);
      },
    },
    expect: reject(['model/modified'], { differences: [{ kind: 'modified', path: 'config.json' }] }),
  },
  {
    id: 'model_digest-first-digit',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'a listed digest differs from that of the file in its first digit',
    requirements: ['OMS-VERIFY-3'],
    why: 'a verifier that compares a part of the digest has a weaker one',
    forge: {
      statement: (statement) => {
        const [resource] = statement.predicate.resources;
        resource.digest = `${resource.digest.startsWith('0') ? '1' : '0'}${resource.digest.slice(1)}`;
      },
    },
    expect: reject(['model/modified'], { differences: [{ kind: 'modified', path: 'config.json' }] }),
  },
  {
    id: 'manifest_name-twice-apart',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'a resource is listed at the beginning and once more at the end',
    requirements: ['OMS-RES-10'],
    why: 'a verifier that compares neighbours in the list does not see it',
    forge: { statement: ({ predicate: { resources } }) => { resources.push(resources[0]); } },
    expect: reject(['manifest/name-duplicate', 'manifest/malformed']),
  },
  {
    id: 'model_recorded-exclusion-leaked',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'a file is added where an earlier bundle recorded an exclusion',
    requirements: ['OMS-VERIFY-6', 'OMS-VERIFY-4'],
    decidedBy: ['OMS-VERIFY-6', 'OMS-VERIFY-4'],
    why: 'paths that one bundle records have leaked into the verification of the next',
    after: ['model_recorded-exclusion'],
    model: directory({ ...plainFiles, 'cache/x': '1' }),
    expect: reject(['model/unsigned'], { differences: [{ kind: 'unsigned', path: 'cache/x' }] }),
  },
];
