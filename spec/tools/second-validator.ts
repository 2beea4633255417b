import { registerSchema, unregisterSchema, type Validator, validate } from '@hyperjump/json-schema/draft-2020-12';
import type { EvaluationPlugin } from '@hyperjump/json-schema/experimental';
import { LAYERS, type Layer } from './layout.ts';
import type { SchemaDocuments } from './schema-documents.ts';

/** Tells whether a document satisfies the schema at a pointer of a layer. */
export type Judge = (layer: Layer, pointer: string, document: unknown) => Promise<boolean>;

/** The results of each schema and keyword by its address: whether it ever held, and whether it ever failed. */
export type Answers = Map<string, { held: boolean; failed: boolean }>;

/** Runs `work` with a validator that shares no code with the first, and records the result of each part of the schemas. */
export async function withSecondValidator<T>(
  documents: SchemaDocuments,
  work: (judge: Judge, answers: Answers) => Promise<T>,
): Promise<T> {
  const answers: Answers = new Map();
  const note = (address: string, valid: boolean) => {
    const entry = answers.get(decodeURIComponent(address)) ?? { held: false, failed: false };
    if (valid) entry.held = true;
    else entry.failed = true;
    answers.set(decodeURIComponent(address), entry);
  };
  const plugin: EvaluationPlugin = {
    afterKeyword: ([, address], _instance, _context, valid) => note(address, valid),
    afterSchema: (address, _instance, _context, valid) => note(address, valid),
  };
  try {
    for (const layer of LAYERS) registerSchema(structuredClone(documents[layer]) as never);
    const known = new Map<string, Promise<Validator>>();
    return await work(async (layer, pointer, document) => {
      const uri = `${documents[layer].$id}#${pointer}`;
      const validator = known.get(uri) ?? validate(uri);
      known.set(uri, validator);
      return (await validator)(document as never, { outputFormat: 'FLAG', plugins: [plugin] }).valid;
    }, answers);
  } finally {
    for (const layer of LAYERS) unregisterSchema(String(documents[layer].$id));
  }
}
