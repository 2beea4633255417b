import { describe, expect, it } from 'vitest';
import { layoutOf } from '../layout.ts';
import { places, readSchemaDocuments } from '../schema-documents.ts';
import { patternSamples } from './pattern-samples.ts';

describe('patternSamples', () => {
  it.each([
    ['^[0-9a-f]{64}$', '0'.repeat(64)],
    ['^(?:a|bc)d?$', 'bcd'],
    ['^[A-Za-z0-9+/]+={0,2}$', 'A=='],
    ['^x{2,}$', 'xxxx'],
    ['\\.:[0-9]+$', '.:0'],
    ['^[^/]\\d$', 'é0'],
  ])('the samples of the pattern %s include %s', (pattern, sample) => {
    expect(patternSamples(pattern)).toContain(sample);
  });

  it('the samples of a pattern are always the same, and some of them match, for every pattern of the schemas', () => {
    const documents = readSchemaDocuments(layoutOf('v1.1'));
    const patterns = Object.values(documents).flatMap((document) =>
      [...places(document)].map(({ schema }) => schema.pattern).filter((pattern) => typeof pattern === 'string'),
    );
    expect(patterns.length).toBeGreaterThan(10);
    for (const pattern of patterns) {
      const samples = patternSamples(pattern);
      expect(patternSamples(pattern)).toEqual(samples);
      expect(
        samples.some((sample) => new RegExp(pattern, 'u').test(sample)),
        pattern,
      ).toBe(true);
    }
  });
});
