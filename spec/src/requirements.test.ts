import { describe, expect, it } from 'vitest';
import { readJson } from '../tools/layout.ts';
import { algorithms } from './v1.0/index.ts';
import { requirements } from './v1.0/requirements.ts';
import { schemas } from './v1.0/schemas.ts';

describe('requirements', () => {
  it('are those of the published file', () => {
    expect(requirements).toEqual(readJson('v1.0/requirements.json'));
  });

  it('have an identifier of their own each', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  });
});

describe('schemas', () => {
  it.each(['bundle', 'envelope', 'statement', 'predicate'] as const)('hold the published %s schema', (layer) => {
    expect(schemas[layer]).toEqual(readJson(`v1.0/schemas/${layer}.schema.json`));
  });
});

describe('algorithms', () => {
  it('require sha256 alone among the digests', () => {
    const required = algorithms.digests.filter(({ support }) => support === 'required');
    expect(required.map(({ identifier }) => identifier)).toEqual(['sha256']);
  });

  it('pair each curve with a hash of its strength', () => {
    const pairs = algorithms.signatures.map(({ curve, hash }) => `${curve} ${hash}`);
    expect(pairs).toEqual(['P-256 SHA-256', 'P-384 SHA-384', 'P-521 SHA-512']);
  });
});
