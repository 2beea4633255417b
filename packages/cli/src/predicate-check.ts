import { OmsError, predicateName, quote } from '@model-signing/core';
import { parseJsonOf } from '@model-signing/core/json';
import { usageError } from './failure.ts';
import { readSchemaFile } from './input-file.ts';
import type { PredicateCheck } from './predicate-schemas.ts';

/** The flags that ask for a claim to be checked. */
export interface PredicateCheckFlags {
  readonly checkPredicate?: boolean;
  /** A JSON Schema of the user's own. */
  readonly predicateSchema?: string;
}

/** As core has for claims. */
const LIMITS = { maxBytes: 16 * 1024 * 1024, maxDepth: 60, maxValues: 1_000_000 };

/**
 * Checks a claim before it is attested, if the flags ask for it.
 * @throws {OmsError} `statement/predicate-invalid`
 * @throws {CommandError} `command/usage` for a type without a schema here, and for a schema that cannot be used
 */
export async function checkPredicate(
  predicate: Uint8Array,
  type: string,
  { checkPredicate: isAsked, predicateSchema }: PredicateCheckFlags,
  signal: AbortSignal,
): Promise<void> {
  if (!isAsked && predicateSchema === undefined) return;
  const check = predicateSchema === undefined ? await knownCheck(type) : await ownCheck(predicateSchema, signal);
  if (check === null) {
    throw usageError(
      `there is no schema here for the type ${quote(predicateName(type))}`,
      'name a JSON Schema with --predicate-schema, or leave out --check-predicate',
    );
  }
  const document = { title: 'predicate', refuse: (_problem: string, message: string) => invalid(message) };
  const problem = check(parseJsonOf(predicate, document, LIMITS));
  if (problem !== null) throw invalid(`the predicate is refused: ${problem}`);
}

function invalid(message: string): OmsError {
  return new OmsError('statement/predicate-invalid', message);
}

async function ownCheck(file: string, signal: AbortSignal): Promise<PredicateCheck> {
  const schema = await readSchemaFile(file, signal);
  return (await import('./predicate-schemas.ts')).schemaCheck(schema, file);
}

const CYCLONEDX = 'https://cyclonedx.org/bom';
const SLSA = 'https://slsa.dev/provenance/v1';

/** The check of a type whose schema comes with the command; null for another type. */
export async function knownCheck(type: string): Promise<PredicateCheck | null> {
  if (type !== CYCLONEDX && type !== SLSA) return null;
  const schemas = await import('./predicate-schemas.ts');
  return type === SLSA ? schemas.slsaCheck() : schemas.cyclonedxCheck();
}
