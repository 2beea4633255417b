import { PREDICATE_TYPE } from '@model-signing/spec';
import { digestSize } from './algorithms.ts';
import { encodeUtf8 } from './encoding.ts';
import { OmsError } from './errors.ts';
import { parseJsonOf } from './json.ts';
import { encodeJson, StreamedList, StreamedValue } from './json-writer.ts';
import type { Manifest } from './manifest/manifest.ts';
import { predicateTypeOf } from './predicate-types.ts';
import { DOMAIN } from './statement.ts';

/** What the statement of an attestation says that has been read from its payload. The type does not say whether it was signed. */
export interface ParsedAttestation {
  readonly predicateType: string;
  /** The claim itself. Its meaning follows from the type; null if the statement has none. */
  readonly predicate: unknown;
  readonly subjects: readonly AttestedSubject[];
}

/** Something that an attestation is about. */
export interface AttestedSubject {
  /** As the signer calls it, or null. It decides nothing: cosign writes the name of a file, whatever its digest is of. */
  readonly name: string | null;
  /** Lowercase hexadecimal SHA-256; null if the subject has no such digest. */
  readonly sha256: string | null;
  /** What the digest is of, if the subject says so, as those do that this package writes. */
  readonly domain: DigestDomain | null;
}

/**
 * What a digest of a subject is of: the root digest of a model's signature, which differs by version, algorithm and shards, or the bytes
 * of one file; `unknown` for a domain that this release does not know.
 */
export type DigestDomain =
  | {
      readonly digest: 'root';
      readonly predicateType: string;
      readonly method: string;
      readonly hashType: string;
      /** In bytes; null for whole files. */
      readonly shardSize: number | null;
    }
  | { readonly digest: 'file' }
  | { readonly digest: 'unknown' };

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** cosign still writes the older one. Their subjects and predicates are the same. */
const statementTypes: ReadonlySet<unknown> = new Set([STATEMENT_TYPE, 'https://in-toto.io/Statement/v0.1']);

/** More than any claim about a model needs. A statement adds one level. */
const PREDICATE_LIMITS = { maxBytes: 16 * 1024 * 1024, maxDepth: 60, maxValues: 1_000_000 };

const predicateDocument = {
  title: 'predicate',
  refuse: (_problem: unknown, message: string, options: object = {}) =>
    new OmsError('statement/predicate-invalid', message, options),
};

/**
 * The text of a predicate: of an object, its JSON; bytes are kept as they are, because large numbers would lose digits.
 * @throws {OmsError} `statement/predicate-invalid` for anything but a JSON object within limits
 */
export function predicateText(predicate: Uint8Array | object): Uint8Array {
  const bytes = predicate instanceof Uint8Array ? predicate : encodeUtf8(JSON.stringify(predicate) ?? 'null');
  if (isObject(parseJsonOf(bytes, predicateDocument, PREDICATE_LIMITS))) return bytes;
  throw new OmsError('statement/predicate-invalid', 'the predicate is JSON, but not an object');
}

/** What a statement of ours is about. */
export interface AttestedManifest {
  readonly name: string | null;
  readonly manifest: Manifest;
  /** The predicate type of the signature whose root digest is meant. */
  readonly rootType: string;
}

/**
 * The statement of an attestation (in-toto, version 1). Its first subject is the root digest, because some verifiers look at no other.
 * @param perFile whether each file is a subject too
 * @throws {OmsError} `statement/subject` for `perFile` if the manifest does not have the SHA-256 of each file
 */
export function encodeAttestation(
  attested: AttestedManifest,
  predicateType: string,
  predicate: Uint8Array,
  perFile: boolean,
): Uint8Array {
  const { resources, serialization, subManifests } = attested.manifest;
  const { method, hashType } = serialization;
  if (perFile && (method !== 'files' || hashType !== 'sha256')) {
    const message = `the files cannot be subjects: the signature has digests of ${method} by ${hashType}, and none by sha256 of each file`;
    throw new OmsError('statement/subject', message, { requirement: null });
  }
  if (perFile && subManifests) {
    const message = 'the files cannot be subjects: those of the sub-manifests are not in the signature';
    throw new OmsError('statement/subject', message, { requirement: null });
  }
  const roots = rootSubjects(attested);
  const files = perFile ? resources : [];
  function* parts() {
    yield roots;
    for (let from = 0; from < files.length; from += SUBJECTS_AT_ONCE) {
      yield files.slice(from, from + SUBJECTS_AT_ONCE).map(({ path, digest }) => fileSubject(path, digest));
    }
  }
  const names = files.reduce((sum, { path }) => sum + path.length, 0);
  return encodeJson({
    _type: STATEMENT_TYPE,
    subject: new StreamedList(parts(), names + (files.length + 2 * roots.length + 1) * BYTES_BESIDE_NAME),
    predicateType,
    predicate: new StreamedValue([new TextDecoder().decode(predicate)], predicate.length),
  });
}

const SUBJECTS_AT_ONCE = 1024;

/** What a subject takes besides its name. */
const BYTES_BESIDE_NAME = 150;

/** The root digest, after that of version 1.0 if the signature has both. */
function rootSubjects({ name, manifest, rootType }: AttestedManifest) {
  const { rootDigest, publishedRootDigest, serialization } = manifest;
  const { method, hashType, shardSize } = serialization;
  const subject = (sha256: string, predicateType: string) => {
    const domain = { digest: 'root', predicateType, method, hashType, ...(shardSize && { shardSize }) };
    return { name: name ?? 'model', digest: { sha256 }, annotations: { [DOMAIN]: domain } };
  };
  const own = subject(rootDigest, rootType);
  return publishedRootDigest === undefined ? [own] : [subject(publishedRootDigest, PREDICATE_TYPE), own];
}

function fileSubject(name: string, sha256: string) {
  return { name, digest: { sha256 }, annotations: { [DOMAIN]: { digest: 'file' } } };
}

/**
 * Reads the statement of an attestation by whatever tool, in version 0.1 or 1 (OMS-ATTEST-8, OMS-ATTEST-16).
 * @throws {OmsError} `statement/type`, `statement/predicate-type`, `statement/subject`, `statement/malformed`
 */
export function readAttestation(value: unknown): ParsedAttestation {
  if (!isObject(value)) throw malformed('statement/malformed', 'the statement is not an object');
  if (!statementTypes.has(value._type)) {
    throw malformed('statement/type', `the type of the statement is not ${STATEMENT_TYPE}, or the older v0.1`);
  }
  const { predicateType, subject, predicate = null } = value;
  if (typeof predicateType !== 'string' || predicateTypeOf(predicateType) !== predicateType) {
    throw malformed('statement/predicate-type', 'the predicate type of the attestation is not a URI');
  }
  if (!Array.isArray(subject) || subject.length === 0) {
    throw malformed('statement/subject', 'the attestation has no subject');
  }
  return { predicateType, predicate, subjects: subject.map(readSubject) };
}

function readSubject(value: unknown): AttestedSubject {
  if (!isObject(value) || !isObject(value.digest)) {
    throw malformed('statement/subject', 'a subject of the attestation has no digests');
  }
  const { name, digest, annotations } = value;
  return {
    name: typeof name === 'string' ? name : null,
    sha256: sha256Of(digest.sha256),
    domain: isObject(annotations) && Object.hasOwn(annotations, DOMAIN) ? readDomain(annotations[DOMAIN]) : null,
  };
}

function sha256Of(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length === 2 * digestSize.sha256 && /^[0-9a-f]+$/.test(value)) return value;
  throw malformed('statement/subject', 'the SHA-256 of a subject is not 64 digits in lowercase hexadecimal');
}

function readDomain(value: unknown): DigestDomain {
  const { digest, predicateType, method, hashType, shardSize = null } = isObject(value) ? value : {};
  if (digest === 'file') return { digest };
  const texts = [predicateType, method, hashType];
  const isSize = shardSize === null || typeof shardSize === 'number';
  if (digest !== 'root' || !isSize || !texts.every((text) => typeof text === 'string')) return { digest: 'unknown' };
  return {
    digest,
    predicateType: String(predicateType),
    method: String(method),
    hashType: String(hashType),
    shardSize,
  };
}

/**
 * The subject that is the root digest of a manifest; null if there is none. A subject that says what its digest is of must say that it is
 * this root digest: a file can be made whose SHA-256 is the root digest of a model (OMS-ATTEST-13, OMS-ATTEST-14).
 */
export function subjectOf(
  subjects: readonly AttestedSubject[],
  { manifest: { rootDigest, publishedRootDigest, serialization }, rootType }: Omit<AttestedManifest, 'name'>,
): AttestedSubject | null {
  const isRoot = (digest: string, type: string) => {
    return ({ sha256, domain }: AttestedSubject) => {
      if (sha256 !== digest) return false;
      if (domain === null) return true;
      if (domain.digest !== 'root') return false;
      const { method, hashType, shardSize } = serialization;
      const isAlike = domain.method === method && domain.hashType === hashType && domain.shardSize === shardSize;
      return isAlike && domain.predicateType === type;
    };
  };
  const own = subjects.find(isRoot(rootDigest, rootType));
  if (own !== undefined || publishedRootDigest === undefined) return own ?? null;
  // An attestation that has the root digest of this version means names too, so that the weaker one must not decide.
  const statesOwn = subjects.some(({ domain }) => domain?.digest === 'root' && domain.predicateType === rootType);
  return statesOwn ? null : (subjects.find(isRoot(publishedRootDigest, PREDICATE_TYPE)) ?? null);
}

/** A fault of an in-toto statement, which no requirement of the format is about. */
function malformed(
  code: 'statement/malformed' | 'statement/type' | 'statement/predicate-type' | 'statement/subject',
  message: string,
) {
  return new OmsError(code, message, { requirement: null });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
