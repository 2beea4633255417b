import { describe } from './describe.ts';
import { issueOf, type SchemaError, type VersionIssue } from './issue.ts';

/** The verdict on a document: the same value with its type, or why it was refused. */
export type VersionValidation<T, Id extends string> =
  | { ok: true; value: T }
  | { ok: false; issues: readonly VersionIssue<Id>[] };

interface Compiled {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** Puts a value to a compiled validator. Never throws. */
export function validation<T, Id extends string>(compiled: unknown, value: unknown): VersionValidation<T, Id> {
  const validator = compiled as Compiled;
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
