import { describe, quote } from './describe.ts';

/** Why a document was refused, with the identifiers of the version that refused it. */
export interface VersionIssue<Id extends string> {
  /** The JSON pointer of the offending value, empty for the document itself. */
  pointer: string;
  /** The requirement that the value breaks; null when the value is not JSON at all. */
  requirement: Id | null;
  /**
   * What was expected and what was found, for people. Text from the document is quoted and shortened; it may hold
   * terminal control characters, so escape the message before printing it.
   */
  message: string;
}

/** What a compiled validator reports: the value that failed and the part of the schema it failed. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** Turns the errors of a validator that stops at the first fault into one issue. */
export function issueOf<Id extends string>(errors: readonly SchemaError[]): VersionIssue<Id> {
  // A group such as oneOf follows the errors of its branches and summarises them; these two only repeat another error.
  const error = errors.findLast(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames');
  if (error === undefined) return { pointer: '', requirement: null, message: 'refused without a reason' };
  return { pointer: error.instancePath, requirement: requirementOf(error.parentSchema), message: messageOf(error) };
}

function requirementOf<Id extends string>(schema: Readonly<Record<string, unknown>>): Id | null {
  const id = /^OMS-[A-Z0-9]+-[0-9]+/.exec(String(schema.$comment ?? ''))?.[0];
  return (id as Id | undefined) ?? null;
}

function messageOf({ keyword, params, parentSchema, data }: SchemaError): string {
  switch (keyword) {
    case 'required':
      return `expected the member ${quote(params.missingProperty)}, which is absent${unknownIn(parentSchema, data)}`;
    case 'additionalProperties':
      return `expected no member besides ${list(knownMembers(parentSchema))}, found ${quote(params.additionalProperty)}`;
    case 'oneOf':
      return `expected exactly one of ${list(alternatives(parentSchema))}, found ${presentOf(alternatives(parentSchema), data)}${unknownIn(parentSchema, data)}`;
    default:
      return `expected ${expectation(keyword, parentSchema)}, found ${describe(data)}`;
  }
}

function expectation(keyword: string, schema: Readonly<Record<string, unknown>>): string {
  const noun = schema.description ?? `a value that satisfies ${keyword}`;
  if (keyword === 'const') return `${noun} ${describe(schema.const)}`;
  if (keyword === 'enum') return `${noun}, one of ${list((schema.enum as unknown[]).map(String))}`;
  if (keyword === 'type') return String(schema.description ?? `the type ${[schema.type].flat().join(' or ')}`);
  return String(noun);
}

function knownMembers(schema: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(schema.properties as object);
}

/** How many unknown members a message names. */
const MAX_UNKNOWN = 3;

/** The members of a closed object that the schema does not know: one of them may be a member that is missing, misspelled. */
function unknownIn(schema: Readonly<Record<string, unknown>>, data: unknown): string {
  if (schema.additionalProperties !== false || typeof data !== 'object' || data === null || Array.isArray(data))
    return '';
  const known = new Set(knownMembers(schema));
  const unknown = Object.keys(data).filter((name) => !known.has(name));
  if (unknown.length === 0) return '';
  const named = list(unknown.slice(0, MAX_UNKNOWN).map((name) => quote(name)));
  return `; ${named} ${unknown.length === 1 ? 'is unknown' : 'are unknown'}`;
}

function alternatives(schema: Readonly<Record<string, unknown>>): string[] {
  return (schema.oneOf as { required: string[] }[]).flatMap(({ required }) => required);
}

function presentOf(names: readonly string[], data: unknown): string {
  if (typeof data !== 'object' || data === null) return describe(data);
  const present = names.filter((name) => (data as Record<string, unknown>)[name] !== undefined);
  return present.length === 0 ? 'none' : list(present);
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
