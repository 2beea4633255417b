import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { knownCheck } from './predicate-check.ts';
import { schemaCheck } from './predicate-schemas.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const CYCLONEDX = 'https://cyclonedx.org/bom';

const provenance = {
  buildDefinition: {
    buildType: 'https://example.com/train/v1',
    externalParameters: {},
    resolvedDependencies: [{ name: 'base', digest: { sha256: 'ab' }, annotations: { role: 'base-model' } }],
  },
  runDetails: { builder: { id: 'https://b.example' }, metadata: { startedOn: '2026-11-29T10:00:00Z' }, more: 1 },
};

const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  metadata: {
    component: {
      type: 'machine-learning-model',
      name: 'model',
      licenses: [{ license: { id: 'Apache-2.0' } }],
      hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      modelCard: { modelParameters: { task: 'text-generation' } },
    },
  },
};

/** A copy in which one thing is changed. */
function changed<Value>(value: Value, change: (copy: Value) => void): Value {
  const copy = structuredClone(value);
  change(copy);
  return copy;
}

const bytesOf = (schema: unknown) => new TextEncoder().encode(JSON.stringify(schema));
const check = (schema: unknown, value: unknown) => schemaCheck(bytesOf(schema), 'schema.json')(value);

describe('the schemas that come with the command', { timeout: 60_000 }, () => {
  it.each([
    ['provenance', SLSA, provenance],
    ['a bill of materials', CYCLONEDX, bom],
  ])('%s is accepted as it should be', async (_, type, value) => {
    expect((await knownCheck(type))?.(value)).toBeNull();
  });

  it.each<[string, string, unknown, string]>([
    [
      'provenance without a builder',
      SLSA,
      changed(provenance, (p) => Reflect.deleteProperty(p.runDetails, 'builder')),
      'builder',
    ],
    [
      'provenance whose build type is no URI',
      SLSA,
      changed(provenance, (p) => (p.buildDefinition.buildType = 'train')),
      'buildType',
    ],
    [
      'a dependency without a digest',
      SLSA,
      changed(provenance, (p) => Reflect.deleteProperty(p.buildDefinition.resolvedDependencies[0] ?? {}, 'digest')),
      'resolvedDependencies/0',
    ],
    ['a time that is none', SLSA, changed(provenance, (p) => (p.runDetails.metadata.startedOn = 'today')), 'startedOn'],
    ['provenance that is a list', SLSA, [], 'the document'],
    ['another version of CycloneDX', CYCLONEDX, { bomFormat: 'CycloneDX' }, 'specVersion'],
    [
      'a component of an unknown type',
      CYCLONEDX,
      changed(bom, (b) => (b.metadata.component.type = 'model')),
      'component/type',
    ],
    [
      'a hash that is none',
      CYCLONEDX,
      changed(bom, (b) => Object.assign(b.metadata.component.hashes[0] ?? {}, { content: 'x' })),
      'content',
    ],
    ['an unknown member', CYCLONEDX, { ...bom, more: 1 }, 'more'],
    [
      'an unknown licence',
      CYCLONEDX,
      changed(bom, (b) => (b.metadata.component.licenses = [{ license: { id: 'None-1.0' } }])),
      'license',
    ],
    ['a serial number that is none', CYCLONEDX, { ...bom, serialNumber: '1' }, 'serialNumber'],
  ])('%s is refused', async (_, type, value, place) => {
    expect((await knownCheck(type))?.(value)).toContain(place);
  });

  it('the schema of SLSA provenance says that it is ours', () => {
    const text = readFileSync(new URL('../schemas/slsa-provenance-v1.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(text).description).toMatch(/Written by .*not published by SLSA/);
  });

  it.each([
    ['bom-1.6', '83821ba49aa366ad1f1d16c34837d05edd010f036f652e310db1c77d57b37c58'],
    ['spdx', '4b345e2329f209f34e960ae2a8e7cb46a166907e6a45e94978565925dc47b359'],
    ['jsf-0.82', '8bae002c25e723db7ee1f26afde680ae1a2b1a8f6b4b4b0fd65dc3becb090aae'],
  ])('the schema %s is the one that version 10.3.0 of the library of CycloneDX has', (name, digest) => {
    const file = readFileSync(new URL(`../vendor/cyclonedx-1.6/${name}.SNAPSHOT.schema.json`, import.meta.url));
    expect(createHash('sha256').update(file).digest('hex')).toBe(digest);
  });

  it('the licences of what is bundled are those of the installed packages', () => {
    const licences = readFileSync(new URL('../THIRD-PARTY-LICENSES', import.meta.url), 'utf8');
    const require = createRequire(createRequire(import.meta.url).resolve('ajv'));
    for (const name of ['ajv', 'fast-deep-equal', 'fast-uri', 'json-schema-traverse']) {
      const manifest = require.resolve(`${name}/package.json`);
      expect(licences).toContain(`${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}\n`);
      expect(licences).toContain(readFileSync(manifest.replace('package.json', 'LICENSE'), 'utf8').trim());
    }
  });
});

describe('a schema of the user', () => {
  const spdx3 = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['@context'],
    properties: {
      '@context': { const: 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' },
      spdxId: { $ref: '#/$defs/iri' },
    },
    $defs: { iri: { type: 'string', pattern: '^(?!_:).+:.+' } },
    unevaluatedProperties: true,
  };

  it('a schema of 2020-12 decides, also with the patterns of SPDX 3', () => {
    const document = { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', spdxId: 'https://a.example/b' };
    expect(check(spdx3, document)).toBeNull();
    expect(check(spdx3, { ...document, spdxId: '_:b' })).toContain('/spdxId');
    expect(check(spdx3, {})).toContain('@context');
  });

  it('a draft is read as it is: a list of schemas for items is one in draft-07, and in 2020-12 it is none', () => {
    const items = { items: [{ type: 'string' }] };
    const draft07 = { $schema: 'http://json-schema.org/draft-07/schema#', ...items };
    expect(check(draft07, ['a'])).toBeNull();
    expect(check(draft07, [1])).toContain('/0');
    expect(() => check(items, [1])).toThrow(/cannot be used/);
    expect(check({ prefixItems: [{ type: 'string' }] }, [1])).toContain('/0');
  });

  it.each([
    'http://json-schema.org/draft-04/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://example.com/own',
    7,
  ])('a schema of the draft %s is refused', ($schema) => {
    expect(() => check({ $schema }, {})).toThrow(/another draft/);
  });

  it.each(['https://example.com/other.json', 'other.json#/$defs/a', '#/$defs/absent'])(
    'a reference to %s is not fetched, and is named',
    ($ref) => {
      expect(() => check({ $id: 'https://example.com/this.json', properties: { a: { $ref } } }, {})).toThrow(
        $ref.replace('#/$defs/absent', 'absent'),
      );
    },
  );

  it('a reference to a schema that is inside is followed', () => {
    const inside = { $id: 'https://example.com/other.json', type: 'string' };
    const schema = { properties: { a: { $ref: 'https://example.com/other.json' } }, $defs: { inside } };
    expect(check(schema, { a: 'a' })).toBeNull();
    expect(check(schema, { a: 1 })).toContain('/a');
  });

  it('a pattern that backtracks ends, and is no verdict', { timeout: 60_000 }, () => {
    const value = { a: `${'a'.repeat(40)}b` };
    expect(check({ properties: { a: { pattern: '^(a+)+$' } } }, value)).toContain('takes too much');
  });

  it('a schema that calls itself asynchronous accepts nothing', () => {
    expect(check({ $async: true, type: 'object' }, {})).toContain('no verdict');
  });

  it('a schema that refers to itself without end is no verdict', () => {
    const again = { allOf: [{ $ref: '#/$defs/again' }] };
    expect(check({ ...again, $defs: { again } }, {})).toContain('takes too much');
  });

  it.each([
    ['no object', Buffer.from('[]')],
    ['no JSON', Buffer.from('{')],
    ['a member twice', Buffer.from('{"type":"object","type":"string"}')],
    ['no schema', Buffer.from('{"type":"text"}')],
    ['a pattern that is none', Buffer.from('{"pattern":"("}')],
    ['too many bytes', Buffer.alloc(5 * 1024 * 1024, ' ')],
    ['too many levels', Buffer.from(`${'{"not":'.repeat(200)}{}${'}'.repeat(200)}`)],
  ])('a schema with %s is refused', (_, bytes) => {
    expect(() => schemaCheck(bytes, 'schema.json')).toThrow(/^the schema "schema\.json" cannot be used/);
  });
});
