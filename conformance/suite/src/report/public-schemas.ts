import type { Execution } from '../run/execute.ts';
import { countingFaults } from '../run/faults.ts';
import type { Vector } from '../vectors/vector.ts';
import { terminalLine } from './escape.ts';

/** What the published schemas of the public text say of the signed bundles. */
export interface PublicSchemasResult {
  /** SHA-256 of the schemas. */
  readonly digest: string;
  /** How many bundles they were run over. */
  readonly bundles: number;
  /** The bundles that the schemas refuse, with every issue. */
  readonly refused: readonly { readonly vector: string; readonly issues: readonly string[] }[];
  /** The bundles that the schemas and the public verdict of this suite judge differently. */
  readonly differences: readonly SchemaDifference[];
}

interface SchemaDifference {
  readonly vector: string;
  readonly schemas: 'accept' | 'refuse';
  readonly suite: 'accept' | 'refuse';
  /** Why one of the two refuses. */
  readonly why: readonly string[];
}

/** Compares the judgement of the schemas with that of the suite, for every bundle that was signed. */
export function comparedWithSchemas(
  digest: string,
  vectors: readonly Vector[],
  executions: ReadonlyMap<string, Execution>,
  scrub: (text: string) => string,
): PublicSchemasResult {
  const judged = vectors.flatMap((vector) => {
    const { faults = [], schemaIssues } = executions.get(vector.id) ?? {};
    if (schemaIssues === undefined) return [];
    const ours = countingFaults(faults, vector, 'public').map(({ detail }) => scrub(detail));
    return [{ vector: vector.id, issues: schemaIssues.map(scrub), ours }];
  });
  return {
    digest,
    bundles: judged.length,
    refused: judged.filter(({ issues }) => issues.length > 0).map(({ vector, issues }) => ({ vector, issues })),
    differences: judged
      .filter(({ issues, ours }) => issues.length > 0 !== ours.length > 0)
      .map(({ vector, issues, ours }) => ({
        vector,
        schemas: issues.length > 0 ? 'refuse' : 'accept',
        suite: ours.length > 0 ? 'refuse' : 'accept',
        why: [...issues, ...ours].slice(0, MOST_REASONS),
      })),
  };
}

/** The title of what the schemas found. */
export const SCHEMAS_TITLE = 'The published schemas of the public text';

const MOST_REASONS = 20;
const MOST_LINES = 10;

/** What the published schemas found, in one sentence. It decides nothing. */
export function schemaSentence({ bundles, refused, differences }: PublicSchemasResult): string {
  return `They refuse ${refused.length} of ${bundles} signed bundles, and differ from this suite on ${differences.length}. This counts for no verdict.`;
}

/** A bundle that the schemas refuse or judge differently, and why. */
export interface SchemaRow {
  readonly vector: string;
  readonly who: string;
  readonly why: readonly string[];
}

/** The most bundles that a page or a summary lists; the JSON report has all of them. */
const MOST_ROWS = 100;

/** The bundles that a page or a summary lists, those that are judged differently first, and how many more there are. */
export function schemaRows({ refused, differences }: PublicSchemasResult): { rows: SchemaRow[]; more: number } {
  const different = new Set(differences.map(({ vector }) => vector));
  const rows = [
    ...differences.map(({ vector, schemas, why }) => ({ vector, who: onlyOne(schemas), why })),
    ...refused
      .filter(({ vector }) => !different.has(vector))
      .map(({ vector, issues }) => ({ vector, who: 'the schemas and the suite refuse it', why: issues })),
  ];
  return { rows: rows.slice(0, MOST_ROWS), more: Math.max(0, rows.length - MOST_ROWS) };
}

function onlyOne(schemas: 'accept' | 'refuse'): string {
  return schemas === 'refuse' ? 'only the schemas refuse it' : 'only the suite refuses it';
}

/** What a terminal says of the published schemas, run or not. */
export function schemaLines(result: PublicSchemasResult | undefined): string[] {
  if (result === undefined)
    return ['Not run: the published schemas of the public text, from its repository, with --public-schemas DIR'];
  const { bundles, refused, differences } = result;
  const rest = differences.length - MOST_LINES;
  return [
    `The published schemas of the public text refuse ${refused.length} of ${bundles} signed bundles, and differ from this suite on ${differences.length}`,
    ...differences
      .slice(0, MOST_LINES)
      .map(({ vector, schemas, why: [first = ''] }) => terminalLine(`  ${vector}: ${onlyOne(schemas)}: ${first}`)),
    ...(rest > 0 ? [`  and ${rest} more, in the JSON report`] : []),
  ];
}
