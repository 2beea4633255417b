import type { Json, JsonObject } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { isObject } from './statement.ts';

/** Whether a value is as a member of a policy must be. */
type Shape = (value: Json, judge: Judge) => boolean;

const text: Shape = (value) => typeof value === 'string';
const flag: Shape = (value) => typeof value === 'boolean';
const count: Shape = (value) => Number.isInteger(value) && (value as number) >= 1;
const matching =
  (pattern: RegExp): Shape =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const digest = matching(/^[0-9a-f]{64}$/);
const date = matching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/);
const among =
  (...values: readonly Json[]): Shape =>
  (value) =>
    values.includes(value);
const list =
  (each: Shape, least = 1, most = Number.POSITIVE_INFINITY): Shape =>
  (value, judge) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every((one) => each(one, judge));
const record =
  (each: Shape, least = 0): Shape =>
  (value, judge) =>
    isObject(value) &&
    Object.keys(value).length >= least &&
    Object.entries(value).every(([name, one]) => /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name) && each(one, judge));

/** An object of these members and no others. */
const closed =
  (members: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape =>
  (value, judge) =>
    isObject(value) && required.every((name) => name in value) && Object.entries(value).every(knownIn(members, judge));

const knownIn =
  (members: Readonly<Record<string, Shape>>, judge: Judge) =>
  ([name, value]: [string, Json]): boolean => {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined;
    return shape ? shape(value, judge) : judge.has('policy-unknown-members-passed');
  };

const oneOf = (value: Json, ...names: readonly string[]): boolean =>
  isObject(value) && names.filter((name) => name in value).length === 1;
const exactlyOne =
  (shape: Shape, ...names: readonly string[]): Shape =>
  (value, judge) =>
    shape(value, judge) && oneOf(value, ...names);

const expected: Shape = (value, judge) => text(value, judge) || closed({ pattern: text }, 'pattern')(value, judge);
const file: Shape = (value, judge) =>
  text(value, judge) || closed({ path: text, sha256: digest }, 'path', 'sha256')(value, judge);
const signerOf = (method: string, members: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape =>
  closed({ method: among(method), description: text, validUntil: date, ...members }, 'method', ...required);

const signer: Shape = (value, judge) =>
  [
    exactlyOne(
      signerOf('key', {
        publicKey: text,
        publicKeyFile: file,
        fingerprint: digest,
        timestampRoots: list(text),
        timestampRootFiles: list(file),
      }),
      'publicKey',
      'publicKeyFile',
    ),
    exactlyOne(
      signerOf('certificate', {
        trusted: list(text),
        trustedFiles: list(file),
        identity: expected,
        subject: expected,
        fingerprint: digest,
        timestampRoots: list(text),
        timestampRootFiles: list(file),
      }),
      'trusted',
      'trustedFiles',
    ),
    signerOf('sigstore', { issuer: text, identity: expected, trustedRootFile: file }, 'issuer', 'identity'),
  ].some((shape) => shape(value, judge));

const uri: Shape = (value) =>
  typeof value === 'string' && value.length <= 1000 && /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(value);
const attestation = closed({ predicateType: uri, signedBy: list(text) }, 'predicateType', 'signedBy');

const requirements = closed(
  {
    signedBy: list(text),
    threshold: count,
    ignoredPaths: list(text, 0),
    unsignedFiles: among('refuse', 'report'),
    symlinks: flag,
    hashAlgorithms: list(among('sha256', 'blake2b', 'blake3')),
    historicalFormats: flag,
    timestamp: among('required', 'optional'),
    signedAfter: date,
    signedBefore: date,
    strict: flag,
    rootDigests: list(digest),
    attestations: list(attestation, 0, 100),
  },
  'signedBy',
);

const mode = among('enforce', 'warn');
const rule = exactlyOne(
  closed({ description: text, match: list(text), require: requirements, reject: among(true), mode }, 'match'),
  'require',
  'reject',
);

const version: Shape = (value, judge) => value === 1 || judge.has('policy-of-any-version');

const policy = closed(
  {
    $schema: text,
    policyVersion: version,
    description: text,
    mode,
    signers: record(signer, 1),
    models: list(rule),
    revoked: closed({ rootDigests: list(digest), signers: record(date) }),
  },
  'policyVersion',
  'signers',
  'models',
);

/** A policy that has the shape of its schema. */
export function policyShaped(value: Json, judge: Judge): JsonObject {
  if (policy(value, judge)) return value as JsonObject;
  const checks = ['policy-unknown-members-passed', 'policy-of-any-version'] as const;
  throw new Refusal('policy/invalid', 'it breaks its schema', { checks });
}
