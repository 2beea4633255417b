import { describe, expect, it } from 'vitest';
import type { Material } from '../findings.ts';
import { readMaterial } from '../material.ts';
import type { SchemaDocuments } from '../schema-documents.ts';
import { summaries, withProse } from './broken-material.ts';
import { registryFindings } from './registry.ts';
import { schemaFindings } from './schemas.ts';

function withSchemas(change: (schemas: Record<string, Record<string, never>>) => void): Material {
  const material = readMaterial();
  const schemas = structuredClone(material.schemas);
  change(schemas as unknown as Record<string, Record<string, never>>);
  return { ...material, schemas: schemas as SchemaDocuments };
}

function withRegistry(change: (text: string) => string): Material {
  const material = readMaterial();
  return { ...material, registry: JSON.parse(change(JSON.stringify(material.registry))) };
}

describe('schemaFindings', () => {
  it('finds nothing in the schemas as they are', () => {
    expect(schemaFindings(readMaterial())).toEqual([]);
  });

  it.each([
    [
      'a $comment that names no requirement',
      { type: 'string', $comment: 'a name' },
      ['- #/properties/x: type names no requirement'],
    ],
    [
      'a $comment that names an unknown one',
      { type: 'string', $comment: 'OMS-X-1' },
      ['OMS-X-1 #/properties/x: the prose has no such requirement'],
    ],
    ['a constraint without $comment', { const: 1 }, ['- #/properties/x: const names no requirement']],
    [
      'a pattern without description',
      { pattern: 'a', $comment: 'OMS-RES-4' },
      ['OMS-RES-4 #/properties/x: pattern has no description'],
    ],
  ])('finds %s', (_fact, schema, expected) => {
    const broken = withSchemas(({ predicate }) => Object.assign(predicate?.properties ?? {}, { x: schema }));
    expect(summaries(schemaFindings(broken))).toEqual(expected);
  });

  it('finds an $id outside the base', () => {
    const broken = withSchemas(({ bundle }) => Object.assign(bundle ?? {}, { $id: 'https://example.com/bundle' }));
    expect(summaries(schemaFindings(broken))).toEqual(['- $id is https://example.com/bundle']);
  });

  it('finds a requirement that the prose no longer has', () => {
    const broken = withProse('[OMS-SHARD-8]', '[OMS-SHARD-98]');
    expect(summaries(schemaFindings(broken))).toContain(
      'OMS-SHARD-8 #/$defs/shardName: the prose has no such requirement',
    );
  });
});

describe('registryFindings', () => {
  it('finds nothing in the registry as it is', () => {
    expect(registryFindings(readMaterial())).toEqual([]);
  });

  it('finds an algorithm that the schema lacks', () => {
    const broken = withRegistry((text) => text.replace('"blake3"', '"blake4"'));
    expect(summaries(registryFindings(broken))).toContain('OMS-RES-4 the length of blake4 digests is not checked');
    expect(registryFindings(broken)[0]).toMatchObject({
      requirement: 'OMS-CONF-6',
      path: 'v1.0/schemas/predicate.schema.json',
    });
  });

  it('finds a digest size that the schema does not check', () => {
    const broken = withRegistry((text) => text.replace('"bits":512', '"bits":256'));
    expect(summaries(registryFindings(broken))).toContain('OMS-RES-4 the length of blake2b digests is not checked');
  });

  it('finds tables of the prose that say something else', () => {
    const broken = withProse('| 512 bits |', '| 384 bits |');
    expect(summaries(registryFindings(broken))).toEqual(['- the algorithm tables differ from the registry']);
  });

  it('finds an entry without a member', () => {
    const broken = withRegistry((text) => text.replace('"bits":512,', ''));
    expect(summaries(registryFindings(broken))).toEqual(["- /digests/1 must have required property 'bits'"]);
  });
});
