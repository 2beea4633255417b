import { readBundle } from './bundle.ts';
import type { Opened } from './ecdsa.ts';
import { isHex } from './encoding.ts';
import { type Json, type JsonObject, parseJson, textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { openSigner } from './open-signer.ts';
import { isObject } from './statement.ts';
import type { Defect } from './verifier-defects.ts';
import type { VerifyCase } from './verify-case.ts';

/** What an attestation says. */
export interface Attestation {
  readonly type: string;
  readonly subjects: readonly JsonObject[];
}

const V1 = 'https://in-toto.io/Statement/v1';
const V0_1 = 'https://in-toto.io/Statement/v0.1';

/** The types by the short names that cosign has too. */
const shortNames: Readonly<Record<string, string>> = {
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
  link: 'https://in-toto.io/Link/v1',
  custom: 'https://cosign.sigstore.dev/attestation/v1',
};

/** The type that a caller names. */
export function typeNamed(name: string, judge: Judge): string {
  if (judge.has('attestation-short-names-unknown') || !Object.hasOwn(shortNames, name)) return name;
  const isOld = name === 'slsaprovenance' && judge.has('attestation-short-name-of-another-version');
  return shortNames[isOld ? 'slsaprovenance1' : name] as string;
}

/**
 * Opens an attestation: verifies by whom it is, and reads it.
 * @param trust what the caller trusts
 */
export function openAttestation(
  bytes: Uint8Array,
  trust: Pick<VerifyCase, 'inputs' | 'read'>,
  judge: Judge,
): Attestation & Opened {
  const bundle = readBundle(bytes, judge, true);
  const lacksEntries = bundle.material.tlogEntries === undefined && bundle.method !== 'sigstore';
  if (lacksEntries && judge.has('attestation-log-entries-required'))
    throw new Refusal('bundle/malformed', 'no tlogEntries');
  const isForeign = bundle.method === 'key' && bundle.hint === null;
  const isUnread = isForeign && judge.has('attestation-unverified-with-another-hint');
  const opened =
    isUnread || judge.has('attestation-signature-never-checked')
      ? { signer: '', historical: false }
      : openSigner(bundle, trust, judge);
  judge.refuseIf(opened.historical, 'attestation-in-the-text-of-v0-2', 'envelope/signature-invalid', 'no DSSE');
  return { ...readAttestation(bundle.payload, judge), ...opened };
}

function readAttestation(payload: Uint8Array, judge: Judge): Attestation {
  const value = parseJson(payload, 'statement', judge);
  if (!isObject(value)) throw new Refusal('statement/malformed', 'not an object');
  checkStatementType(value._type, judge);
  const type = checkedType(value.predicateType, judge);
  if (judge.has('attestation-predicate-required') && value.predicate === undefined)
    throw new Refusal('statement/malformed', 'no predicate');
  if (
    judge.has('attestation-predicate-of-objects-alone') &&
    value.predicate !== undefined &&
    !isObject(value.predicate)
  )
    throw new Refusal('statement/malformed', 'the predicate');
  judge.refuseUnknown(value, 4, 'attestation-unknown-members-refused', 'statement/malformed');
  const subjects = Array.isArray(value.subject) ? (value.subject as readonly Json[]) : [];
  judge.refuseIf(subjects.length === 0, 'attestation-without-subject', 'statement/subject', 'no subject');
  return { type, subjects: subjects.map((each) => checkedSubject(each, judge)) };
}

function checkStatementType(value: Json | undefined, judge: Judge): void {
  const accepted = [
    ...(judge.has('attestation-of-statement-v0-1-alone') ? [] : [V1]),
    ...(judge.has('attestation-of-statement-v1-alone') ? [] : [V0_1]),
  ];
  const isWrong = !accepted.includes(textOf(value));
  judge.refuseIf(isWrong, 'attestation-of-any-statement', 'statement/type', textOf(value));
}

const OURS = 'https://model_signing/';

function checkedType(value: Json | undefined, judge: Judge): string {
  const type = textOf(value);
  const isShort = Object.hasOwn(shortNames, type);
  const isUri = /^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(type) && type.length <= 1000;
  judge.refuseIf(!isUri, 'attestation-type-may-be-a-short-name', 'statement/predicate-type', 'no URI');
  if (judge.has('attestation-types-of-few-characters') && type.length > 255)
    throw new Refusal('statement/predicate-type', 'long');
  const isCurrent = type === `${OURS}signature/v1.0`;
  const lacking: Defect = isCurrent
    ? 'attestation-may-be-a-signature'
    : type.startsWith(OURS)
      ? 'attestation-may-be-a-signature-of-another-version'
      : 'attestation-may-be-a-signature-in-capitals';
  judge.refuseIf(type.toLowerCase().startsWith(OURS), lacking, 'statement/predicate-type', type);
  return isShort ? typeNamed(type, judge) : type;
}

function checkedSubject(value: Json, judge: Judge): JsonObject {
  const isWhole = isObject(value) && isObject(value.digest);
  judge.refuseIf(!isWhole, 'attestation-subject-of-any-form', 'statement/subject', 'no digests');
  if (!isWhole) return isObject(value) ? value : {};
  const { sha256 } = value.digest as JsonObject;
  const folded = judge.has('attestation-digest-folds-case') ? textOf(sha256).toLowerCase() : sha256;
  const isDigest = sha256 === undefined || isHex(folded, 64);
  judge.refuseIf(!isDigest, 'attestation-subject-of-any-form', 'statement/subject', 'the SHA-256');
  judge.refuseUnknown(value, 3, 'attestation-unknown-members-refused', 'statement/malformed');
  const isNamed = typeof value.name === 'string';
  if (judge.has('attestation-subject-needs-its-name') && !isNamed) throw new Refusal('statement/subject', 'no name');
  return value;
}
