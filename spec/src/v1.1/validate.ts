import type { Bundle, Envelope, Predicate, Serialization, Statement } from '../generated/v1.1/documents.ts';
import type { RequirementId } from '../generated/v1.1/requirement-id.ts';
import * as compiled from '../generated/v1.1/validators.ts';
import type { VersionIssue } from '../issue.ts';
import {
  type ResourceValidator,
  resourceValidation,
  shellValidation,
  type VersionValidation,
  validation,
} from '../validation.ts';

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

/** A statement whose resources are only known to be an array that is not empty. */
export type StatementShell = Omit<Statement, 'predicate'> & {
  predicate: Omit<Predicate, 'resources'> & { resources: readonly unknown[] };
};

/** Like {@link validateBundle}, without a look at the characters of the payload, which may be empty too. Never throws. */
export function validateBundleShell(value: unknown): Validation<Bundle> {
  return shellValidation(compiled.bundle, value);
}

/** Like {@link validateProducedBundle}, without a look at the characters of the payload. Never throws. */
export function validateProducedBundleShell(value: unknown): Validation<Bundle> {
  return shellValidation(compiled.bundleProduced, value);
}

/** Like {@link validateStatement}, without a look at the elements of `predicate.resources`. Never throws. */
export function validateStatementShell(value: unknown): Validation<StatementShell> {
  return shellValidation(compiled.statement, value);
}

/** Like {@link validateProducedStatement}, without a look at the elements of `predicate.resources`. Never throws. */
export function validateProducedStatementShell(value: unknown): Validation<StatementShell> {
  return shellValidation(compiled.statementProduced, value);
}

/**
 * A function that checks what a verifier accepts as one resource of a statement with this serialization, which has to be
 * valid. It gives null for a valid resource, and never throws.
 */
export function resourceValidator(serialization: Serialization): ResourceValidator<RequirementId> {
  return resourceValidation(compiled.predicate, serialization);
}

/** Like {@link resourceValidator}, for what a producer writes. */
export function producedResourceValidator(serialization: Serialization): ResourceValidator<RequirementId> {
  return resourceValidation(compiled.predicateProduced, serialization);
}
