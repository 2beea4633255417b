import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { contradictionIn } from './contradiction.ts';
import type { Report } from './report.ts';
import { parseStrictJson } from './strict-json.ts';

const schemaFile = path.resolve(import.meta.dirname, '../../schema/report.schema.json');

let compiled: ValidateFunction<Report> | undefined;

function validator(): ValidateFunction<Report> {
  compiled ??= new Ajv2020({ strict: true, allowUnionTypes: true }).compile<Report>(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  return compiled;
}

/** The form of a report, and those before it, which had one verdict. */
const FORM: Report['schema'] = 'model-signing/conformance-report/v2';
const EARLIER: readonly string[] = ['model-signing/conformance-report/v1'];

/** The most bytes of a report. One about all vectors has about one million, and one whose texts are all as long as they may be, 20. */
export const MAX_REPORT_BYTES = 32 * 1024 * 1024;

/**
 * Reads the report in a file, which is untrusted input.
 * @throws {Error} if it is too large, no strict JSON, or {@link parseReport} refuses it
 */
export function readReportBytes(bytes: Uint8Array): Report {
  if (bytes.length > MAX_REPORT_BYTES) throw new Error(`it has more than ${MAX_REPORT_BYTES} bytes`);
  return parseReport(parseStrictJson(bytes));
}

/**
 * Checks a report, which is untrusted input.
 * @throws {Error} if it breaks the schema, or if its results do not show what it says about them
 */
export function parseReport(value: unknown): Report {
  const validate = validator();
  if (validate(value)) {
    const contradiction = contradictionIn(value);
    if (contradiction !== null) throw new Error(`it contradicts itself: ${contradiction}`);
    return value;
  }
  const form = (value as Partial<Report> | null)?.schema as unknown;
  if (typeof form === 'string' && EARLIER.includes(form)) {
    throw new Error(`it has the form ${form} of an earlier version, and this one reads ${FORM}: run the suite again`);
  }
  const [error] = validate.errors ?? [];
  throw new Error(`${error?.instancePath || '/'} ${error?.message}`);
}
