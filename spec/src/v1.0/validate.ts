import type { Bundle, Envelope, Predicate, Statement } from '../generated/v1.0/documents.ts';
import * as compiled from '../generated/v1.0/validators.ts';
import { describe } from './describe.ts';
import { type Issue, issueOf, type SchemaError } from './issue.ts';

/** The verdict on a document: the same value with its type, or why it was refused. */
export type Validation<T> = { ok: true; value: T } | { ok: false; issues: readonly Issue[] };

interface Compiled {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** Checks what a verifier accepts as a bundle (OMS-BUNDLE-6). The payload inside is not looked at. Never throws. */
export function validateBundle(value: unknown): Validation<Bundle> {
  return validation(compiled.bundle as Compiled, value);
}

/** Checks what a producer writes as a bundle (OMS-CONF-1): no historical forms, no unknown members. Never throws. */
export function validateProducedBundle(value: unknown): Validation<Bundle> {
  return validation(compiled.bundleProduced as Compiled, value);
}

/** Checks what a verifier accepts as an envelope. Base64 is checked by alphabet and place of padding. Never throws. */
export function validateEnvelope(value: unknown): Validation<Envelope> {
  return validation(compiled.envelope as Compiled, value);
}

/** Checks what a producer writes as an envelope. Never throws. */
export function validateProducedEnvelope(value: unknown): Validation<Envelope> {
  return validation(compiled.envelopeProduced as Compiled, value);
}

/** Checks what a verifier accepts as a statement with its predicate (OMS-STMT-6). Never throws. */
export function validateStatement(value: unknown): Validation<Statement> {
  return validation(compiled.statement as Compiled, value);
}

/** Checks what a producer writes as a statement with its predicate. Never throws. */
export function validateProducedStatement(value: unknown): Validation<Statement> {
  return validation(compiled.statementProduced as Compiled, value);
}

/** Checks what a verifier accepts as a predicate (OMS-PRED-2). Order, uniqueness and ranges are not looked at. Never throws. */
export function validatePredicate(value: unknown): Validation<Predicate> {
  return validation(compiled.predicate as Compiled, value);
}

/** Checks what a producer writes as a predicate. Never throws. */
export function validateProducedPredicate(value: unknown): Validation<Predicate> {
  return validation(compiled.predicateProduced as Compiled, value);
}

function validation<T>(validator: Compiled, value: unknown): Validation<T> {
  try {
    if (validator(value)) return { ok: true, value: value as T };
    return { ok: false, issues: [issueOf(validator.errors ?? [])] };
  } catch {
    // A getter or a proxy can throw, which no parsed JSON does.
    return {
      ok: false,
      issues: [{ pointer: '', requirement: null, message: `expected JSON, found ${kindOf(value)}` }],
    };
  } finally {
    validator.errors = null;
  }
}

function kindOf(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return 'an object that cannot be read';
  }
}
