import { describe, expect, it } from 'vitest';
import { exampleDocument } from '../example-documents.ts';
import { VECTORS as PATH_OF_VECTORS } from '../layout.ts';
import { extractRequirements } from '../requirements.ts';
import { textDigest } from '../reviews.ts';
import { materialOf, summaries, withFiles, withProse, withSchemas } from '../testing/material.ts';
import type { TestVector } from '../vectors.ts';
import { coverageFindings, schemaCoverage } from './schema-coverage.ts';
import { vectorFindings } from './vectors.ts';

const ID = 'OMS-JSON-1';
const PROSE = `# Title

- [OMS-JSON-1] A verifier MUST refuse a document that holds the same member name twice.
- [OMS-JSON-2] A verifier MUST refuse a document that is not UTF-8.
- [OMS-JSON-5] A producer MUST write no insignificant white space.
- [OMS-CONF-3] A verifier MAY refuse what it likes.
`;

function vector(id: string, outcome: string, change: Partial<TestVector> = {}, bundle?: unknown): TestVector {
  return {
    id,
    kind: 'verify',
    outcome,
    level: 'MUST',
    requirements: [ID],
    decidedBy: [ID],
    control: null,
    path: `../vectors/${id}/vector.json`,
    source: '',
    bundle: Buffer.from(JSON.stringify(bundle ?? exampleDocument('bundle-key'))),
    ...change,
  };
}

const VECTORS = [vector('bundle_json', 'accept'), vector('bundle_json-twice', 'reject', { control: 'bundle_json' })];

/** Version 1.0 with the prose above, whose requirement about JSON was reviewed with this text. */
function material({ prose = PROSE, waivers = '[]', reviewed = textOf(ID) } = {}) {
  const files = {
    'reviews/v1.0.json': JSON.stringify({ [ID]: textDigest(reviewed) }),
    [`${PATH_OF_VECTORS}/waivers.json`]: waivers,
  };
  return withFiles(withProse(materialOf('v1.0'), prose), files);
}

function textOf(id: string): string {
  const found = extractRequirements(withProse(materialOf('v1.0'), PROSE).prose).find((each) => each.id === id);
  return found?.text ?? '';
}

function found(id: string, vectors: readonly TestVector[], options: Parameters<typeof material>[0] = {}): string[] {
  return summaries(vectorFindings(material(options), vectors).filter(({ requirement }) => requirement === id));
}

describe('vectorFindings', () => {
  it('vectorFindings finds nothing wrong with a requirement whose vectors were reviewed', () => {
    expect(found(ID, VECTORS)).toEqual([]);
  });

  it('vectorFindings finds vectors that were not reviewed, and a text that changed since they were', () => {
    const unread = withFiles(material(), { 'reviews/v1.0.json': null });
    expect(summaries(vectorFindings(unread, VECTORS))).toContain(
      `${ID} its 2 vectors were not reviewed (reviews/v1.0.json)`,
    );
    expect(found(ID, VECTORS, { reviewed: 'another text' })).toEqual([
      `${ID} its 2 vectors were reviewed for an earlier text (reviews/v1.0.json)`,
    ]);
  });

  it('vectorFindings finds a requirement without vectors, unless a reason is given', () => {
    expect(found('OMS-JSON-2', VECTORS)).toEqual(['OMS-JSON-2 it has no accepting and no refusing vector']);
    expect(found('OMS-JSON-5', VECTORS)).toEqual(['OMS-JSON-5 it has no signing vector']);
    expect(found('OMS-CONF-3', VECTORS)).toEqual([]);
    const waive = (reason: string) => ({ waivers: JSON.stringify([{ requirement: 'OMS-JSON-2', reason }]) });
    expect(found('OMS-JSON-2', VECTORS, waive('not seen from outside'))).toEqual([]);
    expect(found('OMS-JSON-2', VECTORS, waive(' '))).toHaveLength(1);
  });

  it('vectorFindings counts the vectors of the previous version for requirements with the same text, and for no others', () => {
    const base = withProse(materialOf('v1.0'), PROSE.replace('not UTF-8', 'not ASCII'));
    const later = { ...material(), base };
    const own = [vector('bundle_utf', 'accept', { requirements: ['OMS-CONF-3'] })];
    const inherited = [...VECTORS, vector('bundle_ascii', 'reject', { requirements: ['OMS-JSON-2'], control: 'x' })];
    const all = summaries(vectorFindings(later, own, inherited));
    expect(all.filter((line) => line.startsWith(`${ID} `))).toEqual([]);
    expect(all).toContain('OMS-JSON-2 it has no accepting and no refusing vector');
    expect(summaries(vectorFindings(later, own))).toContain(`${ID} it has no accepting and no refusing vector`);
  });

  it('vectorFindings finds a vector for a requirement that does not exist', () => {
    const other = vector('bundle_other', 'accept', { requirements: ['OMS-JSON-99'] });
    expect(found('OMS-JSON-99', [...VECTORS, other])).toEqual(['OMS-JSON-99 no requirement has this identifier']);
  });
});

describe('coverageFindings', () => {
  it('coverageFindings finds a branch of the schemas that no vector takes', async () => {
    const { schemas } = materialOf('v1.0');
    const { missed, disagreements, documents } = await schemaCoverage(schemas, VECTORS);
    expect({ documents, disagreements }).toEqual({ documents: 8, disagreements: [] });
    const fails = { layer: 'bundle', pointer: '/properties/mediaType/enum', outcome: 'fails' };
    expect(missed).toContainEqual(fails);
    const media = vector('bundle_media', 'reject', {}, { ...exampleDocument('bundle-key'), mediaType: 'x' });
    expect((await schemaCoverage(schemas, [...VECTORS, media])).missed).not.toContainEqual(fails);
    const [finding] = await coverageFindings(materialOf('v1.0'), VECTORS);
    expect(finding?.message).toMatch(/^vectors cover \d+\.\d % of \d+ schema branches; #\S+ never (holds|fails)$/);
  });

  it('coverageFindings finds a document on which two validators differ', async () => {
    // One validator divides binary fractions, and the other one allows for their error.
    const broken = withSchemas(materialOf('v1.0'), ({ bundle }) => {
      bundle.properties.price = { multipleOf: 0.01 };
    });
    const price = vector('bundle_price', 'accept', {}, { ...exampleDocument('bundle-key'), price: 19.99 });
    const { disagreements } = await schemaCoverage(broken.schemas, [price]);
    expect(disagreements.map(({ layer }) => layer)).toContain('bundle');
  });
});
