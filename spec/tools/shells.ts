import { isObject, partAt, places, type SchemaDocuments, type SchemaObject } from './schema-documents.ts';

/**
 * A keyword of our own that succeeds if only the shell of a document is checked: everything but the parts that may be very large.
 */
export const SHELL = 'shell';

/** Keywords of the list of resources that do not look into an element. */
const SHELL_KEYWORDS = new Set(['$comment', 'description', 'type', 'minItems', 'maxItems']);

/** The schemas, changed so that {@link SHELL} skips the elements of `resources` and the characters of `payload`. */
export function withSkippableParts(documents: SchemaDocuments): SchemaDocuments {
  const { predicate, envelope, ...others } = structuredClone(documents);
  for (const { pointer, schema } of places(predicate)) {
    if (!pointer.endsWith('/properties/resources') || schema.items === undefined) continue;
    const { items, ...shell } = schema;
    const unknown = Object.keys(shell).find((keyword) => !SHELL_KEYWORDS.has(keyword));
    if (unknown !== undefined) throw new Error(`the shell of a statement cannot tell what ${unknown} looks at`);
    replace(schema, { ...shell, if: { [SHELL]: true }, else: { items } });
  }
  const { pattern, ...text } = partAt(envelope, '/$defs/base64') as SchemaObject;
  const payload = partAt(envelope, '/properties/payload');
  if (!isObject(payload) || payload.$ref !== '#/$defs/base64')
    throw new Error('the payload is no longer #/$defs/base64');
  replace(payload, { ...text, if: { [SHELL]: true }, else: { ...text, pattern } });
  return { ...others, predicate, envelope };
}

function replace(schema: object, content: SchemaObject): void {
  for (const keyword of Object.keys(schema)) delete (schema as Record<string, unknown>)[keyword];
  Object.assign(schema, content);
}
