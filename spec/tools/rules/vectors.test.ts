import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleDocument } from '../example-documents.ts';
import { review } from '../reviews.ts';
import { SpecCopy } from '../testing/copy.ts';
import { inheritedVectors, readVectors } from '../vectors.ts';
import { readVersionMaterials } from '../version-material.ts';
import { readVersions } from '../versions.ts';
import { summaries } from './broken-material.ts';
import { coverageFindings, schemaCoverage } from './schema-coverage.ts';
import { vectorFindings } from './vectors.ts';

const ID = 'OMS-JSON-1';

/** A copy with an accepting and a refusing vector for one requirement. */
function withVectors(): SpecCopy {
  const copy = new SpecCopy();
  copy.keepOnly('v1.0');
  addVectorTo(copy, 'bundle_json', 'accept', { control: undefined });
  addVectorTo(copy, 'bundle_json-twice', 'reject', { control: 'bundle_json' });
  return copy;
}

function addVectorTo(
  copy: SpecCopy,
  id: string,
  outcome: string,
  more: object,
  bundle = exampleDocument('bundle-key'),
  version = 'v1.0',
) {
  const folder = path.join(copy.root, 'conformance/suite/vectors', version, id);
  mkdirSync(folder, { recursive: true });
  const vector = {
    id,
    kind: 'verify',
    requirements: [ID],
    bundle: { file: 'bundle.json' },
    expect: { outcome },
    ...more,
  };
  writeFileSync(path.join(folder, 'vector.json'), JSON.stringify(vector, null, 2));
  writeFileSync(path.join(folder, 'bundle.json'), JSON.stringify(bundle));
}

function findingsAbout(copy: SpecCopy, id: string): string[] {
  const [material] = readVersionMaterials(readVersions(copy.folder), copy.folder);
  if (material === undefined) throw new Error('there is no version');
  return summaries(
    vectorFindings(material, readVectors('v1.0', copy.folder)).filter(({ requirement }) => requirement === id),
  );
}

describe('vectorFindings', () => {
  it('finds nothing about a requirement whose vectors were reviewed', () => {
    const copy = withVectors();
    expect(review('1.0', [ID], copy.folder).reviewed).toBe(1);
    expect(findingsAbout(copy, ID)).toEqual([]);
  });

  it('finds vectors that nobody has held against the text, and a text that changed since', () => {
    const copy = withVectors();
    expect(findingsAbout(copy, ID)).toEqual([`${ID} nobody has held its 2 vectors against it (reviews/v1.0.json)`]);
    review('1.0', 'all', copy.folder);
    copy.replace('v1.0/oms.md', 'holds the same member name twice.', 'holds one member name twice.');
    expect(findingsAbout(copy, ID)[0]).toContain('its text changed since somebody held its 2 vectors against it');
  });

  it('finds a requirement without vectors, unless a reason is given', () => {
    const copy = withVectors();
    expect(findingsAbout(copy, 'OMS-JSON-2')).toEqual(['OMS-JSON-2 it has no accepting and no refusing vector']);
    expect(findingsAbout(copy, 'OMS-JSON-5')).toEqual(['OMS-JSON-5 it has no signing vector']);
    expect(findingsAbout(copy, 'OMS-CONF-3')).toEqual([]);
    const waive = (reason: string) =>
      copy.write('../conformance/suite/vectors/waivers.json', JSON.stringify([{ requirement: 'OMS-JSON-2', reason }]));
    waive('not seen from outside');
    expect(findingsAbout(copy, 'OMS-JSON-2')).toEqual([]);
    waive(' ');
    expect(findingsAbout(copy, 'OMS-JSON-2')).toHaveLength(1);
  });

  it('takes the vectors of the version before for what is said in its words, and for nothing else', () => {
    const copy = new SpecCopy();
    addVectorTo(copy, 'bundle_json', 'accept', {});
    addVectorTo(copy, 'bundle_json-twice', 'reject', { control: 'bundle_json' });
    addVectorTo(copy, 'bundle_root', 'accept', { requirements: ['OMS-STMT-3', 'OMS-ROOT-4'] }, undefined, 'v1.1');
    const material = readVersionMaterials(readVersions(copy.folder), copy.folder)[1];
    if (material === undefined) throw new Error('there is no second version');
    const inherited = inheritedVectors('v1.1', copy.folder);
    const found = summaries(vectorFindings(material, readVectors('v1.1', copy.folder), inherited));
    expect(found.filter((line) => line.startsWith(`${ID} `))).toEqual([]);
    expect(found).toContain('OMS-JSON-2 it has no accepting and no refusing vector');
    expect(found).toContain('OMS-ROOT-4 it has no refusing and no signing vector');
    expect(summaries(vectorFindings(material, readVectors('v1.1', copy.folder)))).toContain(
      `${ID} it has no accepting and no refusing vector`,
    );
  });

  it('finds a vector for a requirement that does not exist', () => {
    const copy = withVectors();
    addVectorTo(copy, 'bundle_other', 'accept', { requirements: ['OMS-JSON-99'] });
    expect(findingsAbout(copy, 'OMS-JSON-99')).toEqual(['OMS-JSON-99 no requirement has this identifier']);
  });
});

describe('coverageFindings', () => {
  it('names a branch that no vector takes', async () => {
    const copy = withVectors();
    const [material] = readVersionMaterials(readVersions(copy.folder), copy.folder);
    if (material === undefined) throw new Error('there is no version');
    const vectors = readVectors('v1.0', copy.folder);
    const { missed, disagreements, documents } = await schemaCoverage(material.schemas, vectors);
    expect({ documents, disagreements }).toEqual({ documents: 8, disagreements: [] });
    const fails = { layer: 'bundle', pointer: '/properties/mediaType/const', outcome: 'fails' };
    expect(missed).toContainEqual(fails);
    const [finding] = await coverageFindings(material, vectors);
    expect(finding?.message).toMatch(/^vectors go through \d+\.\d % of \d+ schema branches; #\S+ never (holds|fails)$/);
    addVectorTo(copy, 'bundle_media', 'reject', {}, { ...exampleDocument('bundle-key'), mediaType: 'x' });
    const more = await schemaCoverage(material.schemas, readVectors('v1.0', copy.folder));
    expect(more.missed).not.toContainEqual(fails);
  });

  it('finds a document on which the validators differ', async () => {
    const copy = withVectors();
    const [material] = readVersionMaterials(readVersions(copy.folder), copy.folder);
    if (material === undefined) throw new Error('there is no version');
    // One divides binary fractions and the other allows for their error.
    const { bundle } = material.schemas;
    const properties = { ...(bundle.properties as object), price: { multipleOf: 0.01 } };
    const schemas = { ...material.schemas, bundle: { ...bundle, properties } };
    addVectorTo(copy, 'bundle_price', 'accept', {}, { ...exampleDocument('bundle-key'), price: 19.99 });
    const { disagreements } = await schemaCoverage(schemas, readVectors('v1.0', copy.folder));
    expect(disagreements.map(({ layer }) => layer)).toContain('bundle');
  });
});
