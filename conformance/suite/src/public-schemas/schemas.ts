import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { CannotRun } from '../errors.ts';
import { within } from './within.ts';

const layers = ['bundle', 'envelope', 'statement', 'predicate'] as const;
type Layer = (typeof layers)[number];

/** The most bytes of a schema, milliseconds for one document, and issues of one bundle. */
const limits = { schemaBytes: 1 << 20, milliseconds: 10_000, issues: 20, text: 300 } as const;

/** The schemas that the public text publishes, read from the directory of a user who has them, to run over signed bundles. */
export interface PublicSchemas {
  /** SHA-256 over the four files, one after another. */
  readonly digest: string;
  /** Every issue of a bundle, of its envelope and of its statement, in words; none if they are valid. */
  issuesOf(bundle: Buffer): readonly string[];
}

/**
 * Reads the four schemas of a directory.
 * @param milliseconds for one document; a schema that takes longer is not tried again
 * @throws {CannotRun} if one is missing, too large, no schema, or refers to something that is not there
 */
export function readPublicSchemas(directory: string, milliseconds: number = limits.milliseconds): PublicSchemas {
  const files = layers.map((layer) => ({ layer, text: readSchema(directory, layer) }));
  const hash = createHash('sha256');
  for (const { text } of files) hash.update(text);
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, logger: false });
  const ids = new Map(files.map(({ layer, text }) => [layer, addSchema(ajv, layer, text)]));
  const [bundle, statement] = (['bundle', 'statement'] as const).map((layer) => compiled(ajv, layer, ids.get(layer)));
  const validators = {
    bundle: checker('bundle', bundle, milliseconds),
    statement: checker('statement', statement, milliseconds),
  };
  return { digest: hash.digest('hex'), issuesOf: (bytes) => issuesOf(bytes, validators) };
}

const fileOf = (layer: Layer) => `${layer}.schema.json`;

function readSchema(directory: string, layer: Layer): string {
  const file = path.join(directory, fileOf(layer));
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    throw new CannotRun(
      `there is no ${fileOf(layer)} in ${directory}: --public-schemas takes the directory of one version, with ${layers.map(fileOf).join(', ')}`,
    );
  }
  if (stat.size > limits.schemaBytes) throw new CannotRun(`${file} is larger than ${limits.schemaBytes} bytes`);
  return readFileSync(file, 'utf8');
}

function addSchema(ajv: Ajv2020, layer: Layer, text: string): string {
  const schema = parsed(text);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new CannotRun(`${fileOf(layer)} is no JSON object`);
  }
  const { $id } = schema as { $id?: unknown };
  if (typeof $id !== 'string') throw new CannotRun(`${fileOf(layer)} has no $id, by which the others refer to it`);
  try {
    ajv.addSchema(schema as AnySchemaObject);
  } catch (error) {
    throw new CannotRun(`${fileOf(layer)} is no schema: ${shortened(messageOf(error))}`);
  }
  return $id;
}

function compiled(ajv: Ajv2020, layer: Layer, id: string | undefined): ValidateFunction {
  try {
    const validate = within(limits.milliseconds, () => ajv.getSchema(id ?? ''));
    if (validate) return validate;
  } catch (error) {
    throw new CannotRun(`${fileOf(layer)} cannot be used: ${shortened(messageOf(error))}`);
  }
  throw new CannotRun(`${fileOf(layer)} cannot be used: it takes too long`);
}

type Checker = (value: unknown) => string[];

function issuesOf(bytes: Buffer, check: Readonly<Record<'bundle' | 'statement', Checker>>): readonly string[] {
  const bundle = parsed(bytes.toString());
  if (bundle === undefined) return ['bundle: it is no JSON'];
  const issues = check.bundle(bundle);
  const payload = payloadOf(bundle);
  if (payload === null) return issues;
  const statement = parsed(Buffer.from(payload, 'base64').toString());
  const more = statement === undefined ? ['statement: it is no JSON'] : check.statement(statement);
  return [...issues, ...more].slice(0, limits.issues);
}

function checker(layer: Layer, validate: ValidateFunction | undefined, milliseconds: number): Checker {
  let stopped = false;
  return (value) => {
    try {
      const valid = stopped ? null : within(milliseconds, () => validate?.(value));
      stopped ||= valid === null;
      if (stopped) return [`${layer}: the schema takes too long`];
      return valid ? [] : (validate?.errors ?? []).slice(0, limits.issues).map((error) => described(layer, error));
    } catch (error) {
      return [`${layer}: the schema fails: ${shortened(messageOf(error))}`];
    }
  };
}

function described(layer: string, { instancePath, message, params }: ErrorObject): string {
  const named = params.additionalProperty ?? params.missingProperty;
  const member = typeof named === 'string' ? `: ${JSON.stringify(named)}` : '';
  return shortened(`${layer} ${instancePath || '/'} ${message}${member}`);
}

function payloadOf(bundle: unknown): string | null {
  const payload = (bundle as { dsseEnvelope?: { payload?: unknown } } | null)?.dsseEnvelope?.payload;
  return typeof payload === 'string' ? payload : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shortened(text: string): string {
  return text.length > limits.text ? `${text.slice(0, limits.text)}…` : text;
}
