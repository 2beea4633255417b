import type { Layer } from './layout.ts';
import { isObject } from './schema-documents.ts';
import type { TestVector } from './vectors.ts';

/** A document of one layer, taken from a vector. */
export interface VectorDocument {
  readonly vector: TestVector;
  readonly layer: Layer;
  readonly document: unknown;
}

/** The nested documents in the bundle of a vector, as far as each can be read as JSON. */
export function vectorDocuments(vector: TestVector): VectorDocument[] {
  const bundle = parsed(vector.bundle);
  const envelope = isObject(bundle) ? bundle.dsseEnvelope : undefined;
  const payload = isObject(envelope) ? envelope.payload : undefined;
  const statement = typeof payload === 'string' ? parsed(Buffer.from(payload, 'base64')) : undefined;
  const predicate = isObject(statement) ? statement.predicate : undefined;
  const layers = { bundle, envelope, statement, predicate };
  return Object.entries(layers)
    .filter(([, document]) => document !== undefined)
    .map(([layer, document]) => ({ vector, layer: layer as Layer, document }));
}

/** Verifiers refuse such a document before they look at a schema (OMS-LIMIT-1), and validators may run out of stack. */
const DEEPEST = 100;

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

function parsed(bytes: Buffer | null): unknown {
  if (bytes === null) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
