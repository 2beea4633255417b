import { algorithms } from '@model-signing/spec';
import type { Annotations } from '../vectors/vector.ts';
import { readExclusion } from './attestation-names.ts';
import { DRAFT_PREDICATE_TYPE, readAnnotations } from './draft.ts';
import { readSubjects } from './draft-subjects.ts';
import { readExtended } from './extensions.ts';
import type { Json, JsonObject } from './json.ts';
import { parseJson, textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { isObject, readSubject } from './subject.ts';
import type { Defect } from './verifier-defects.ts';

export { isObject } from './subject.ts';

export interface Serialization {
  readonly method: string;
  readonly hashType: string;
  /** Unchanged from the statement. */
  readonly hashName: string;
  readonly allowSymlinks: boolean;
  readonly shardSize: number | null;
  readonly ignorePaths: readonly string[];
  /** Whether the manifest records any. */
  readonly recorded: boolean;
  /** Only in the draft: whether attestation files are left out. */
  readonly excludeAttestations?: boolean;
}

export interface Resource {
  readonly name: string;
  readonly digest: string;
  readonly algorithm: string;
}

export interface Statement {
  readonly serialization: Serialization;
  readonly resources: readonly Resource[];
  readonly rootDigest: string | null;
  /** Only in the draft: the root digest of version 1.0. */
  readonly publishedRoot?: string | null;
  /** Whether it is of the draft. */
  readonly draft: boolean;
  /** Only in the draft: the annotations of the model. */
  readonly annotations: Annotations;
  /** Only in the draft: the directories that have a sub-manifest, with the digests of these. */
  readonly subManifests: readonly Resource[];
}

const TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
const HISTORICAL_PREDICATE_TYPE = 'https://model_signing/Digests/v0.1';

/** Which forms other than a statement of the format are read. */
export interface Readable {
  readonly historical: boolean;
  /** Whether the caller accepts the draft. */
  readonly draft: boolean;
  /** The extensions of the draft that the caller names. */
  readonly extensions?: readonly string[];
}

/** Reads a payload: sections 4 and 9, checking only its shape. */
export function readStatement(
  payload: Uint8Array,
  { historical, draft, extensions = [] }: Readable,
  judge: Judge,
): Statement {
  const value = parseJson(payload, 'statement', judge);
  if (!isObject(value)) throw new Refusal('statement/malformed', 'not an object');
  const wrongType = judge.has('statement-type-by-prefix')
    ? !textOf(value._type).startsWith('https://in-toto.io/Statement/')
    : judge.has('statement-type-folds-case')
      ? textOf(value._type).toLowerCase() !== TYPE.toLowerCase()
      : value._type !== TYPE;
  judge.refuseIf(wrongType, 'any-statement-type', 'statement/type', textOf(value._type));
  if (historical) return readHistorical(value, judge);
  judge.refuseUnknown(value, 4, 'unknown-statement-members-refused', 'statement/malformed');
  const asDraft = (draft || judge.has('draft-unasked')) && isDraftType(value.predicateType, judge);
  if (draft && !asDraft && judge.has('draft-alone')) throw new Refusal('statement/predicate-type', 'no draft');
  if (!asDraft) checkPredicateType(value.predicateType, judge);
  const roots = asDraft
    ? readSubjects(value.subject, judge)
    : { rootDigest: readSubject(value.subject, judge), publishedRoot: null };
  if (!isObject(value.predicate)) throw new Refusal('manifest/malformed', 'no predicate');
  const annotations = asDraft ? readAnnotations(value.predicate.annotations, judge) : {};
  const read = readPredicate(value.predicate, judge);
  if (asDraft) read.serialization = readExclusion(value.predicate.serialization, read.serialization, judge);
  const refused = asDraft && read.serialization.allowSymlinks && judge.has('draft-links-refused');
  if (refused) throw new Refusal('manifest/malformed', 'links were followed');
  const subManifests = asDraft ? readExtended(value.predicate, extensions, read.serialization.hashType, judge) : [];
  return { ...read, ...roots, draft: asDraft, annotations, subManifests };
}

function checkPredicateType(type: Json | undefined, judge: Judge): void {
  const foreign = judge.has('predicate-type-by-prefix')
    ? !textOf(type).startsWith('https://model_signing/signature/v1')
    : predicateTypeAsRead(type, judge) !== PREDICATE_TYPE;
  if (!foreign || judge.has('any-predicate-type')) return;
  const isClaim = !textOf(type).startsWith('https://model_signing/');
  if (isClaim && judge.has('attestation-passes-for-a-signature')) return;
  throw new Refusal('statement/predicate-type', textOf(type), {
    checks: [
      'any-predicate-type',
      'draft-unasked',
      'later-predicate-type',
      ...(isClaim ? (['attestation-passes-for-a-signature'] as const) : []),
    ],
  });
}

/** The predicate type that a defective program takes this one for. */
function predicateTypeAsRead(type: Json | undefined, judge: Judge): string {
  if (judge.has('later-predicate-type') && isLaterMinor(type)) return PREDICATE_TYPE;
  if (judge.has('predicate-type-without-its-scheme')) return textOf(type).replace(/^http:/, 'https:');
  return judge.has('predicate-type-of-any-version') ? textOf(type).replace(/v\d+[.]\d+$/, 'v1.0') : textOf(type);
}

function isLaterMinor(type: Json | undefined): boolean {
  return /^https:\/\/(?:model_signing|model-signing\.example\/draft)\/signature\/v1\.[1-9]$/.test(textOf(type));
}

function isDraftType(type: Json | undefined, judge: Judge): boolean {
  if (judge.has('later-predicate-type') && isLaterMinor(type)) return true;
  if (judge.has('any-predicate-type')) return type !== PREDICATE_TYPE;
  return judge.has('draft-type-by-prefix')
    ? textOf(type).startsWith(DRAFT_PREDICATE_TYPE)
    : type === DRAFT_PREDICATE_TYPE;
}

export function readPredicate(
  predicate: JsonObject,
  judge: Judge,
): { serialization: Serialization; resources: Resource[] } {
  const serialization = readSerialization(predicate.serialization, judge);
  const { resources } = predicate;
  if (!Array.isArray(resources)) throw new Refusal('manifest/malformed', 'no resources');
  judge.refuseIf(resources.length === 0, 'no-resources', 'manifest/empty', 'none');
  return { serialization, resources: resources.map((resource) => readResource(resource, serialization, judge)) };
}

function readSerialization(value: Json | undefined, judge: Judge): Serialization {
  if (value === undefined && judge.has('serialization-may-be-absent')) {
    return {
      method: 'files',
      hashType: 'sha256',
      hashName: 'sha256',
      allowSymlinks: false,
      shardSize: null,
      ignorePaths: [],
      recorded: false,
    };
  }
  if (!isObject(value)) {
    throw new Refusal('manifest/malformed', 'no serialization', {
      checks: value === undefined ? ['serialization-may-be-absent'] : [],
    });
  }
  judge.refuseUnknown(
    value,
    'exclude_attestations' in value ? 6 : 5,
    'unknown-serialization-members-refused',
    'manifest/malformed',
  );
  const method = member(value, 'method', 'string', 'files', 'method-may-be-absent', judge);
  const known = method === 'files' || method === 'shards';
  judge.refuseIf(!known, 'unknown-method-is-files', 'manifest/method-unsupported', method);
  const written = member(value, 'hash_type', 'string', 'sha256', 'hash-type-may-be-absent', judge);
  const hashType = judge.has('hash-type-ignored') ? 'sha256' : written;
  const folded = judge.has('algorithm-folds-case') ? hashType.toLowerCase() : hashType;
  const registered = algorithms.digests.some(({ identifier }) => identifier === folded);
  if (!registered && !judge.has('unknown-algorithm-is-sha256')) {
    const checks = ['unknown-algorithm-is-sha256', 'hash-type-ignored'] as const;
    throw new Refusal('manifest/algorithm-unsupported', hashType, { checks });
  }
  const links = value.allow_symlinks;
  const truthy = judge.has('links-flag-of-any-type') && links !== undefined;
  const allowSymlinks = truthy
    ? Boolean(links)
    : member(value, 'allow_symlinks', 'boolean', false, 'links-flag-may-be-absent', judge);
  return {
    method: known ? method : 'files',
    hashType: registered ? folded : 'sha256',
    hashName: hashType,
    allowSymlinks,
    shardSize: readShardSize(value.shard_size, method, judge),
    ignorePaths: readIgnorePaths(value.ignore_paths, judge),
    recorded: value.ignore_paths !== undefined,
  };
}

function member<T extends 'string' | 'boolean', V extends string | boolean>(
  object: JsonObject,
  name: string,
  type: T,
  fallback: V,
  lacking: Defect,
  judge: Judge,
): T extends 'string' ? string : boolean {
  const value = object[name];
  type Value = T extends 'string' ? string : boolean;
  if (value === undefined && judge.has(lacking)) return fallback as unknown as Value;
  if (typeof value !== type) {
    throw new Refusal('manifest/malformed', `${name} is ${typeof value}`, {
      checks: value === undefined ? [lacking] : name === 'allow_symlinks' ? ['links-flag-of-any-type'] : [],
    });
  }
  return value as Value;
}

function readShardSize(value: Json | undefined, method: string, judge: Judge): number | null {
  if (method !== 'shards') {
    judge.refuseIf(value !== undefined, 'shard-size-with-files', 'manifest/malformed', 'shard_size with files');
    return null;
  }
  if (value === undefined) {
    if (judge.has('shard-size-may-be-absent')) return 1_000_000_000;
    throw new Refusal('manifest/malformed', 'no shard_size', { checks: ['shard-size-may-be-absent'] });
  }
  const read =
    (typeof value === 'string' && judge.has('shard-size-may-be-text')) ||
    (typeof value === 'boolean' && judge.has('shard-size-may-be-boolean'));
  const number = read ? Number(value) : value;
  if (typeof number !== 'number') {
    throw new Refusal('manifest/shard-size-invalid', 'not a number', {
      checks:
        typeof value === 'string'
          ? ['shard-size-may-be-text']
          : typeof value === 'boolean'
            ? ['shard-size-may-be-boolean']
            : [],
    });
  }
  const whole = Number.isInteger(number) || number === Number.POSITIVE_INFINITY;
  judge.refuseIf(!whole, 'shard-size-is-rounded', 'manifest/shard-size-invalid', String(number));
  judge.refuseIf(number < 1, 'shard-size-may-be-zero', 'manifest/shard-size-invalid', String(number));
  const large = number > Number.MAX_SAFE_INTEGER;
  judge.refuseIf(large, 'shard-size-without-bound', 'manifest/shard-size-invalid', String(number));
  if (number < 1) return Number.MAX_SAFE_INTEGER;
  return Math.floor(number);
}

function readIgnorePaths(value: Json | undefined, judge: Judge): string[] {
  if (value === undefined) {
    if (judge.has('ignore-paths-required')) throw new Refusal('manifest/malformed', 'no ignore_paths');
    return [];
  }
  if (!Array.isArray(value) || value.some((path) => typeof path !== 'string')) {
    throw new Refusal('manifest/malformed', 'ignore_paths');
  }
  return value as string[];
}

function readResource(value: Json, { hashName }: Serialization, judge: Judge): Resource {
  if (!isObject(value)) throw new Refusal('manifest/malformed', 'a resource is not an object');
  const { name, digest, algorithm = judge.has('algorithm-may-be-absent') ? hashName : undefined } = value;
  judge.refuseUnknown(value, 3, 'unknown-resource-members-refused', 'manifest/malformed');
  if (typeof name !== 'string' || typeof digest !== 'string' || typeof algorithm !== 'string') {
    throw new Refusal('manifest/malformed', 'a resource lacks a member', {
      checks: algorithm === undefined ? ['algorithm-may-be-absent'] : [],
    });
  }
  return { name, digest, algorithm };
}

/** Whether a program that checks no signature takes this payload for one of v0.2.0. */
export function looksHistorical(payload: Uint8Array): boolean {
  return Buffer.from(payload).includes(`"${HISTORICAL_PREDICATE_TYPE}"`);
}

/** The predicate of v0.2.0: files as subjects, and nothing else. */
function readHistorical(statement: JsonObject, judge: Judge): Statement {
  const { subject, predicateType } = statement;
  const today = predicateType !== HISTORICAL_PREDICATE_TYPE;
  if (judge.has('historical-text-for-any-payload') && today) {
    const rootDigest = readSubject(subject, judge);
    return {
      ...readPredicate(statement.predicate as JsonObject, judge),
      rootDigest,
      draft: false,
      annotations: {},
      subManifests: [],
    };
  }
  if (today) throw new Refusal('statement/predicate-type', 'the text of v0.2.0 over another predicate');
  if (!Array.isArray(subject)) throw new Refusal('statement/subject', 'none');
  judge.refuseIf(subject.length === 0, 'historical-without-subject', 'statement/subject', 'none');
  judge.warn('envelope/historical-form', 'historical-without-warning');
  const resources = subject.map((each): Resource => {
    const digest = isObject(each) && isObject(each.digest) ? each.digest.sha256 : undefined;
    if (!isObject(each) || typeof each.name !== 'string' || typeof digest !== 'string') {
      throw new Refusal('statement/malformed', 'a subject lacks a member');
    }
    return { name: each.name, digest, algorithm: 'sha256' };
  });
  const serialization = {
    method: 'files',
    hashType: 'sha256',
    hashName: 'sha256',
    allowSymlinks: false,
    shardSize: null,
    ignorePaths: [],
    recorded: false,
  };
  return { serialization, resources, rootDigest: null, draft: false, annotations: {}, subManifests: [] };
}
