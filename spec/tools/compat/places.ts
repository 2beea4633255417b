import { LAYERS, type Layer } from '../layout.ts';
import { isObject, partAt, type SchemaDocuments } from '../schema-documents.ts';

/** A schema in one of the documents of a version. */
export interface SchemaPlace {
  readonly documents: SchemaDocuments;
  readonly layer: Layer;
  readonly pointer: string;
  readonly schema: Readonly<Record<string, unknown>> | boolean;
}

/** The schema that an absent keyword stands for: it allows everything. */
export const ANYTHING = true;

/** The schema at a JSON pointer of a layer; throws if there is none. */
export function placeAt(documents: SchemaDocuments, layer: Layer, pointer: string): SchemaPlace {
  const schema = pointer === '' ? documents[layer] : partAt(documents[layer], pointer);
  if (typeof schema !== 'boolean' && !isObject(schema)) throw new Error(`${layer}#${pointer} is not a schema`);
  return { documents, layer, pointer, schema };
}

/** A schema inside another one. `value` is what was found there, which may be undefined. */
export function inner(place: SchemaPlace, steps: string, value: unknown): SchemaPlace {
  const schema = value === undefined ? ANYTHING : value;
  if (typeof schema !== 'boolean' && !isObject(schema)) throw new Error(`${place.layer}#${place.pointer} is malformed`);
  return { ...place, pointer: `${place.pointer}/${steps}`, schema };
}

/** The target of a reference, in its own or in another document of the same version. */
export function resolve(place: SchemaPlace, reference: string): SchemaPlace {
  const [file = '', pointer = ''] = reference.split('#');
  const layer = file === '' ? place.layer : LAYERS.find((name) => place.documents[name].$id?.endsWith(`/${file}`));
  if (layer === undefined) throw new Error(`${reference} points to no schema of this version`);
  return placeAt(place.documents, layer, pointer);
}

/** The name of a place, such as `predicate#/properties/resources`. */
export function nameOf({ layer, pointer }: SchemaPlace): string {
  return `${layer}#${pointer}`;
}

/** One step of a JSON pointer, escaped. */
export function step(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
