import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseResult } from '../../conformance/suite/src/adapter/answer.ts';
import { parseCapabilities } from '../../conformance/suite/src/adapter/capabilities.ts';
import { root } from '../workplace.ts';

/** What is wrong with a document of this form; null if nothing. */
type Form = (value: unknown) => string | null;

/** The forms of JSON that a fence can name with `schema=`, outside the specification. */
const forms: Readonly<Record<string, Form>> = {
  result: schemaForm('packages/cli/schemas/result-v1.schema.json'),
  policy: schemaForm('spec/policy/v1/policy.schema.json'),
  // Compiled with by snippets.exhaustive.test.ts.
  tsconfig: (value) =>
    typeof value === 'object' && value !== null && 'compilerOptions' in value ? null : 'no options',
  // What an adapter prints has readers and no schemas. They let unknown members pass, which in a document are misspelled ones.
  capabilities: readForm(parseCapabilities, [
    'client_version',
    'flags',
    'oms',
    'protocol',
    'roles',
    'profiles',
    'serve',
  ]),
  'adapter-result': readForm(parseResult, [
    ...['outcome', 'reason', 'class', 'message', 'differences', 'kind', 'path', 'warnings', 'signer', 'rootDigest'],
    ...['resources', 'ignored', 'unsigned', 'externalLinks', 'annotations'],
  ]),
};

export function hasForm(name: string): boolean {
  return Object.hasOwn(forms, name);
}

/** What is wrong with a JSON document of a named form; null if nothing. */
export function faultOfForm(name: string, value: unknown): string | null {
  return (forms[name] as Form)(value);
}

/** Whether a document says by itself which form of Sigstore it has. Everything else in a document must name its form. */
export function isOfSigstore(value: unknown): boolean {
  return typeof value === 'object' && value !== null && /sigstore/.test(String(Reflect.get(value, 'mediaType')));
}

function schemaForm(file: string): Form {
  return (value) => {
    const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
    const validate = ajv.compile(JSON.parse(readFileSync(path.join(root, file), 'utf8')));
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
}

function readForm(read: (value: unknown) => unknown, known: readonly string[]): Form {
  return (value) => {
    try {
      read(value);
    } catch (error) {
      return (error as Error).message;
    }
    const unknown = membersOf(value).filter((name) => !known.includes(name));
    return unknown.length === 0 ? null : `it has ${unknown.join(', ')}`;
  };
}

function membersOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(membersOf)];
}
