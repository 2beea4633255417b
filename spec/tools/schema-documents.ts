import { LAYERS, type Layer, type Layout, readJson, schemaPath } from './layout.ts';

/** One JSON Schema object, or a part of one. */
export interface SchemaObject {
  readonly [keyword: string]: unknown;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $comment?: string;
  readonly title?: string;
  readonly description?: string;
}

/** The schema of each layer. */
export type SchemaDocuments = Readonly<Record<Layer, SchemaObject>>;

/** Reads the four schemas of a version. */
export function readSchemaDocuments(layout: Layout): SchemaDocuments {
  const entries = LAYERS.map((layer) => [layer, readJson(schemaPath(layout, layer), layout.folder) as SchemaObject]);
  return Object.fromEntries(entries) as SchemaDocuments;
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NAMED = new Set(['properties', '$defs']);
const LISTED = new Set(['allOf', 'anyOf', 'oneOf']);
const SINGLE = new Set(['items', 'if', 'then', 'else', 'not', 'additionalProperties', 'propertyNames']);

/** A schema object inside a document, and the JSON pointer to it. */
export interface Place {
  readonly pointer: string;
  readonly schema: SchemaObject;
}

/** Every schema object of a document, the document itself first. */
export function* places(schema: unknown, pointer = ''): Generator<Place> {
  if (!isObject(schema)) return;
  yield { pointer, schema };
  for (const [keyword, value] of Object.entries(schema)) {
    if (NAMED.has(keyword) && isObject(value)) {
      for (const [name, part] of Object.entries(value)) yield* places(part, `${pointer}/${keyword}/${name}`);
    } else if (LISTED.has(keyword) && Array.isArray(value)) {
      for (const [index, part] of value.entries()) yield* places(part, `${pointer}/${keyword}/${index}`);
    } else if (SINGLE.has(keyword)) {
      yield* places(value, `${pointer}/${keyword}`);
    }
  }
}

/** The part of a document at a JSON pointer, or undefined. */
export function partAt(document: unknown, pointer: string): unknown {
  let part = document;
  for (const step of pointer.split('/').slice(1)) {
    if (!isObject(part) && !Array.isArray(part)) return undefined;
    part = (part as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return part;
}
