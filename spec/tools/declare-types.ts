import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { LAYERS } from './layout.ts';
import { isObject, partAt, places, type SchemaDocuments, type SchemaObject } from './schema-documents.ts';

const HEADER = '// Generated from the schemas by oms-spec generate. Do not edit.';

const KEPT = new Set(['type', 'title', 'properties', 'required', 'items', 'enum', 'const', 'minItems', 'maxItems']);

/** TypeScript declarations for every titled schema: the type of a validated document. */
export async function declareTypes(documents: SchemaDocuments): Promise<string> {
  const definitions: Record<string, unknown> = {};
  for (const document of LAYERS.map((layer) => documents[layer])) {
    for (const { schema } of places(document)) {
      if (schema.title !== undefined) definitions[schema.title] = shapeOf(schema, document, documents);
    }
  }
  const { Bundle: bundle, ...others } = definitions;
  const root = { ...(bundle as object), $defs: others } as JSONSchema;
  const text = await compile(root, 'Bundle', {
    additionalProperties: false,
    bannerComment: HEADER,
    declareExternallyReferenced: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  return withoutCrossReferences(text);
}

/** The part of a schema that a type can express: references become named types; conditions and patterns are left out. */
function shapeOf(schema: SchemaObject, document: SchemaObject, documents: SchemaDocuments): unknown {
  const shape: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (KEPT.has(keyword)) shape[keyword] = value;
  }
  if (shape.maxItems === undefined) delete shape.minItems;
  shape.required = requiredMembers(schema);
  if (schema.description !== undefined) shape.description = asSentence(schema.description);
  if (isObject(schema.properties)) {
    shape.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, part]) => [
        name,
        member(part as SchemaObject, document, documents),
      ]),
    );
  }
  if (isObject(schema.items)) shape.items = member(schema.items, document, documents);
  if (isObject(schema.additionalProperties)) {
    shape.additionalProperties = member(schema.additionalProperties, document, documents);
  }
  return shape;
}

/** The members that a schema requires, including those in a separate `required` that names another requirement. */
function requiredMembers(schema: SchemaObject): unknown[] {
  const parts = Array.isArray(schema.allOf) ? [schema, ...schema.allOf] : [schema];
  return parts.flatMap((part: SchemaObject) => (Array.isArray(part.required) ? part.required : []));
}

function member(schema: SchemaObject, document: SchemaObject, documents: SchemaDocuments): unknown {
  if (schema.$ref === undefined) {
    return schema.title === undefined ? shapeOf(schema, document, documents) : { $ref: `#/$defs/${schema.title}` };
  }
  const [file = '', pointer = ''] = schema.$ref.split('#');
  const home =
    file === '' ? document : LAYERS.map((layer) => documents[layer]).find((other) => other.$id?.endsWith(`/${file}`));
  const target = partAt(home, pointer);
  if (home === undefined || !isObject(target)) throw new Error(`${schema.$ref} points to nothing`);
  return member(target, home, documents);
}

function asSentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

/** Removes the comments about references to a type, which depend on the order of the definitions. */
export function withoutCrossReferences(text: string): string {
  return text.replaceAll(/^ \*\n \* This interface was referenced by [^\n]*\n \* via the `definition` [^\n]*\n/gm, '');
}
