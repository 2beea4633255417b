import { describe, expect, it } from 'vitest';
import { isReservedType } from './predicate-types.ts';
import { allVersions } from './versions/versions.ts';

describe('reserved predicate types', () => {
  it('the type of every version and draft is reserved', async () => {
    const types = (await allVersions()).map(({ predicateType }) => predicateType);
    expect(types.length).toBeGreaterThan(2);
    expect(types.filter((type) => !isReservedType(type))).toEqual([]);
  });

  it.each(['HTTPS://MODEL_SIGNING/signature/v9', 'https://model-signing.EXAMPLE/draft/signature/v1.2'])(
    '%s is reserved, whatever its case',
    (type) => expect(isReservedType(type)).toBe(true),
  );

  it.each(['https://slsa.dev/provenance/v1', 'https://model-signing.example/test-results/v1'])(
    '%s is not reserved',
    (type) => expect(isReservedType(type)).toBe(false),
  );
});
