import { type ErrorCode, OmsError, type RequirementId } from './errors.ts';

/** A fault that a validator of any version found. */
export interface SchemaIssue {
  /** Where it is, as a JSON pointer. */
  readonly pointer: string;
  readonly requirement: RequirementId | null;
  readonly message: string;
}

/** The verdict of a validator of any version. */
export type SchemaVerdict = { readonly ok: true } | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** The requirements that have their own error code. */
export type SchemaCodes = Partial<Record<RequirementId, ErrorCode>>;

/**
 * The refusal of a document that does not follow its schema.
 * @param otherwise returns the code for a requirement that has none of its own
 */
export function schemaError(
  document: 'bundle' | 'statement',
  [issue]: readonly SchemaIssue[],
  codes: SchemaCodes,
  otherwise: (pointer: string) => ErrorCode,
): OmsError {
  if (!issue) return new OmsError(otherwise(''), `the ${document} breaks its schema`);
  const { requirement, pointer } = issue;
  const code = (requirement && codes[requirement]) ?? otherwise(pointer);
  return new OmsError(code, describe(document, issue), requirement ? { requirement } : {});
}

/** @throws {Error} if a document that we made breaks the format, which is a bug */
export function assertProduced(document: 'bundle' | 'statement', verdict: SchemaVerdict): void {
  if (!verdict.ok) throw brokenFormat(document, verdict.issues[0]);
}

/** The error for a document of ours that the format does not allow. */
export function brokenFormat(document: 'bundle' | 'statement', issue: SchemaIssue | undefined): Error {
  return new Error(
    `the ${document} that was made breaks the format: ${issue ? describe(document, issue) : 'no reason'}`,
  );
}

function describe(document: string, { pointer, message }: SchemaIssue): string {
  return `the ${document} at ${pointer || '/'}: ${message}`;
}
