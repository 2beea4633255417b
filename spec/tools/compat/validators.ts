import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { LAYERS } from '../layout.ts';
import type { SchemaDocuments } from '../schema-documents.ts';
import type { SchemaPlace } from './places.ts';

/** The two questions that a schema answers: what a verifier accepts, and what a producer writes. */
export const VIEWS = { accepted: '', produced: '/$defs/produced' } as const;

/** The name of one of the two questions. */
export type View = keyof typeof VIEWS;

/** The validators of one version, for any schema in it. */
export class Validators {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #known = new Map<string, ValidateFunction>();
  readonly #documents: SchemaDocuments;

  constructor(documents: SchemaDocuments) {
    this.#documents = documents;
    for (const layer of LAYERS) this.#ajv.addSchema(documents[layer]);
  }

  accepts({ layer, pointer, schema }: SchemaPlace, value: unknown): boolean {
    if (typeof schema === 'boolean') return schema;
    const reference = `${this.#documents[layer].$id}#${pointer}`;
    const validate = this.#known.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#known.set(reference, validate);
    return validate(value) === true;
  }
}
