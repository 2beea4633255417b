import { describe } from './describe.ts';
import { issueOf, type SchemaError, type VersionIssue } from './issue.ts';

/** The verdict on a document: the same value with its type, or why it was refused. */
export type VersionValidation<T, Id extends string> =
  | { ok: true; value: T }
  | { ok: false; issues: readonly VersionIssue<Id>[] };

/** A validator that was compiled from a schema. */
interface Compiled {
  (value: unknown, context?: Context): boolean;
  errors?: readonly SchemaError[] | null;
}

/** What a compiled validator can be given besides the value. */
interface Context {
  /** The pointer to the value in the document that contains it. */
  readonly instancePath?: string;
  /** Read only by our own keyword `shell`. */
  readonly rootData?: 'shell';
}

/** Makes a validator skip the resources of a predicate and the characters of a payload. */
export const SHELL: Context = { rootData: 'shell' };

/** Checks a value with a compiled validator. Never throws. */
export function validation<T, Id extends string>(
  compiled: unknown,
  value: unknown,
  context?: Context,
): VersionValidation<T, Id> {
  const issue = issueIn<Id>(compiled as Compiled, value, context);
  return issue === null ? { ok: true, value: value as T } : { ok: false, issues: [issue] };
}

/** Checks one resource; null when it is valid. The index is that of the resource in the statement, for the pointer. */
export type ResourceValidator<Id extends string> = (resource: unknown, index: number) => VersionIssue<Id> | null;

/** Checks resources one at a time, with a given validator of whole predicates. */
export function resourceValidation<Id extends string>(compiled: unknown, serialization: object): ResourceValidator<Id> {
  // The list of excluded paths may be long, and does not affect a resource.
  const resources: [unknown] = [null];
  const predicate = { serialization: { ...serialization, ignore_paths: undefined }, resources };
  return (resource, index) => {
    resources[0] = resource;
    const issue = issueIn<Id>(compiled as Compiled, predicate, IN_STATEMENT);
    if (issue === null) return null;
    return { ...issue, pointer: issue.pointer.replace(/^\/predicate\/resources\/0/, `/predicate/resources/${index}`) };
  };
}

const IN_STATEMENT: Context = { instancePath: '/predicate' };

function issueIn<Id extends string>(validator: Compiled, value: unknown, context?: Context): VersionIssue<Id> | null {
  try {
    return validator(value, context) ? null : issueOf(validator.errors ?? []);
  } catch {
    // A getter or a proxy can throw, which no parsed JSON does.
    return { pointer: '', requirement: null, message: `expected JSON, found ${kindOf(value)}` };
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
