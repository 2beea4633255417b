import { describe, expect, it } from 'vitest';
import { materialOf, withSchemas } from '../testing/material.ts';
import { demandsOf } from './changesets.ts';

const material = materialOf('v1.0');

function levels(minItems: number, status: 'current' | 'frozen'): string[] {
  const { schemas } = withSchemas(material, ({ predicate }) => (predicate.properties.resources.minItems = minItems));
  return demandsOf({ version: 'v1.0', status }, material.schemas, schemas).map(({ level }) => level);
}

describe('demandsOf', () => {
  it('demandsOf demands a major release for a frozen schema that refuses more', () => {
    expect(levels(2, 'frozen')).toEqual(['major']);
    expect(levels(2, 'current')).toEqual(['minor']);
  });

  it('demandsOf demands a minor release for a schema that accepts more', () => {
    expect(levels(0, 'frozen')).toEqual(['minor']);
  });

  it('demandsOf demands nothing for schemas that are the same', () => {
    expect(levels(1, 'frozen')).toEqual([]);
  });
});
