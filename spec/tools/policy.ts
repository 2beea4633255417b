import { Ajv2020 } from 'ajv/dist/2020.js';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { standaloneModule, strictCompiler } from './compile-validators.ts';
import { withoutCrossReferences } from './declare-types.ts';
import type { Finding } from './findings.ts';
import { readJson, SPEC_FOLDER, textIn } from './layout.ts';
import { isObject, type Place, partAt, places, type SchemaObject } from './schema-documents.ts';

/** The schema of policies, relative to the package. It has versions of its own, apart from those of the format. */
export const POLICY_SCHEMA = 'policy/v1/policy.schema.json';

/** A policy that uses every member. */
export const POLICY_EXAMPLE = 'policy/v1/example.json';

/** The modules that are generated from it, which git ignores. */
const MODULES = 'src/policy/v1';

const ID = `https://model-signing.example/spec/${POLICY_SCHEMA}`;

const HEADER = '// Generated from the schema of policies by oms-spec generate. Do not edit.';

/** The modules of the policy format, by path in the package. */
export async function policyModules(folder: string = SPEC_FOLDER): Promise<Map<string, string>> {
  if (textIn(folder, POLICY_SCHEMA) === null) return new Map();
  const schema = readJson(POLICY_SCHEMA, folder) as SchemaObject;
  const compiler = strictCompiler(false);
  compiler.addSchema(schema);
  return new Map([
    [`${MODULES}/compiled.ts`, standaloneModule(compiler, { policy: ID })],
    [`${MODULES}/documents.ts`, await declarePolicyTypes(schema)],
    [`${MODULES}/index.ts`, indexModule()],
  ]);
}

function indexModule(): string {
  return `${HEADER}

import type { VersionIssue } from '../../issue.ts';
import { type VersionValidation, validation } from '../../validation.ts';
import * as compiled from './compiled.ts';
import type { PolicyDocument } from './documents.ts';

export type * from './documents.ts';

/** Why a policy was refused. It names no requirement, because the format of policies is not that of signatures. */
export type PolicyIssue = VersionIssue<never>;

/** The verdict on a policy: the same value with its type, or why it was refused. */
export type PolicyValidation = VersionValidation<PolicyDocument, never>;

/** Checks the structure of a policy. What its patterns, dates and files are is not checked. Never throws. */
export function validatePolicy(value: unknown): PolicyValidation {
  return validation(compiled.policy, value);
}
`;
}

/** The keywords of a schema that a type expresses. */
const KEPT = ['type', 'required', 'enum', 'const', 'description'] as const;

/** TypeScript declarations for every titled schema. */
async function declarePolicyTypes(schema: SchemaObject): Promise<string> {
  const titled = [...places(schema)].flatMap(({ schema: part }) => (part.title === undefined ? [] : [part]));
  const $defs = Object.fromEntries(titled.map((part) => [part.title, { title: part.title, ...shapeOf(part, schema) }]));
  const { PolicyDocument: root, ...others } = $defs;
  const text = await compile({ ...root, $defs: others } as JSONSchema, 'PolicyDocument', {
    additionalProperties: false,
    bannerComment: HEADER,
    declareExternallyReferenced: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  return withoutCrossReferences(text);
}

/** A schema without limits, conditions and patterns; its alternatives by method become a union. */
function shapeOf(schema: SchemaObject, document: SchemaObject): Record<string, unknown> {
  if (Array.isArray(schema.allOf)) {
    return { anyOf: schema.allOf.map(({ then }: SchemaObject) => memberOf(then as SchemaObject, document)) };
  }
  const shape: Record<string, unknown> = {};
  for (const keyword of KEPT) if (schema[keyword] !== undefined) shape[keyword] = schema[keyword];
  if (typeof schema.description === 'string') shape.description = asSentence(schema.description);
  if (isObject(schema.properties)) {
    const members = Object.entries(schema.properties);
    shape.properties = Object.fromEntries(
      members.map(([name, part]) => [name, memberOf(part as SchemaObject, document)]),
    );
  }
  if (isObject(schema.items)) shape.items = memberOf(schema.items, document);
  if (isObject(schema.additionalProperties)) {
    shape.additionalProperties = memberOf(schema.additionalProperties, document);
  } else if (schema.additionalProperties === false) {
    shape.additionalProperties = false;
  }
  return shape;
}

function memberOf(schema: SchemaObject, document: SchemaObject): Record<string, unknown> {
  if (schema.$ref !== undefined) {
    const target = partAt(document, schema.$ref.slice(1));
    if (!isObject(target)) throw new Error(`${schema.$ref} points to nothing`);
    return memberOf(target, document);
  }
  return schema.title === undefined ? shapeOf(schema, document) : { $ref: `#/$defs/${schema.title}` };
}

function asSentence(description: string): string {
  const text = description.replace(/:$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What is wrong with the schema of policies. */
export function policyFindings(folder: string = SPEC_FOLDER): Finding[] {
  if (textIn(folder, POLICY_SCHEMA) === null) return [];
  const schema = readJson(POLICY_SCHEMA, folder) as SchemaObject;
  const metaschema = new Ajv2020();
  if (!metaschema.validateSchema(schema)) {
    const { instancePath = '', message = '' } = metaschema.errors?.[0] ?? {};
    return [fault(`#${instancePath} ${message}`, 'Correct the keyword')];
  }
  let validate: ReturnType<Ajv2020['compile']>;
  try {
    validate = strictCompiler().compile(schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [fault(`it does not compile: ${message}`, 'Correct the schema')];
  }
  if (!validate(readJson(POLICY_EXAMPLE, folder))) {
    const { instancePath = '', message = '' } = validate.errors?.at(-1) ?? {};
    const found = { line: 1, requirement: null, message: `it is refused at ${instancePath}: ${message}` };
    return [{ path: POLICY_EXAMPLE, ...found, fix: 'Correct the example or the schema' }];
  }
  const misnamed = schema.$id === ID ? [] : [fault(`$id is ${schema.$id}`, `Write ${ID}`)];
  return [...misnamed, ...[...places(schema)].flatMap(placeFindings)];
}

/** Every object is closed, and every constraint has the words of its message. */
function placeFindings({ pointer, schema }: Place): Finding[] {
  const found: Finding[] = [];
  if (/\/(?:if|oneOf\/\d+)(?:\/|$)/.test(pointer)) return found;
  const open = schema.properties !== undefined && schema.additionalProperties === undefined;
  if (open && schema.allOf === undefined) {
    found.push(fault(`#${pointer}: it accepts unknown members`, 'Add additionalProperties: false'));
  }
  const constrained = ['type', 'enum', 'const', 'pattern'].some((keyword) => schema[keyword] !== undefined);
  if (constrained && schema.$ref === undefined && typeof schema.description !== 'string') {
    found.push(fault(`#${pointer}: it has no description`, 'Describe what is expected, as a noun phrase'));
  }
  return found;
}

function fault(message: string, fix: string): Finding {
  return { path: POLICY_SCHEMA, line: 1, requirement: null, message, fix };
}
