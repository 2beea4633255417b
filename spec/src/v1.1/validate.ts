import type { Bundle, Envelope, Predicate, Statement } from '../generated/v1.1/documents.ts';
import type { RequirementId } from '../generated/v1.1/requirement-id.ts';
import * as compiled from '../generated/v1.1/validators.ts';
import type { VersionIssue } from '../issue.ts';
import { type VersionValidation, validation } from '../validation.ts';

/** Why a document was refused. */
export type Issue = VersionIssue<RequirementId>;

/** The verdict on a document: the same value with its type, or why it was refused. */
export type Validation<T> = VersionValidation<T, RequirementId>;

/** Checks what a verifier accepts as a bundle (OMS-BUNDLE-6). The payload inside is not looked at. Never throws. */
export function validateBundle(value: unknown): Validation<Bundle> {
  return validation(compiled.bundle, value);
}

/** Checks what a producer writes as a bundle (OMS-CONF-1): no historical forms, no unknown members. Never throws. */
export function validateProducedBundle(value: unknown): Validation<Bundle> {
  return validation(compiled.bundleProduced, value);
}

/** Checks what a verifier accepts as an envelope. Base64 is checked by alphabet and place of padding. Never throws. */
export function validateEnvelope(value: unknown): Validation<Envelope> {
  return validation(compiled.envelope, value);
}

/** Checks what a producer writes as an envelope. Never throws. */
export function validateProducedEnvelope(value: unknown): Validation<Envelope> {
  return validation(compiled.envelopeProduced, value);
}

/** Checks what a verifier accepts as a statement with its predicate (OMS-STMT-6). Never throws. */
export function validateStatement(value: unknown): Validation<Statement> {
  return validation(compiled.statement, value);
}

/** Checks what a producer writes as a statement with its predicate. Never throws. */
export function validateProducedStatement(value: unknown): Validation<Statement> {
  return validation(compiled.statementProduced, value);
}

/** Checks what a verifier accepts as a predicate (OMS-PRED-2). Order, uniqueness and ranges are not looked at. Never throws. */
export function validatePredicate(value: unknown): Validation<Predicate> {
  return validation(compiled.predicate, value);
}

/** Checks what a producer writes as a predicate. Never throws. */
export function validateProducedPredicate(value: unknown): Validation<Predicate> {
  return validation(compiled.predicateProduced, value);
}
