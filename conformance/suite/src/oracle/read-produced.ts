import type { RequirementId } from '../vectors/vector.ts';
import type { FaultList } from './fault.ts';
import { type Json, type JsonObject, parseJson } from './json.ts';
import { Judge, Refusal } from './judgement.ts';
import { isObject } from './statement.ts';
import type { Defect } from './verifier-defects.ts';

type Document = 'bundle' | 'statement';

/** Faults of a text after which its value can still be read, and the rule that each breaks. */
const readable: readonly [Defect, RequirementId | null, string][] = [
  ['json-takes-bom', null, 'it begins with a byte order mark'],
  ['json-takes-trailing', null, 'it has more text after the JSON value'],
  ['json-last-duplicate', 'OMS-JSON-1', 'an object holds a member name twice'],
  ['json-takes-surrogate', 'OMS-JSON-3', 'a string holds an unpaired surrogate'],
];

/** What a text must be, for each document: the rule that it breaks if it is no JSON. */
const rules: Readonly<Record<Document, RequirementId>> = { bundle: 'OMS-BUNDLE-1', statement: 'OMS-STMT-1' };

/** The JSON of a document that a program made, or undefined if it cannot be read. The faults of its text are collected. */
export function readProducedJson(bytes: Uint8Array, document: Document, faults: FaultList): Json | undefined {
  const strict = parsed(bytes, document, []);
  if (!(strict instanceof Refusal)) return strict;
  const lenient = readable.map(([defect]) => defect);
  const value = parsed(bytes, document, lenient);
  if (value instanceof Refusal) {
    faults.add(rules[document], `the ${document} is not one JSON text: ${value.message}`);
    return undefined;
  }
  for (const [needed, requirement, what] of readable) {
    const without = parsed(
      bytes,
      document,
      lenient.filter((defect) => defect !== needed),
    );
    if (without instanceof Refusal) faults.add(requirement ?? rules[document], `the text of the ${document}: ${what}`);
  }
  return value;
}

function parsed(bytes: Uint8Array, document: Document, lenient: readonly Defect[]): Json | Refusal {
  try {
    return parseJson(bytes, document, new Judge(new Set(lenient)));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** What can be read of a bundle; a part that is not there or is of another type is null. */
export interface ProducedBundle {
  readonly material: JsonObject | null;
  readonly payloadType: string | null;
  readonly payload: Buffer | null;
  readonly signature: Buffer | null;
  /** The members of the first signature. */
  readonly signed: JsonObject | null;
}

export function readProducedBundle(value: Json, faults: FaultList): ProducedBundle {
  const bundle = objectOf(value);
  const envelope = objectOf(bundle?.dsseEnvelope);
  const signatures = envelope?.signatures;
  const signed = objectOf(Array.isArray(signatures) ? signatures[0] : undefined);
  return {
    material: objectOf(bundle?.verificationMaterial),
    payloadType: stringOf(envelope?.payloadType),
    payload: binaryOf(envelope?.payload, 'the payload', faults),
    signature: binaryOf(signed?.sig, 'the signature', faults),
    signed,
  };
}

/** Decodes whatever can be decoded, so that the encoding is a fault of its own and hides no other. */
function binaryOf(value: Json | undefined, what: string, faults: FaultList): Buffer | null {
  const text = stringOf(value);
  if (text === null || text === '') return null;
  const bytes = Buffer.from(text, 'base64');
  const standard = bytes.toString('base64');
  if (text === standard) return bytes;
  const urlSafe = text === standard.replaceAll('+', '-').replaceAll('/', '_');
  if (urlSafe) faults.add('OMS-JSON-7', `${what} is in the URL-safe alphabet of Base64`);
  else faults.add('OMS-JSON-5', `${what} is not in Base64 with padding`);
  return bytes;
}

export interface ProducedResource {
  readonly name: string;
  readonly digest: string;
}

/** What can be read of a statement. */
export interface ProducedStatement {
  readonly subject: string | null;
  readonly digests: JsonObject | null;
  /** The digests of all subjects, and the versions whose root digests they say they have. */
  readonly subjects: readonly { readonly digests: JsonObject | null; readonly domain: string | null }[];
  readonly resources: readonly ProducedResource[];
  readonly method: string | null;
  readonly hashType: string | null;
  readonly shardSize: number | null;
  readonly allowSymlinks: boolean | null;
  readonly ignorePaths: readonly string[];
  readonly annotations: Json | undefined;
  readonly extensions: Json | undefined;
  readonly excludeAttestations: Json | undefined;
}

export function readProducedStatement(value: Json): ProducedStatement {
  const statement = objectOf(value);
  const subject = objectOf(Array.isArray(statement?.subject) ? statement.subject[0] : undefined);
  const predicate = objectOf(statement?.predicate);
  const serialization = objectOf(predicate?.serialization);
  const { allow_symlinks: links, shard_size: size, ignore_paths: paths } = serialization ?? {};
  return {
    subject: stringOf(subject?.name),
    digests: objectOf(subject?.digest),
    subjects: listOf(statement?.subject).map((each) => ({
      digests: objectOf(objectOf(each)?.digest),
      domain: stringOf(objectOf(objectOf(objectOf(each)?.annotations)?.modelSigning)?.predicateType),
    })),
    resources: listOf(predicate?.resources).flatMap((each) => {
      const { name, digest } = objectOf(each) ?? {};
      return typeof name === 'string' && typeof digest === 'string' ? [{ name, digest }] : [];
    }),
    method: stringOf(serialization?.method),
    hashType: stringOf(serialization?.hash_type),
    shardSize: typeof size === 'number' ? size : null,
    allowSymlinks: typeof links === 'boolean' ? links : null,
    ignorePaths: listOf(paths).filter((path) => typeof path === 'string'),
    annotations: predicate?.annotations,
    extensions: predicate?.extensions,
    excludeAttestations: serialization?.exclude_attestations,
  };
}

function objectOf(value: Json | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

function stringOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
