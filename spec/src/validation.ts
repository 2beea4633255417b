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

/** Checks consecutive resources; null when all are valid. `from` is the index of the first one in the statement, for the pointer. */
export type ResourcesValidator<Id extends string> = (
  resources: readonly unknown[],
  from: number,
) => VersionIssue<Id> | null;

/** Checks some resources at a time, with a given validator of whole predicates, each call of which has a cost. */
export function resourcesValidation<Id extends string>(
  compiled: unknown,
  serialization: object,
): ResourcesValidator<Id> {
  // The list of excluded paths may be long, and does not affect a resource.
  const shell = { serialization: { ...serialization, ignore_paths: undefined } };
  return (resources, from) => {
    const issue = issueIn<Id>(compiled as Compiled, { ...shell, resources }, IN_STATEMENT);
    if (issue === null) return null;
    const inStatement = (_: string, index: string) => `/predicate/resources/${from + Number(index)}`;
    return { ...issue, pointer: issue.pointer.replace(/^\/predicate\/resources\/([0-9]+)/, inStatement) };
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
