import { describe, expect, it } from 'vitest';
import { layoutOf } from '../layout.ts';
import { readSchemaDocuments, type SchemaDocuments } from '../schema-documents.ts';
import { compareVersions } from './compare-versions.ts';
import { formatComparison } from './report.ts';
import { exampleSeeds } from './seeds.ts';
import type { Edit, LooseSchemas } from './testing/edits.ts';

const earlier = readSchemaDocuments(layoutOf('v1.0'));

function changes(edit: Edit[2]) {
  const schemas = structuredClone(earlier) as LooseSchemas;
  edit(schemas);
  return compareVersions(earlier, schemas as SchemaDocuments, exampleSeeds(), { budget: 400 });
}

describe('compareVersions', () => {
  it('compareVersions finds nothing between a set of schemas and itself', () => {
    expect(changes(() => {})).toEqual([]);
  });

  it.each<Edit>([
    ['a closed envelope', 'narrower', (s) => (s.envelope.additionalProperties = false)],
    ['a payload type that may be anything', 'wider', (s) => delete s.envelope.properties.payloadType.const],
    ['another payload type', 'both', (s) => (s.envelope.properties.payloadType.const = 'text/plain')],
    ['an annotation', 'none', (s) => (s.envelope.title = 'Other')],
  ])('compareVersions finds what %s does to the documents that were accepted before (%s)', (_what, truth, edit) => {
    const found = changes(edit);
    expect(found.some(({ backward }) => backward)).toBe(['narrower', 'both'].includes(truth));
    expect(found.some(({ forward }) => forward)).toBe(['wider', 'both'].includes(truth));
    for (const { backward, forward, witnesses } of found) {
      expect(Object.keys(witnesses)).toEqual([...(backward ? ['backward'] : []), ...(forward ? ['forward'] : [])]);
    }
  });
});

describe('formatComparison', () => {
  const shown = (edit: Edit[2]) => formatComparison({ earlier: 'v1.0', later: 'v1.1', changes: changes(edit) });

  it('formatComparison says in words what changed and which way, with a document that shows it', () => {
    const text = shown((s) => delete s.envelope.properties.payloadType.const);
    expect(text).toMatch(
      /^wider: envelope#\/properties\/payloadType\n {2}\S.*, for \/payloadType: what a verifier accepts as an envelope\n/,
    );
    expect(text).toContain('  refused by v1.0, accepted by v1.1:\n    {');
    expect(text).toMatch(/1 change from v1\.0 to v1\.1, the predicate type aside:/);
  });

  it('formatComparison says that versions without a change accept the same documents', () => {
    expect(shown(() => {})).toBe('v1.0 and v1.1 accept the same documents, except for the predicate type.');
  });
});
