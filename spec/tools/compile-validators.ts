import { createRequire } from 'node:module';
import { _ } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { LAYERS } from './layout.ts';
import type { SchemaDocuments } from './schema-documents.ts';
import { SHELL, withSkippableParts } from './shells.ts';

// The module that writes standalone code is CommonJS without a named export that TypeScript and Node agree on.
const standaloneCode = createRequire(import.meta.url)('ajv/dist/standalone').default as (
  ajv: Ajv2020,
  schemas: Readonly<Record<string, string>>,
) => string;

const HEADER = `// @ts-nocheck
// Generated from the schemas by oms-spec generate. Do not edit.
`;

// Ajv emits CommonJS calls even for ES modules; this is the only one that these schemas need.
const LENGTH_IMPORT = 'require("ajv/dist/runtime/ucs2length").default';
const LENGTH = '(text) => { let length = 0; for (const _ of text) length += 1; return length; }';

// Digests are most of a manifest, and a regular expression takes three times as long to look at one.
const DIGEST_PATTERN = /new RegExp\("\^\[0-9a-f\]\{(\d+)\}\$", "u"\)/g;
const DIGEST = 'lowercaseHexadecimal($1)';
const LOWERCASE_HEXADECIMAL = `
const isDigit = new Uint8Array(128);
for (const digit of "0123456789abcdef") isDigit[digit.charCodeAt(0)] = 1;
const lowercaseHexadecimal = (length) => ({
  test(text) {
    if (text.length !== length) return false;
    for (let at = 0; at < length; at++) if (isDigit[text.charCodeAt(at)] !== 1) return false;
    return true;
  },
});
`;

/** Compiling is slow, so the same documents are compiled once. */
const compilers = new WeakMap<SchemaDocuments, Ajv2020>();

/** A compiler with every schema of the version, as strict as these schemas allow. */
export function schemaCompiler(documents: SchemaDocuments, { messages = true } = {}): Ajv2020 {
  const known = messages ? compilers.get(documents) : undefined;
  if (known !== undefined) return known;
  const ajv = strictCompiler(messages);
  ajv.addKeyword({ keyword: SHELL, schemaType: 'boolean', code: (cxt) => cxt.pass(_`rootData === "shell"`) });
  for (const layer of LAYERS) ajv.addSchema(documents[layer]);
  if (messages) compilers.set(documents, ajv);
  return ajv;
}

/** A compiler without schemas, as strict as ours allow. */
export function strictCompiler(messages = true): Ajv2020 {
  return new Ajv2020({
    strict: true,
    // A branch may name members, and narrow types, that the surrounding schema declares.
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: false,
    // Each error then contains the schema that failed, whose $comment has the requirement.
    verbose: true,
    messages,
    code: { esm: true, source: true, lines: true },
  });
}

/** The names of the validators, and the schemas they are compiled from. */
function validatorNames(documents: SchemaDocuments): Record<string, string> {
  const names: Record<string, string> = {};
  for (const layer of LAYERS) {
    names[layer] = String(documents[layer].$id);
    names[`${layer}Produced`] = `${documents[layer].$id}#/$defs/produced`;
  }
  return names;
}

/** The source text of an ES module that imports nothing and has two validators for each layer. */
export function compileValidators(documents: SchemaDocuments): string {
  if (/"(?:unevaluated\w+|\$dynamicRef)":/.test(JSON.stringify(documents))) {
    throw new Error('the validators are compiled without support for unevaluated members and dynamic references');
  }
  return standaloneModule(
    schemaCompiler(withSkippableParts(documents), { messages: false }),
    validatorNames(documents),
  );
}

/** The source text of an ES module that imports nothing, with the validators of these names for the schemas of these identifiers. */
export function standaloneModule(compiler: Ajv2020, names: Readonly<Record<string, string>>): string {
  Object.assign(compiler.opts, { unevaluated: false, dynamicRef: false });
  const code = withFastDigests(standaloneCode(compiler, names).replaceAll(LENGTH_IMPORT, LENGTH));
  if (/\b(?:require|import)\s*\(|^import /m.test(code)) {
    throw new Error('the compiled validators depend on a module; inline it in tools/compile-validators.ts');
  }
  return `${HEADER}${withoutUnusedDefinitions(withoutUnusedDetails(code))}\n`;
}

function withFastDigests(code: string): string {
  const changed = code.replaceAll(DIGEST_PATTERN, DIGEST);
  return changed === code ? code : changed.replace('"use strict";', `"use strict";${LOWERCASE_HEXADECIMAL}`);
}

/** Drops the unused details of errors, which are a third of the code that is loaded at every start. */
function withoutUnusedDetails(code: string): string {
  return code.replaceAll(/schemaPath:"[^"]*",|schema:schema\d+[^,]*,(?=parentSchema:)/g, '');
}

/** Drops from each embedded schema the definitions that are embedded separately, which make up most of its size. */
function withoutUnusedDefinitions(code: string): string {
  return code.replaceAll(/^const (schema\d+) = (\{.*\});$/gm, (line, name: string, text: string) => {
    if (code.includes(`${name}.$defs`)) return line;
    const { $defs: _unused, ...schema } = JSON.parse(text);
    return `const ${name} = ${JSON.stringify(schema)};`;
  });
}
