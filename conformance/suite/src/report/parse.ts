import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Report } from './report.ts';

const schemaFile = path.resolve(import.meta.dirname, '../../schema/report.schema.json');

/** Compiled when the first report is read. */
let validate: ValidateFunction<Report> | undefined;

/**
 * Reads a report from a file, which is untrusted input.
 * @throws {Error} if it breaks the schema
 */
export function parseReport(value: unknown): Report {
  validate ??= new Ajv2020({ strict: true, allowUnionTypes: true }).compile<Report>(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  throw new Error(`${error?.instancePath || '/'} ${error?.message}`);
}
