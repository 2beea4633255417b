import vm from 'node:vm';
import { quote } from '@model-signing/core';
import { parseJsonOf } from '@model-signing/core/json';
import { shorten } from '@model-signing/x509/text';
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import slsaProvenance from '../schemas/slsa-provenance-v1.schema.json' with { type: 'json' };
import bom from '../vendor/cyclonedx-1.6/bom-1.6.SNAPSHOT.schema.json' with { type: 'json' };
import jsf from '../vendor/cyclonedx-1.6/jsf-0.82.SNAPSHOT.schema.json' with { type: 'json' };
import spdx from '../vendor/cyclonedx-1.6/spdx.SNAPSHOT.schema.json' with { type: 'json' };
import { usageError } from './failure.ts';

/** Checks a claim by a schema: what is wrong with it, as the end of a sentence, or null. The text is untrusted. */
export type PredicateCheck = (predicate: unknown) => string | null;

/** How long a schema may take to be compiled, and a claim to be checked by it: a pattern can backtrack without end. In milliseconds. */
const MAX_TIME = 10_000;

/** Far more than published schemas have: that of SPDX 3 has a twentieth. */
const LIMITS = { maxBytes: 4 * 1024 * 1024, maxDepth: 100, maxValues: 200_000 };

const options: Options = {
  strict: false,
  logger: false,
  // Copies of what is referred to could grow without bounds.
  inlineRefs: false,
  addUsedSchema: false,
};

/** Where the schemas of CycloneDX refer to each other. */
const CYCLONEDX = 'http://cyclonedx.org/schema/';

/** The formats that the schemas here use. They look for what no value has, and allow more than their definitions do. */
const formats = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/,
  'idn-email': /^[^\s@]+@[^\s@]+$/,
  'iri-reference': /^[^\s<>"{}|\\^`]*$/,
  uri: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/,
};

/** The check by the schemas of CycloneDX 1.6, which `@cyclonedx/cyclonedx-library` ships. */
export function cyclonedxCheck(): PredicateCheck {
  const ajv = new Ajv({ ...options, formats });
  ajv.addSchema({ ...spdx, $id: `${CYCLONEDX}spdx.SNAPSHOT.schema.json` });
  ajv.addSchema({ ...jsf, $id: `${CYCLONEDX}jsf-0.82.SNAPSHOT.schema.json` });
  return checkBy(ajv.compile(bom), 'the schema of CycloneDX 1.6');
}

/** The check by the schema of this project for SLSA provenance, version 1. */
export function slsaCheck(): PredicateCheck {
  return checkBy(
    new Ajv2020({ ...options, formats }).compile(slsaProvenance),
    'the schema of model-signing for SLSA provenance v1',
  );
}

/**
 * The check by a schema of the user's own, of draft-07 or 2020-12. Nothing that it refers to is fetched, and formats are not checked.
 * @param name how messages call it
 * @throws {CommandError} `command/usage` if it cannot be used
 */
export function schemaCheck(bytes: Uint8Array, name: string): PredicateCheck {
  const unusable = (why: string, ...hints: string[]) =>
    usageError(`the schema ${quote(name)} cannot be used: ${why}`, ...hints);
  const schema = parseJsonOf(bytes, { title: 'schema', refuse: (_problem, message) => unusable(message) }, LIMITS);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw unusable('it is no JSON object');
  const ajv = ajvFor(schema as { readonly $schema?: unknown });
  if (ajv === null) {
    throw unusable('it is of another draft than 2020-12 and draft-07', 'say which one it is in its member $schema');
  }
  try {
    return checkBy(
      bounded(() => ajv.compile(schema)),
      `the schema ${quote(name)}`,
    );
  } catch (error) {
    if (isTimeout(error)) throw unusable(`compiling it takes more than ${MAX_TIME / 1000} seconds`);
    const { missingRef } = error as { readonly missingRef?: string };
    if (missingRef !== undefined) {
      const message = `it refers to ${quote(missingRef)}, which is not in it, and nothing is fetched`;
      throw unusable(message, 'put what it refers to into its $defs, with its $id');
    }
    throw unusable(shorten((error as Error).message, MAX_MESSAGE));
  }
}

const MAX_MESSAGE = 500;

/** What reads the draft that a schema is of: 2020-12 if it does not say; null for another one. */
function ajvFor({ $schema }: { readonly $schema?: unknown }): Ajv | null {
  const draft = $schema === undefined ? '2020-12' : drafts.get(String($schema).replace(/#$/, ''));
  const checked = { ...options, validateFormats: false };
  if (draft === '2020-12') return new Ajv2020(checked);
  return draft === 'draft-07' ? new Ajv(checked) : null;
}

const drafts = new Map([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
]);

function checkBy(validate: ValidateFunction, title: string): PredicateCheck {
  return (predicate) => {
    try {
      // A schema that calls itself asynchronous returns a promise, which is no verdict.
      if (bounded(() => validate(predicate)) === true) return null;
    } catch (error) {
      if (!isTimeout(error) && !(error instanceof RangeError)) throw error;
      return `checking it by ${title} takes too much: more than ${MAX_TIME / 1000} seconds, or memory of the stack`;
    }
    const [first] = validate.errors ?? [];
    return `it is not as ${title} says: ${first === undefined ? 'the schema has no verdict' : problemOf(first)}`;
  };
}

function problemOf({ instancePath, message = 'is refused', params }: ErrorObject): string {
  const { additionalProperty, allowedValue, allowedValues } = params;
  const values = Array.isArray(allowedValues) ? allowedValues.slice(0, 10) : allowedValue;
  const detail = additionalProperty ?? values;
  const place = instancePath === '' ? 'the document' : quote(instancePath);
  return `${place} ${shorten(message, MAX_MESSAGE)}${detail === undefined ? '' : `: ${quote(JSON.stringify(detail))}`}`;
}

/** Runs what cannot be interrupted from outside, and ends it after {@link MAX_TIME}: also a regular expression that backtracks. */
function bounded<Result>(work: () => Result): Result {
  return vm.runInNewContext('work()', { work }, { timeout: MAX_TIME });
}

function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
