import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { LAYERS, type Layer, layoutOf } from '../layout.ts';
import { partAt, places, readSchemaDocuments, type SchemaDocuments } from '../schema-documents.ts';
import { compareVersions, type ShownChange } from './compare-versions.ts';
import { exampleSeeds } from './seeds.ts';
import { type Edit, edits, type LooseSchemas } from './testing/edits.ts';
import { VIEWS } from './validators.ts';

const earlier = readSchemaDocuments(layoutOf('v1.0'));

function edited(edit: Edit[2]): SchemaDocuments {
  const schemas = structuredClone(earlier) as LooseSchemas;
  edit(schemas);
  return schemas as SchemaDocuments;
}

/** The verdict of validators that are independent of the comparison. */
function verdict(documents: SchemaDocuments, { document: layer, view }: ShownChange, document: unknown): boolean {
  const ajv = new Ajv2020({ strict: false });
  for (const each of LAYERS) ajv.addSchema(documents[each]);
  return ajv.validate(`${documents[layer].$id}#${VIEWS[view]}`, document);
}

/** The schemas of every version that lacks one keyword of a layer. */
function* deletions(layer: Layer) {
  for (const { pointer, schema } of places(earlier[layer])) {
    if (pointer === '/$defs/hashed') continue; // a group of definitions, not a schema
    for (const keyword of Object.keys(schema).filter((name) => !['$defs', '$id', '$comment'].includes(name))) {
      const later = structuredClone(earlier);
      delete (partAt(later[layer], pointer) as Record<string, unknown>)[keyword];
      yield { pointer, keyword, later };
    }
  }
}

const effects = { narrower: ['backward'], wider: ['forward'], both: ['backward', 'forward'], none: [] } as const;
const directions = ['backward', 'forward'] as const;

/** Claims that no document can show, which are unavoidable if no change may be missed. */
const FALSE_ALARMS = [
  'a longer digest allowed: narrower',
  'capital digits allowed: narrower',
  'a pattern spelled otherwise: narrower',
  'a pattern spelled otherwise: wider',
  'an if that applies to more: wider',
  'a not that refuses more: wider',
  'standard Base64 alone: wider',
  'unique signatures: narrower',
  'members closed by unevaluatedProperties: wider',
  'methods side by side: narrower',
  'a definition in another file that allows more: narrower',
  'an unknown keyword: narrower',
  'an unknown keyword: wider',
];

describe('compareVersions', () => {
  const alarms: string[] = [];

  it.each(edits)('compareVersions shows by documents what %s does (%s)', (what, truth, edit) => {
    const later = edited(edit);
    const changes = compareVersions(earlier, later, exampleSeeds(), { budget: 6000 });
    for (const direction of directions) {
      const claims = changes.filter((change) => change[direction]);
      const shown = claims.filter(({ witnesses }) => witnesses[direction] !== undefined);
      const real = effects[truth].some((effect) => effect === direction);
      expect(shown.length > 0, direction).toBe(real);
      for (const change of shown) {
        const document = change.witnesses[direction];
        expect(verdict(earlier, change, document)).toBe(direction === 'backward');
        expect(verdict(later, change, document)).toBe(direction === 'forward');
      }
      if (!real && claims.length > 0) alarms.push(`${what}: ${direction === 'backward' ? 'narrower' : 'wider'}`);
    }
    expect(changes.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('missed'));
  });

  // These edits are generated, so none was chosen because it works.
  it.each(LAYERS)(
    'compareVersions claims every change that documents show when any keyword of the %s schema is deleted',
    (layer) => {
      const missed: string[] = [];
      for (const { pointer, keyword, later } of deletions(layer)) {
        const changes = compareVersions(earlier, later, exampleSeeds(), { budget: 400 });
        if (changes.some(({ message }) => message.includes('missed'))) missed.push(`${pointer}/${keyword}`);
      }
      expect(missed).toEqual([]);
    },
  );

  it('compareVersions claims a change both ways where the verdict of a keyword depends on its neighbours', () => {
    const closed = edited((schemas) => (schemas.envelope.unevaluatedProperties = false));
    const named = structuredClone(closed) as LooseSchemas;
    named.envelope.properties.x = { type: 'string' };
    const changes = compareVersions(closed, named as SchemaDocuments, exampleSeeds(), { budget: 6000 });
    expect(changes).toMatchObject([
      { backward: true, forward: true, witnesses: { forward: { x: expect.any(String) } } },
    ]);
  });

  it('compareVersions raises no false alarm besides those listed', () => {
    expect(alarms).toEqual(FALSE_ALARMS);
  });
});
