import {
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  type Statement,
  validateProducedStatement,
  validateStatement,
} from '@model-signing/spec';
import { digestSize, type HashAlgorithm, isHashAlgorithm } from '../node/hashing/algorithms.ts';
import { parseJson, Utf8Writer } from './encoding.ts';
import { type ErrorCode, OmsError, quote, type RequirementId, type Warnings } from './errors.ts';
import { MAX_RESOURCES, type Manifest } from './manifest.ts';
import { nameProblem } from './names.ts';
import { type Annotations, DRAFT_PREDICATE_TYPE, type Draft, draftValidators } from './versions/draft.ts';

/** A statement as read from a payload. Whether anyone signed it, its type does not say: see `envelope.ts`. */
export interface ParsedStatement {
  /** What the signer called the model; null in a form that has no place for it. Informative only (OMS-SUBJECT-5). */
  readonly subjectName: string | null;
  readonly manifest: Manifest;
}

/** A payload is three quarters of a bundle of 256 MiB; a resource has four values and its list and object around them. */
const LIMITS = { maxBytes: 192 * 1024 * 1024, maxDepth: 64, maxValues: 8 * MAX_RESOURCES };

/** The statement that a manifest makes, as compact JSON (section 9). */
export function encodeStatement(subjectName: string, manifest: Manifest): Uint8Array {
  // One resource stands for all: their names are checked when they are planned, and all digests come from one hash.
  const validate = manifest.draft ? draftValidators().validateProducedStatement : validateProducedStatement;
  const produced = validate(statementOf(subjectName, manifest, resourcesOf(manifest, 0, 1)));
  if (!produced.ok) throw new Error(`a statement was made that breaks the format: ${describe(produced.issues[0])}`);
  return encodeJson(subjectName, manifest);
}

function statementOf(subjectName: string, manifest: Manifest, resources: readonly unknown[]): unknown {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = manifest.serialization;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: subjectName, digest: { sha256: manifest.rootDigest } }],
    predicateType: manifest.draft ? DRAFT_PREDICATE_TYPE : PREDICATE_TYPE,
    predicate: {
      serialization: {
        method,
        hash_type: hashType,
        ...(shardSize === null ? {} : { shard_size: shardSize }),
        allow_symlinks: allowSymlinks,
        ...(ignorePaths.length === 0 ? {} : { ignore_paths: ignorePaths }),
      },
      resources,
      ...(manifest.draft && manifest.annotations ? { annotations: manifest.annotations } : {}),
    },
  };
}

function resourcesOf({ serialization: { hashType }, resources }: Manifest, from: number, until: number): unknown[] {
  return resources.slice(from, until).map(({ name, digest }) => ({ name, algorithm: hashType, digest }));
}

const RESOURCES_AT_ONCE = 1024;

/** As JSON, with the resources, which may be nearly all of it, written into the rest a piece at a time. */
function encodeJson(subjectName: string, manifest: Manifest): Uint8Array {
  const { resources } = manifest;
  const rest = JSON.stringify(statementOf(subjectName, manifest, []));
  const member = '"resources":[';
  const split = rest.indexOf(member) + member.length;
  const [first] = resources;
  const beside = JSON.stringify(resourcesOf(manifest, 0, 1)).length - (first?.name.length ?? 0);
  const writer = new Utf8Writer(resources.reduce((bytes, { name }) => bytes + name.length + beside, rest.length));
  writer.write(rest.slice(0, split));
  for (let from = 0; from < resources.length; from += RESOURCES_AT_ONCE) {
    const text = JSON.stringify(resourcesOf(manifest, from, from + RESOURCES_AT_ONCE));
    writer.write((from === 0 ? '' : ',') + text.slice(1, -1));
  }
  writer.write(rest.slice(split));
  return writer.bytes;
}

/**
 * Reads a statement from the payload of an envelope, within limits and by the schema. What the schema cannot say is left to
 * `checkManifest`. A draft of the format is read only where it is named.
 * @throws {OmsError} `statement/…`, and `manifest/…` for what is wrong inside the predicate
 */
export function parseStatement(payload: Uint8Array, warnings: Warnings, draft?: Draft): ParsedStatement {
  return readStatement(parsePayload(payload), warnings, draft);
}

/**
 * The JSON of a payload, within limits.
 * @throws {OmsError} `statement/too-large`, `statement/not-json`, `statement/duplicate-member`
 */
export function parsePayload(payload: Uint8Array): unknown {
  return parseJson(payload, 'statement', LIMITS);
}

/** The second half of {@link parseStatement}. */
export function readStatement(value: unknown, warnings: Warnings, draft?: Draft): ParsedStatement {
  const count = (value as { predicate?: { resources?: { length?: number } } } | null)?.predicate?.resources?.length;
  if (typeof count === 'number' && count > MAX_RESOURCES) {
    throw new OmsError(
      'manifest/too-many-resources',
      `the manifest lists ${count} resources, more than ${MAX_RESOURCES}`,
    );
  }
  if (draft !== undefined && predicateTypeOf(value) === DRAFT_PREDICATE_TYPE) {
    const result = draftValidators().validateStatement(value);
    if (!result.ok) throw refusal(result.issues[0]);
    checkAlgorithms(result.value.predicate, warnings);
    return withDraft(fromJson(result.value), draft, result.value.predicate.annotations);
  }
  const result = validateStatement(withFewResources(value));
  if (!result.ok) throw refusal(result.issues[0]);
  const statement = value as Statement;
  checkAlgorithms(statement.predicate, warnings);
  return fromJson(statement);
}

/**
 * What the schema is asked about. Of resources that are all as signers write them, the first stands for the rest: there may
 * be a million of them.
 */
function withFewResources(value: unknown): unknown {
  const predicate = (value as Partial<Statement> | null)?.predicate as Partial<Statement['predicate']> | undefined;
  const { serialization, resources } = predicate ?? {};
  if (serialization?.method !== 'files' || !isHashAlgorithm(serialization.hash_type)) return value;
  if (!Array.isArray(resources) || !resources.every((resource) => isPlain(resource, serialization.hash_type)))
    return value;
  return { ...(value as object), predicate: { ...predicate, resources: resources.slice(0, 1) } };
}

/** Whether a resource is one of a whole file that the schema has nothing against. */
function isPlain(
  resource: Partial<Statement['predicate']['resources'][number]> | null,
  hashType: HashAlgorithm,
): boolean {
  const { name, algorithm, digest } = resource ?? {};
  return (
    algorithm === hashType &&
    typeof digest === 'string' &&
    digest.length === 2 * digestSize[hashType] &&
    LOWERCASE_HEX.test(digest) &&
    typeof name === 'string' &&
    nameProblem(name) === null
  );
}

const LOWERCASE_HEX = /^[0-9a-f]+$/;

function predicateTypeOf(value: unknown): unknown {
  return (value as { predicateType?: unknown } | null)?.predicateType;
}

function withDraft(parsed: ParsedStatement, draft: Draft, annotations: Annotations = {}): ParsedStatement {
  return { ...parsed, manifest: { ...parsed.manifest, draft, annotations } };
}

/** The Python implementation appends the shard size to the algorithm's name (OMS-RES-12); no other suffix is accepted. */
function checkAlgorithms({ serialization, resources }: Statement['predicate'], warnings: Warnings): void {
  const { hash_type: hashType, shard_size: shardSize } = serialization;
  const suffixed = `${hashType}-sharded-${shardSize}`;
  const expected = resources[0]?.algorithm === suffixed ? suffixed : hashType;
  const other = resources.find(({ algorithm }) => algorithm !== expected);
  if (other) {
    const message = `the algorithm ${quote(other.algorithm)} of ${quote(other.name)} is not ${quote(expected)}`;
    throw new OmsError('manifest/algorithm-mismatch', message);
  }
  if (expected === suffixed) {
    warnings.add('manifest/algorithm-suffix', `the algorithm is written "${suffixed}" instead of "${hashType}"`);
  }
}

/** What both versions state alike. */
type StatementContent = Pick<Statement, 'subject' | 'predicate'>;

function fromJson({ subject: [subject], predicate: { serialization, resources } }: StatementContent): ParsedStatement {
  return {
    subjectName: subject.name,
    manifest: {
      serialization: {
        method: serialization.method,
        hashType: serialization.hash_type,
        shardSize: serialization.shard_size ?? null,
        allowSymlinks: serialization.allow_symlinks,
        ignorePaths: serialization.ignore_paths ?? [],
      },
      resources: resources.map(({ name, digest }) => ({ name, digest })),
      rootDigest: subject.digest.sha256,
    },
  };
}

/** The codes of the schema's refusals that have one of their own. */
const codeOf: Partial<Record<RequirementId, ErrorCode>> = {
  'OMS-STMT-2': 'statement/type',
  'OMS-STMT-4': 'statement/predicate-type',
  'OMS-SUBJECT-2': 'statement/subject',
  'OMS-SUBJECT-4': 'statement/subject',
  'OMS-ROOT-3': 'statement/subject',
  'OMS-RES-4': 'manifest/digest-invalid',
  'OMS-RES-6': 'manifest/algorithm-mismatch',
  'OMS-RES-8': 'manifest/empty',
  'OMS-NAME-6': 'manifest/name-invalid',
  'OMS-ALG-2': 'manifest/algorithm-unsupported',
  'OMS-SHARD-2': 'manifest/shard-size-invalid',
  'OMS-SHARD-8': 'manifest/shard-invalid',
  'OMS-MATCH-6': 'manifest/ignore-path-invalid',
  'OMS-ANNOT-3': 'manifest/annotations-invalid',
};

/** What a validator of either version says. */
interface Issue {
  readonly pointer: string;
  readonly requirement: RequirementId | null;
  readonly message: string;
}

function refusal(issue: Issue | undefined): OmsError {
  const requirement = issue?.requirement ?? null;
  const inPredicate = issue?.pointer.startsWith('/predicate/') || issue?.pointer === '/predicate';
  const code = (requirement && codeOf[requirement]) ?? (inPredicate ? 'manifest/malformed' : 'statement/malformed');
  return new OmsError(code, describe(issue), requirement ? { requirement } : {});
}

function describe(issue: Issue | undefined): string {
  return issue ? `the statement at ${issue.pointer || '/'}: ${issue.message}` : 'the statement breaks its schema';
}
