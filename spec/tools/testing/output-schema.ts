import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** What the schema of an output of `oms-spec` finds wrong with a document; null if nothing. */
export function faultsOf(name: 'findings' | 'changes', document: unknown) {
  const schema = JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  validate(document);
  return validate.errors ?? null;
}
