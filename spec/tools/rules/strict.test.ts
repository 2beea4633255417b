import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { materialOf, withSchemas } from '../testing/material.ts';
import { strictFindings } from './strict.ts';

describe('strictFindings', () => {
  it('strictFindings finds nothing wrong with the schemas of the draft', () => {
    expect(strictFindings(materialOf('v1.1'))).toEqual([]);
  });

  it('strictFindings finds a keyword that the metaschema does not allow', () => {
    const broken = withSchemas(materialOf('v1.0'), ({ envelope }) => (envelope.type = 'obejct'));
    expect(strictFindings(broken).map(formatFinding)).toEqual([
      'spec/v1.0/schemas/envelope.schema.json:1: #/type must be equal to one of the allowed values. Correct the keyword.',
    ]);
  });

  it('strictFindings finds a reference to a definition that does not exist', () => {
    const broken = withSchemas(materialOf('v1.0'), ({ bundle }) => {
      bundle.properties.later = { $ref: '#/$defs/later' };
    });
    expect(strictFindings(broken).map(formatFinding)).toEqual([
      expect.stringMatching(
        /^spec\/v1\.0\/schemas\/\w+\.schema\.json:1: it does not compile: can't resolve reference .* Correct the schema\.$/,
      ),
    ]);
  });
});
