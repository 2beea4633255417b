import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Report } from './report.ts';

const schemaFile = path.resolve(import.meta.dirname, '../../schema/report.schema.json');

let compiled: ValidateFunction<Report> | undefined;

function validator(): ValidateFunction<Report> {
  compiled ??= new Ajv2020({ strict: true, allowUnionTypes: true }).compile<Report>(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  return compiled;
}

/**
 * Reads a report from a file, which is untrusted input.
 * @throws {Error} if it breaks the schema
 */
export function parseReport(value: unknown): Report {
  const validate = validator();
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  throw new Error(`${error?.instancePath || '/'} ${error?.message}`);
}
