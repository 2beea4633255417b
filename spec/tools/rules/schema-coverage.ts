import { placeAt } from '../compat/places.ts';
import { Validators, VIEWS } from '../compat/validators.ts';
import type { Finding } from '../findings.ts';
import { LAYERS, type Layer, schemaPath } from '../layout.ts';
import { isObject, places, type SchemaDocuments } from '../schema-documents.ts';
import { type Answers, withSecondValidator } from '../second-validator.ts';
import { type VectorDocument, vectorDocuments } from '../vector-documents.ts';
import type { TestVector } from '../vectors.ts';
import type { VersionMaterial } from '../version-material.ts';

/** The minimum share of branches that vectors must cover. */
export const LEAST_COVERAGE = 0.9;

/** One outcome of a condition of a schema. */
export interface Branch {
  readonly layer: Layer;
  readonly pointer: string;
  readonly outcome: 'holds' | 'fails';
}

/** How much of the schemas the vectors cover, and where two validators differ. */
export interface SchemaCoverage {
  readonly branches: number;
  readonly missed: readonly Branch[];
  readonly disagreements: readonly (VectorDocument & { readonly view: string; readonly first: boolean })[];
  /** How many documents both validators checked. */
  readonly documents: number;
}

const CONDITIONS = new Set([
  ...['type', 'const', 'enum', 'pattern', 'required', 'not', 'anyOf', 'oneOf', 'minItems', 'maxItems', 'minimum'],
  ...['maximum', 'minLength', 'maxLength', 'minProperties', 'maxProperties', 'additionalProperties', 'propertyNames'],
]);

/** Checks every document in the vectors with both validators, and counts the branches that are taken. */
export async function schemaCoverage(
  schemas: SchemaDocuments,
  vectors: readonly TestVector[],
): Promise<SchemaCoverage> {
  const documents = vectors.flatMap(vectorDocuments);
  const first = new Validators(schemas);
  return withSecondValidator(schemas, async (judge, answers) => {
    const disagreements: SchemaCoverage['disagreements'][number][] = [];
    for (const each of documents) {
      for (const [view, pointer] of Object.entries(VIEWS)) {
        const verdict = first.accepts(placeAt(schemas, each.layer, pointer), each.document);
        if (verdict !== (await judge(each.layer, pointer, each.document))) {
          disagreements.push({ ...each, view, first: verdict });
        }
      }
    }
    const branches = LAYERS.flatMap((layer) => branchesOf(layer, schemas));
    const missed = branches.filter((branch) => !isTaken(branch, schemas, answers));
    return { branches: branches.length, missed, disagreements, documents: documents.length };
  });
}

function branchesOf(layer: Layer, schemas: SchemaDocuments): Branch[] {
  return [...places(schemas[layer])].flatMap(({ pointer, schema }) =>
    Object.entries(schema)
      .filter(([keyword, value]) => CONDITIONS.has(keyword) || (keyword === 'if' && isObject(value)))
      .flatMap(([keyword, value]): Branch[] => {
        const both = [
          { layer, pointer: `${pointer}/${keyword}`, outcome: 'holds' },
          { layer, pointer: `${pointer}/${keyword}`, outcome: 'fails' },
        ] as const;
        if (value === true) return [];
        // A schema that refuses everything can only fail.
        return keyword === 'not' && isObject(value) && Object.keys(value).length === 0 ? [both[1]] : [...both];
      }),
  );
}

function isTaken({ layer, pointer, outcome }: Branch, schemas: SchemaDocuments, answers: Answers): boolean {
  const answer = answers.get(`${schemas[layer].$id}#${pointer}`);
  return (outcome === 'holds' ? answer?.held : answer?.failed) === true;
}

/** The vectors, including those of earlier versions, cover nine of ten branches of the schemas, and two validators agree on each. */
export async function coverageFindings(
  material: VersionMaterial,
  vectors: readonly TestVector[],
  inherited: readonly TestVector[] = [],
): Promise<Finding[]> {
  if (vectors.length === 0) return [];
  const { branches, missed, disagreements } = await schemaCoverage(material.schemas, [...inherited, ...vectors]);
  const found = disagreements.map(({ vector, layer, view, first }) => ({
    path: vector.path,
    line: 1,
    requirement: vector.requirements[0] ?? null,
    message: `ajv ${first ? 'accepts' : 'refuses'} its ${layer} by the schema of what is ${view}, but @hyperjump does not agree`,
    fix: 'Write the schema so that it has only one interpretation',
  }));
  const share = (branches - missed.length) / branches;
  if (share >= LEAST_COVERAGE) return found;
  const [example] = missed;
  const path = schemaPath(material.layout, example?.layer ?? 'bundle');
  const message = `vectors cover ${(share * 100).toFixed(1)} % of ${branches} schema branches; #${example?.pointer} never ${example?.outcome}`;
  return [
    ...found,
    { path, line: 1, requirement: null, message, fix: 'Add vectors that do, with oms-spec vector add' },
  ];
}
