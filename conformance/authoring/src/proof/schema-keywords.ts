import { schemaCompiler } from '../../../../spec/tools/compile-validators.ts';
import { LAYERS, layoutOf } from '../../../../spec/tools/layout.ts';
import { partAt, places, readSchemaDocuments, type SchemaDocuments } from '../../../../spec/tools/schema-documents.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import { isDraft } from '../../../suite/src/vectors/vector.ts';

/** Keywords that decide nothing on their own, and those that are removed together with their `if`. */
const SKIPPED = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  '$ref',
  'title',
  'description',
  'properties',
  'then',
  'else',
]);

/**
 * The keywords of a version's schemas that could be deleted without changing the verdict of the schemas on any vector:
 * `layer pointer keyword`. For version 1.1, only what version 1.0 does not have is checked.
 */
export function unprovenKeywords(version: 'v1.0' | 'v1.1', loaded: readonly LoadedVector[]): string[] {
  const documents = readSchemaDocuments(layoutOf(version));
  const base = version === 'v1.0' ? undefined : readSchemaDocuments(layoutOf('v1.0'));
  const inputs = loaded.filter((each) => isDraft(each) === (version === 'v1.1')).flatMap(documentsOf);
  const judge = judgeOf(documents);
  const verdicts = inputs.map(judge);
  return keywordsOf(documents)
    .filter(({ layer, pointer }) => base === undefined || partAt(base[layer], pointer) === undefined)
    .filter((keyword) => {
      const mutant = judgeOf(without(documents, keyword));
      return !inputs.some((input, index) => mutant(input) !== verdicts[index]);
    })
    .map(({ layer, pointer, keyword }) => `${layer} ${pointer} ${keyword}`);
}

interface Keyword {
  readonly layer: (typeof LAYERS)[number];
  readonly pointer: string;
  readonly keyword: string;
}

function keywordsOf(documents: SchemaDocuments): Keyword[] {
  return LAYERS.flatMap((layer) =>
    [...places(documents[layer])]
      // What producers write is judged by the oracle, and `hashed` is a group of definitions.
      .filter(({ pointer }) => !pointer.startsWith('/$defs/produced') && pointer !== '/$defs/hashed')
      .flatMap(({ pointer, schema }) =>
        Object.keys(schema)
          .filter((keyword) => !SKIPPED.has(keyword))
          .map((keyword) => ({ layer, pointer, keyword })),
      ),
  );
}

function without(documents: SchemaDocuments, { layer, pointer, keyword }: Keyword): SchemaDocuments {
  const copy = structuredClone(documents);
  const part = partAt(copy[layer], pointer) as Record<string, unknown>;
  for (const gone of keyword === 'if' ? ['if', 'then', 'else'] : [keyword]) delete part[gone];
  return copy;
}

interface Input {
  readonly layer: 'bundle' | 'statement';
  readonly value: unknown;
}

/** Validates like an implementation: the bundle, and then the statement in its payload. */
function judgeOf(documents: SchemaDocuments): (input: Input) => boolean {
  const compiler = schemaCompiler(documents);
  const [bundle, statement] = [documents.bundle, documents.statement].map(({ $id }) => compiler.getSchema(String($id)));
  return ({ layer, value }) => Boolean((layer === 'bundle' ? bundle : statement)?.(value));
}

/** The bundle of a vector and its statement, as far as they are JSON. */
function documentsOf({ vector, bundle: bytes }: LoadedVector): Input[] {
  if (!bytes || vector.heavy) return [];
  try {
    const bundle = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const payload = Buffer.from(String(bundle?.dsseEnvelope?.payload), 'base64').toString();
    return [{ layer: 'bundle', value: bundle }, ...parsed(payload)];
  } catch {
    return [];
  }
}

function parsed(payload: string): Input[] {
  try {
    return [{ layer: 'statement', value: JSON.parse(payload) }];
  } catch {
    return [];
  }
}
