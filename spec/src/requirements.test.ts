import { describe, expect, it } from 'vitest';
import { readJson } from '../tools/layout.ts';
import { algorithms } from './v1.0/index.ts';
import { requirements } from './v1.0/requirements.ts';
import { schemas } from './v1.0/schemas.ts';

describe('requirements', () => {
  it('the module of requirements has those of the published file', () => {
    expect(requirements).toEqual(readJson('v1.0/requirements.json'));
  });

  it('each requirement has an identifier of its own', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  });
});

describe('schemas', () => {
  it.each(['bundle', 'envelope', 'statement', 'predicate'] as const)(
    'the module of schemas has the published %s schema',
    (layer) => {
      expect(schemas[layer]).toEqual(readJson(`v1.0/schemas/${layer}.schema.json`));
    },
  );
});

describe('algorithms', () => {
  it('the registry requires sha256 and no other digest', () => {
    const required = algorithms.digests.filter(({ support }) => support === 'required');
    expect(required.map(({ identifier }) => identifier)).toEqual(['sha256']);
  });

  it('the registry pairs each curve with a hash of its strength', () => {
    const pairs = algorithms.signatures.map(({ curve, hash }) => `${curve} ${hash}`);
    expect(pairs).toEqual(['P-256 SHA-256', 'P-384 SHA-384', 'P-521 SHA-512']);
  });
});
