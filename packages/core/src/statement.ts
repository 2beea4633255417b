import {
  type Issue,
  PREDICATE_TYPE,
  type RequirementId,
  STATEMENT_TYPE,
  type Statement,
  validateProducedStatement,
  validateStatement,
} from '@model-signing/spec';
import { encodeUtf8, parseJson } from './encoding.ts';
import { type ErrorCode, OmsError, quote, type Warnings } from './errors.ts';
import { MAX_RESOURCES, type Manifest } from './manifest.ts';

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
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = manifest.serialization;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: subjectName, digest: { sha256: manifest.rootDigest } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: {
        method,
        hash_type: hashType,
        ...(shardSize === null ? {} : { shard_size: shardSize }),
        allow_symlinks: allowSymlinks,
        ...(ignorePaths.length === 0 ? {} : { ignore_paths: ignorePaths }),
      },
      resources: manifest.resources.map(({ name, digest }) => ({ name, algorithm: hashType, digest })),
    },
  };
  const produced = validateProducedStatement(statement);
  if (!produced.ok) throw new Error(`a statement was made that breaks the format: ${describe(produced.issues[0])}`);
  return encodeUtf8(JSON.stringify(statement));
}

/**
 * Reads a statement from the payload of an envelope, within limits and by the schema. What the schema cannot say is left to
 * `checkManifest`.
 * @throws {OmsError} `statement/…`, and `manifest/…` for what is wrong inside the predicate
 */
export function parseStatement(payload: Uint8Array, warnings: Warnings): ParsedStatement {
  return readStatement(parsePayload(payload), warnings);
}

/**
 * The JSON of a payload, within limits.
 * @throws {OmsError} `statement/too-large`, `statement/not-json`, `statement/duplicate-member`
 */
export function parsePayload(payload: Uint8Array): unknown {
  return parseJson(payload, 'statement', LIMITS);
}

/** The second half of {@link parseStatement}. */
export function readStatement(value: unknown, warnings: Warnings): ParsedStatement {
  const count = (value as { predicate?: { resources?: { length?: number } } } | null)?.predicate?.resources?.length;
  if (typeof count === 'number' && count > MAX_RESOURCES) {
    throw new OmsError(
      'manifest/too-many-resources',
      `the manifest lists ${count} resources, more than ${MAX_RESOURCES}`,
    );
  }
  const result = validateStatement(value);
  if (!result.ok) throw refusal(result.issues[0]);
  checkAlgorithms(result.value.predicate, warnings);
  return fromJson(result.value);
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

function fromJson({ subject: [subject], predicate: { serialization, resources } }: Statement): ParsedStatement {
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
};

function refusal(issue: Issue | undefined): OmsError {
  const requirement = issue?.requirement ?? null;
  const inPredicate = issue?.pointer.startsWith('/predicate/') || issue?.pointer === '/predicate';
  const code = (requirement && codeOf[requirement]) ?? (inPredicate ? 'manifest/malformed' : 'statement/malformed');
  return new OmsError(code, describe(issue), requirement ? { requirement } : {});
}

function describe(issue: Issue | undefined): string {
  return issue ? `the statement at ${issue.pointer || '/'}: ${issue.message}` : 'the statement breaks its schema';
}
