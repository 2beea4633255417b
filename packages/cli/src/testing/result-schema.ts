import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** The published schema of everything that `--json` prints. */
export const resultSchema = JSON.parse(
  readFileSync(new URL('../../schemas/result-v1.schema.json', import.meta.url), 'utf8'),
);

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
const validate = ajv.compile(resultSchema);

/** What is wrong with a result, one entry for each member; none if the schema allows it. */
export function faultsOfResult(result: unknown): string[] {
  validate(result);
  const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  return faults.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

/**
 * Parses what a command printed with `--json`.
 * @throws {Error} unless it is one line that holds one JSON object that the schema allows
 */
export function parseResult(stdout: string): unknown {
  if (!/^\{[^\n]*\}\n$/.test(stdout)) throw new Error(`not one JSON object and a line feed: ${JSON.stringify(stdout)}`);
  const result: unknown = JSON.parse(stdout);
  const faults = faultsOfResult(result);
  if (faults.length > 0) throw new Error(`the schema of results refuses ${stdout}${faults.join('\n')}`);
  return result;
}
