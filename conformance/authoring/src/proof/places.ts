import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { VectorInputs } from '../../../suite/src/vectors/vector.ts';
import { preAuthenticationEncoding } from '../recipes/forge.ts';
import { DRAFT_PREDICATE_TYPE, draftRoot } from '../recipes/signed-model.ts';
import { isOneEdit } from './text-edit.ts';

type Json = unknown;
type JsonObject = { readonly [name: string]: Json };

const ROOT_DIGESTS = ['/subject/0/digest/sha256', '/subject/1/digest/sha256'];
const SIGNATURE = '/dsseEnvelope/signatures/0/sig';
const PAYLOAD = '/dsseEnvelope/payload';

/**
 * The places in which a vector differs from its control: the model, each input, the trust root, and each part of the
 * bundle. What has to be computed again after a change (the root digest, the signature, what a log says of both) is no place
 * of its own; a root digest and a signature only if they were computed rightly.
 */
export function placesThatDiffer(one: LoadedVector, control: LoadedVector): string[] {
  return [
    ...(isDeepStrictEqual(one.vector.model, control.vector.model) ? [] : ['the model']),
    ...memberPlaces('input', withoutFiles(one.vector.inputs), withoutFiles(control.vector.inputs)),
    ...jsonPlaces(policyOf(one), policyOf(control)).map((place) => `policy ${place}`),
    ...(isDeepStrictEqual(sideFileOf(one), sideFileOf(control)) ? [] : ['the side file']),
    ...(isDeepStrictEqual(one.furtherBundles, control.furtherBundles) ? [] : ['the further bundles']),
    ...(isDeepStrictEqual(attestationsOf(one), attestationsOf(control)) ? [] : ['the attestations']),
    ...trustPlaces(trustOf(one), trustOf(control)),
    ...bundlePlaces(one.bundle ?? Buffer.of(), control.bundle ?? Buffer.of(), signerKeyOf(one)),
  ];
}

function sideFileOf({ vector, directory }: LoadedVector): Buffer | null {
  const file = vector.inputs.sideFile;
  return file === undefined ? null : readFileSync(path.join(directory, file));
}

function attestationsOf({ vector, directory }: LoadedVector): Buffer[] {
  return (vector.inputs.attestations ?? []).map((file) => readFileSync(path.join(directory, file)));
}

/** The files that a policy names follow from the policy. */
function withoutFiles({ policyFiles: _, attestations: __, ...inputs }: VectorInputs): object {
  return inputs;
}

/** The policy as a value, or its text if it is no JSON in which each member is there once. */
function policyOf({ vector, directory }: LoadedVector): Json {
  const file = vector.inputs.policy;
  if (file === undefined) return null;
  const text = readFileSync(path.join(directory, file));
  const value = parsed(text);
  const compact = text.toString().replaceAll(/\n */g, '').replaceAll('": ', '":');
  return value !== undefined && JSON.stringify(value) === compact ? value : text.toString();
}

/** The names of the members in which two objects differ. */
export function memberPlaces(what: string, one: object, control: object): string[] {
  const [value, before] = [one as JsonObject, control as JsonObject];
  const names = new Set([...Object.keys(value), ...Object.keys(before)]);
  return [...names].filter((name) => !isDeepStrictEqual(value[name], before[name])).map((name) => `${what} ${name}`);
}

function trustPlaces(root: Json, control: Json): string[] {
  const places = jsonPlaces(root, control);
  const followsFromItsKey = (place: string) =>
    place.endsWith('/logId/keyId') && places.includes(place.replace('/logId/keyId', '/publicKey/rawBytes'));
  return places.filter((place) => !followsFromItsKey(place)).map((place) => `trust root ${place}`);
}

function trustOf({ vector, directory }: LoadedVector): Json {
  const file = vector.inputs.trustedRoot;
  return file === undefined ? null : JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
}

/** The key that the signature should be by: the caller's, or that of the certificate in the bundle. */
function signerKeyOf({ vector, root, bundle }: LoadedVector): KeyObject | null {
  const { publicKey } = vector.inputs;
  if (publicKey !== undefined) return createPublicKey(readFileSync(path.join(root, publicKey)));
  const value = parsed(bundle ?? Buffer.of());
  const material = isObject(value) && isObject(value.verificationMaterial) ? value.verificationMaterial : {};
  const { certificate } = material;
  if (!isObject(certificate)) return null;
  return new X509Certificate(Buffer.from(String(certificate.rawBytes), 'base64')).publicKey;
}

function bundlePlaces(bytes: Buffer, control: Buffer, key: KeyObject | null): string[] {
  if (bytes.equals(control)) return [];
  const [value, before] = [parsed(bytes), parsed(control)];
  if (value === undefined || before === undefined) return textPlaces('the bundle', bytes, control);
  const places = jsonPlaces(value, before);
  if (places.length === 0) return ['the text of the bundle'];
  if (!places.includes(PAYLOAD)) return withoutLogged(places);
  const [payload, signed] = [payloadOf(value), payloadOf(before)];
  if (payload === null || signed === null) return places;
  if (Buffer.from(payload.toString('base64'), 'hex').equals(signed)) return withoutLogged(places); // another encoding
  const inside = payloadPlaces(payload, signed).map((place) => `payload ${place}`);
  const others = places.filter((place) => place !== PAYLOAD && place !== SIGNATURE);
  const signature = holds(value as JsonObject, payload, key) ? [] : [SIGNATURE];
  return withoutLogged([...others, ...signature, ...inside]);
}

const ENTRY = '/verificationMaterial/tlogEntries/0';
/** What a log computes over an entry: each part follows from those before it, and all of them from the rest of the bundle. */
const logged = [
  '/canonicalizedBody',
  '/inclusionProof/rootHash',
  '/inclusionPromise/signedEntryTimestamp',
  '/inclusionProof/checkpoint/envelope',
].map((member) => ENTRY + member);

/** Without the parts of a log entry that follow from another change; of those alone, the first. */
function withoutLogged(places: readonly string[]): string[] {
  const others = places.filter((place) => !logged.includes(place));
  const [first] = logged.filter((place) => places.includes(place));
  return others.length > 0 || first === undefined ? others : [first];
}

function payloadPlaces(bytes: Buffer, control: Buffer): string[] {
  const [value, before] = [parsed(bytes), parsed(control)];
  if (value === undefined || before === undefined) return textPlaces('as a whole', bytes, control);
  const places = jsonPlaces(value, before);
  const others = places.filter((place) => !ROOT_DIGESTS.includes(place));
  if (others.length === 0 && places.length === 0) return ['text'];
  return others.length > 0 && rootHolds(value) ? others : places;
}

/** One place if a single edit leads from one text to the other, and otherwise more than one. */
function textPlaces(where: string, bytes: Buffer, control: Buffer): string[] {
  return isOneEdit(bytes, control) ? [where] : [where, 'more than one edit'];
}

/** Pointers to the parts that differ. A member that takes the place of another in one object is one part. */
function jsonPlaces(value: Json, control: Json, at = ''): string[] {
  if (isDeepStrictEqual(value, control)) return [];
  if (Array.isArray(value) && Array.isArray(control)) {
    if (value.length !== control.length) return isOneEdit(lines(value), lines(control)) ? [at] : [at, `${at} again`];
    return value.flatMap((each, index) => jsonPlaces(each, control[index], `${at}/${index}`));
  }
  if (!isObject(value) || !isObject(control)) return [at];
  const names = [...new Set([...Object.keys(value), ...Object.keys(control)])];
  const added = names.filter((name) => !(name in control));
  const removed = names.filter((name) => !(name in value));
  const swapped = added.length === 1 && removed.length === 1 ? added : [];
  return names
    .filter((name) => !swapped.includes(name))
    .flatMap((name) =>
      name in value && name in control ? jsonPlaces(value[name], control[name], `${at}/${name}`) : [`${at}/${name}`],
    );
}

function lines(values: readonly Json[]): Buffer {
  return Buffer.from(values.map((each) => JSON.stringify(JSON.stringify(each))).join(' '));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function payloadOf(bundle: Json): Buffer | null {
  const envelope = isObject(bundle) ? bundle.dsseEnvelope : undefined;
  const payload = isObject(envelope) ? envelope.payload : undefined;
  if (typeof payload !== 'string') return null;
  const bytes = Buffer.from(payload, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === payload ? bytes : null;
}

function holds(bundle: JsonObject, payload: Buffer, key: KeyObject | null): boolean {
  const { payloadType, signatures } = bundle.dsseEnvelope as JsonObject;
  const signature = Array.isArray(signatures) ? signatures[0]?.sig : undefined;
  if (key === null || typeof signature !== 'string' || typeof payloadType !== 'string') return false;
  const message = preAuthenticationEncoding(payloadType, payload);
  return verify('sha256', message, key, Buffer.from(signature, 'base64'));
}

function rootHolds(statement: Json): boolean {
  if (!isObject(statement)) return false;
  const { subject, predicate, predicateType } = statement;
  const resources = isObject(predicate) ? predicate.resources : undefined;
  if (!Array.isArray(resources) || !Array.isArray(subject)) return false;
  if (predicateType === DRAFT_PREDICATE_TYPE && subject[1]?.digest?.sha256 !== draftRoot(predicate)) return false;
  const hash = createHash('sha256');
  const further = isObject(predicate) && Array.isArray(predicate.sub_manifests) ? predicate.sub_manifests : [];
  for (const each of [...resources, ...further]) hash.update(Buffer.from(String(each?.digest), 'hex'));
  return subject[0]?.digest?.sha256 === hash.digest('hex');
}
