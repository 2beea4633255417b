import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { materialOf, replaced, summaries, withProse, withSchemas } from '../testing/material.ts';
import { registryFindings } from './registry.ts';
import { schemaFindings } from './schemas.ts';

const material = materialOf('v1.0');

function withRegistry(before: string, after: string) {
  return { ...material, registry: JSON.parse(replaced(JSON.stringify(material.registry), before, after)) };
}

describe('schemaFindings', () => {
  it('schemaFindings finds nothing wrong with the schemas of 1.0', () => {
    expect(schemaFindings(material)).toEqual([]);
  });

  it.each([
    [
      'a $comment that names no requirement',
      { type: 'string', $comment: 'a name' },
      ['- #/properties/x: type names no requirement'],
    ],
    [
      'a $comment that names an unknown requirement',
      { type: 'string', $comment: 'OMS-X-1' },
      ['OMS-X-1 #/properties/x: the prose has no such requirement'],
    ],
    ['a constraint without $comment', { const: 1 }, ['- #/properties/x: const names no requirement']],
    [
      'a pattern without description',
      { pattern: 'a', $comment: 'OMS-RES-4' },
      ['OMS-RES-4 #/properties/x: pattern has no description'],
    ],
  ])('schemaFindings finds %s in a schema', (_fact, schema, expected) => {
    const broken = withSchemas(material, ({ predicate }) => (predicate.properties.x = schema));
    expect(summaries(schemaFindings(broken))).toEqual(expected);
  });

  it('schemaFindings finds an $id outside the base', () => {
    const broken = withSchemas(material, ({ bundle }) => (bundle.$id = 'https://example.com/bundle'));
    expect(summaries(schemaFindings(broken))).toEqual(['- $id is https://example.com/bundle']);
  });

  it('schemaFindings finds a requirement that the prose does not have', () => {
    expect(summaries(schemaFindings(withProse(material, '# Empty\n')))).toContain(
      'OMS-SHARD-8 #/$defs/shardName: the prose has no such requirement',
    );
  });
});

describe('registryFindings', () => {
  it('registryFindings finds nothing wrong with the registry of 1.0', () => {
    expect(registryFindings(material)).toEqual([]);
  });

  it('registryFindings finds an algorithm that the schema lacks', () => {
    const found = registryFindings(withRegistry('"blake3"', '"blake4"'));
    expect(summaries(found)).toContain('OMS-RES-4 the length of blake4 digests is not checked');
    expect(found.map(formatFinding)).toContainEqual(
      expect.stringMatching(
        /^spec\/v1\.0\/schemas\/predicate\.schema\.json:\d+: OMS-CONF-6: the algorithms are .* Make the two the same/,
      ),
    );
  });

  it('registryFindings finds a digest size that the schema does not check', () => {
    const found = registryFindings(withRegistry('"bits":512', '"bits":256'));
    expect(summaries(found)).toContain('OMS-RES-4 the length of blake2b digests is not checked');
  });

  it('registryFindings finds tables of the prose that differ from the registry', () => {
    const prose = { ...material.prose, source: replaced(material.prose.source, '| 512 bits |', '| 384 bits |') };
    expect(summaries(registryFindings({ ...material, prose }))).toEqual([
      '- the algorithm tables differ from the registry',
    ]);
  });

  it('registryFindings finds an entry without a member', () => {
    const found = registryFindings(withRegistry('"bits":512,', ''));
    expect(summaries(found)).toEqual(["- /digests/1 must have required property 'bits'"]);
  });
});
