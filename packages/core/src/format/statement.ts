import { PREDICATE_TYPE, STATEMENT_TYPE, type Statement } from '@model-signing/spec';
import type { HashJob } from '../engine.ts';
import { digestSize } from './algorithms.ts';
import { roomForBundle } from './bundle.ts';
import { cutList, piecesOf } from './cut.ts';
import { type ErrorCode, OmsError, type Warnings } from './errors.ts';
import { parseCounted, parseJson } from './json.ts';
import { bytesInJson, encodeJson, StreamedList } from './json-writer.ts';
import { MAX_RESOURCES, type Manifest, type Resource, resourceName } from './manifest/manifest.ts';
import { assertProduced, brokenFormat, type SchemaCodes, type SchemaVerdict, schemaError } from './schema-error.ts';
import { quote } from './text.ts';
import type { CurrentVersion, ParsedStatement } from './versions/version.ts';

/** A payload is three quarters of a bundle of 256 MiB; a resource has four values and its list and object around them. */
export const MAX_PAYLOAD_BYTES = 192 * 1024 * 1024;

const LIMITS = { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 64, maxValues: 8 * MAX_RESOURCES };

/** The statement for a manifest, as compact JSON (section 9). */
export function encodeStatement(subjectName: string, manifest: Manifest, version: CurrentVersion): Uint8Array {
  const statement = statementOf(subjectName, manifest, version, manifest.resources);
  assertProduced('statement', version.validateProducedShell(statement));
  return encodeJson(
    statementOf(subjectName, manifest, version, resourceList(statement, manifest, version)),
    roomForBundle,
  );
}

function statementOf(subjectName: string, manifest: Manifest, version: CurrentVersion, resources: unknown) {
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(subjectName, manifest, version.predicateType),
    predicateType: version.predicateType,
    predicate: predicateOf(manifest, resources),
  };
}

/** The annotation of a subject that says what its digest is of. */
export const DOMAIN = 'modelSigning';

/**
 * The subjects of a statement: one with the root digest, or in a draft one for each root digest, that of version 1.0 first, because
 * some verifiers look at no other.
 */
export function subjectsOf(
  name: string,
  { rootDigest, publishedRootDigest }: Pick<Manifest, 'rootDigest' | 'publishedRootDigest'>,
  predicateType: string,
) {
  if (publishedRootDigest === undefined) return [{ name, digest: { sha256: rootDigest } }];
  const subject = (sha256: string, type: string) => ({
    name,
    digest: { sha256 },
    annotations: { [DOMAIN]: { digest: 'root', predicateType: type } },
  });
  return [subject(publishedRootDigest, PREDICATE_TYPE), subject(rootDigest, predicateType)];
}

/** What a manifest holds besides its resources and their root digest. */
type ManifestShell = Pick<Manifest, 'serialization' | 'annotations' | 'extensions' | 'subManifests'>;

/** A manifest as JSON, with resources as they are to be written. */
export function predicateOf(manifest: ManifestShell, resources: unknown) {
  const { annotations, extensions, subManifests } = manifest;
  const { method, hashType, shardSize, allowSymlinks, ignorePaths, excludeAttestations } = manifest.serialization;
  return {
    serialization: {
      method,
      hash_type: hashType,
      ...(shardSize === null ? {} : { shard_size: shardSize }),
      allow_symlinks: allowSymlinks,
      ...(ignorePaths.length === 0 ? {} : { ignore_paths: [...ignorePaths] }),
      ...(excludeAttestations && { exclude_attestations: true }),
    },
    resources,
    ...(annotations && { annotations }),
    ...(extensions && { extensions: [...extensions] }),
    ...(subManifests && {
      sub_manifests: subManifests.map(({ directory, digest }) => ({ name: directory, digest, algorithm: hashType })),
    }),
  };
}

/**
 * The size of the statement for resources of these names, in bytes, before their digests are known.
 * @param manifest what the manifest holds besides its resources
 */
export function statementSize(
  subjectName: string,
  names: Iterable<string>,
  manifest: ManifestShell,
  version: CurrentVersion,
): number {
  const { hashType } = manifest.serialization;
  const blank = (bytes: number) => '0'.repeat(2 * bytes);
  const blankRoot = blank(digestSize.sha256);
  const roots = { rootDigest: blankRoot, ...(version.publishedRootDigest && { publishedRootDigest: blankRoot }) };
  const empty = { ...manifest, resources: [], ...roots };
  let bytes = encodeJson(statementOf(subjectName, empty, version, [])).length;
  const resource = JSON.stringify({ name: '', algorithm: hashType, digest: blank(digestSize[hashType]) });
  const besideName = resource.length - '""'.length + ','.length;
  for (const name of names) bytes += besideName + bytesInJson(name);
  return bytes - ','.length;
}

/** A character takes no more bytes in JSON: six if it is a control character. */
const MOST_PER_CHARACTER = 6;

/** A resource takes fewer bytes besides the name of its file: its keys, its algorithm, its digest, and the range of a shard. */
const MOST_BESIDE_NAME = 300;

/** Bytes that the resources of these jobs do not exceed in a statement. It takes a fifth of the time of their exact size. */
export function mostBytes(jobs: readonly HashJob[]): number {
  let characters = 0;
  for (let index = 0; index < jobs.length; index++) characters += (jobs[index] as HashJob).file.name.length;
  return characters * MOST_PER_CHARACTER + jobs.length * MOST_BESIDE_NAME;
}

const RESOURCES_AT_ONCE = 1024;

/** The list of resources, each of which is validated before it is written. */
function resourceList(
  statement: ReturnType<typeof statementOf>,
  { resources, serialization: { hashType: algorithm } }: Manifest,
  version: CurrentVersion,
): StreamedList {
  const validate = version.producedResourcesValidator(statement.predicate.serialization);
  const written = (resource: Resource) => ({ name: resourceName(resource), algorithm, digest: resource.digest });
  function* parts() {
    for (let from = 0; from < resources.length; from += RESOURCES_AT_ONCE) {
      const some = resources.slice(from, from + RESOURCES_AT_ONCE).map(written);
      const issue = validate(some, from);
      if (issue) throw brokenFormat('statement', issue);
      yield some;
    }
  }
  const [first] = resources;
  const besideName = first ? JSON.stringify(written(first)).length - resourceName(first).length : 0;
  const expectedBytes = resources.reduce((sum, resource) => sum + resourceName(resource).length + besideName + 1, 2);
  return new StreamedList(parts(), expectedBytes);
}

/**
 * The JSON of a payload, within limits. The resources of a long one are parsed some at a time, so that its text is never in memory beside
 * them. Whatever is unusual about such a payload is parsed as a whole, which says what is wrong with it.
 * @throws {OmsError} `statement/too-large`, `statement/not-json`, `statement/duplicate-member`
 */
export function parsePayload(payload: Uint8Array): unknown {
  const isLong = payload.length >= LONG_PAYLOAD && payload.length <= LIMITS.maxBytes;
  return (isLong ? parseInPieces(payload) : null) ?? parseJson(payload, 'statement', LIMITS);
}

const LONG_PAYLOAD = 1024 * 1024;

/** Bytes of the list that are parsed at once. */
const PIECE_BYTES = 128 * 1024;

/** The objects and lists around a resource. */
const DEPTH_OF_RESOURCES = 2;

/** Returns null for a payload that has to be parsed as a whole. */
export function parseInPieces(payload: Uint8Array, pieceBytes = PIECE_BYTES): unknown {
  const apart = cutList(payload, 'resources');
  if (apart === null) return null;
  const resources: unknown[] = [];
  try {
    const { value, values } = parseCounted(apart.rest, 'statement', LIMITS);
    const { predicate } = (value ?? {}) as { predicate?: { resources?: unknown } };
    if (predicate?.resources !== apart.mark) return null;
    let left = LIMITS.maxValues - values;
    for (const piece of piecesOf(apart.part, pieceBytes)) {
      const limits = { ...LIMITS, maxDepth: LIMITS.maxDepth - DEPTH_OF_RESOURCES, maxValues: left };
      const some = parseCounted(piece, 'statement', limits);
      for (const resource of some.value as unknown[]) resources.push(resource);
      left -= some.values;
    }
    if (left < 0) return null; // a piece without a comma is not compared with the limit
    predicate.resources = resources;
    return value;
  } catch {
    return null;
  }
}

/** What the statements of the current versions have in common. */
type StatementContent = Pick<Statement, 'subject' | 'predicate'>;

/**
 * Validates a statement of a current version against its schema. What the schema cannot express is left to `checkManifest`.
 * @throws {OmsError} `statement/…`, and `manifest/…` for faults inside the predicate
 */
export function readStatement(
  value: unknown,
  validate: (value: unknown) => SchemaVerdict,
  warnings: Warnings,
): ParsedStatement {
  const count = (value as { predicate?: { resources?: { length?: number } } } | null)?.predicate?.resources?.length;
  if (typeof count === 'number' && count > MAX_RESOURCES) {
    const message = `the manifest lists ${count} resources, more than ${MAX_RESOURCES}`;
    throw new OmsError('manifest/too-many-resources', message);
  }
  const verdict = validate(value);
  if (!verdict.ok) throw schemaError('statement', verdict.issues, codeOf, otherCode);
  const statement = value as StatementContent;
  checkAlgorithms(statement.predicate, warnings);
  return fromJson(statement);
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
      resources,
      rootDigest: subject.digest.sha256,
    },
  };
}

/** The requirements of the schema that have a code of their own. */
const codeOf: SchemaCodes = {
  'OMS-STMT-2': 'statement/type',
  'OMS-STMT-4': 'statement/predicate-type',
  'OMS-SUBJECT-2': 'statement/subject',
  'OMS-SUBJECT-4': 'statement/subject',
  'OMS-SUBJECT-8': 'statement/subject',
  'OMS-SUBJECT-10': 'statement/subject',
  'OMS-ROOT-3': 'statement/subject',
  'OMS-ROOT-6': 'statement/subject',
  'OMS-RES-4': 'manifest/digest-invalid',
  'OMS-RES-6': 'manifest/algorithm-mismatch',
  'OMS-RES-8': 'manifest/empty',
  'OMS-NAME-6': 'manifest/name-invalid',
  'OMS-ALG-2': 'manifest/algorithm-unsupported',
  'OMS-SHARD-2': 'manifest/shard-size-invalid',
  'OMS-SHARD-8': 'manifest/shard-invalid',
  'OMS-MATCH-6': 'manifest/ignore-path-invalid',
  'OMS-ANNOT-3': 'manifest/annotations-invalid',
  'OMS-EXT-3': 'manifest/extensions-invalid',
  'OMS-SUB-2': 'manifest/sub-manifest-invalid',
  'OMS-SUB-3': 'manifest/sub-manifest-invalid',
};

function otherCode(pointer: string): ErrorCode {
  const inPredicate = pointer === '/predicate' || pointer.startsWith('/predicate/');
  return inPredicate ? 'manifest/malformed' : 'statement/malformed';
}
