import { bundle, envelope, predicate, statement } from '../generated/v1.1/schemas.ts';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schemas of the four layers: what a verifier accepts, and in `$defs.produced` what a producer writes. */
export const schemas: {
  readonly bundle: JsonSchema;
  readonly envelope: JsonSchema;
  readonly statement: JsonSchema;
  readonly predicate: JsonSchema;
} = { bundle, envelope, statement, predicate };
