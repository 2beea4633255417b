import {
  BUNDLE_MEDIA_TYPE,
  type Bundle,
  validateBundle,
  validateBundleShell,
  validateProducedBundleShell,
} from '@model-signing/spec';
import { heapBytes, toBase64 } from '#platform';
import { cutLongString } from './cut.ts';
import { base64Length, decodeBase64, decodeBase64Bytes, encodeBase64InPlace, encodeUtf8 } from './encoding.ts';
import { OmsError, type Warnings } from './errors.ts';
import { parseJson } from './json.ts';
import { arrangementOf } from './json-lines.ts';
import { assertProduced, type SchemaCodes, schemaError } from './schema-error.ts';

/** Who signed, as the bundle says it, validated by the schema and otherwise untouched. */
export type VerificationMaterial = Bundle['verificationMaterial'];

/** The signing methods of the format (section 3). */
export type Method = 'key' | 'certificate' | 'sigstore';

/** What a bundle holds, decoded. All of it is untrusted until `envelope.ts` has opened it. */
export interface ParsedBundle {
  readonly method: Method;
  readonly material: VerificationMaterial;
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** 256 MiB: holds a million descriptors of about 190 bytes in Base64, and still fits in one string (OMS-LIMIT-2). */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

const LIMITS = { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 64, maxValues: 100_000 };

/** What one byte of a bundle takes in the heap at most until its model is verified; `npm run memory` measures it. */
const HEAP_PER_BYTE = 4;

/** Every heap in use has room for what a bundle of this size needs. */
const NEGLIGIBLE_BYTES = 4 * 1024 * 1024;

/** Refuses a bundle that would exhaust the memory, before it is parsed: V8 would end the process. */
function checkMemory(length: number): void {
  if (length <= NEGLIGIBLE_BYTES || length > MAX_BUNDLE_BYTES || length * HEAP_PER_BYTE <= heapBytes()) return;
  const megabytes = Math.ceil((length * HEAP_PER_BYTE) / 2 ** 20);
  const advice = `raise the limit with NODE_OPTIONS=--max-old-space-size=${megabytes}`;
  const message = `the bundle has ${length} bytes, too many for the memory of this process: ${advice}`;
  throw new OmsError('bundle/out-of-memory', message);
}

/**
 * A bundle as the bytes of a signature file (section 2). It is written over a long payload whose buffer has the room, which
 * {@link roomForBundle} reserves: that halves the memory for a model with very many files.
 */
export function encodeBundle(parts: Omit<ParsedBundle, 'method'>): Uint8Array {
  const { payload } = parts;
  const bundle = bundleOf(parts);
  assertProduced('bundle', validateProducedBundleShell(bundle));
  const { dsseEnvelope, ...rest } = bundle;
  const before = encodeUtf8(`${JSON.stringify(rest).slice(0, -1)},"dsseEnvelope":{"payload":"`);
  const after = encodeUtf8(`${JSON.stringify(dsseEnvelope).slice('{"payload":"'.length)}}`);
  const end = before.length + base64Length(payload.length);
  const length = end + after.length;
  if (length > MAX_BUNDLE_BYTES) {
    const message = `the bundle would have ${length} bytes, more than ${MAX_BUNDLE_BYTES}`;
    throw new OmsError('bundle/too-large', message, { requirement: 'OMS-LIMIT-3' });
  }
  const bytes = payloadWithRoom(payload, length);
  encodeBase64InPlace(bytes, payload.length, before.length);
  bytes.set(before);
  bytes.set(after, end);
  return bytes;
}

/** The bytes of a long payload begin a buffer of their own. */
const OWN_BUFFER_BYTES = 1024 * 1024;

/** More than a bundle has besides its payload, with the certificates and log entries. */
const SHELL_BYTES = 256 * 1024;

/** How many bytes the buffer of a payload should have, so that a bundle fits into it. */
export function roomForBundle(payloadBytes: number): number {
  return payloadBytes < OWN_BUFFER_BYTES ? payloadBytes : base64Length(payloadBytes) + SHELL_BYTES;
}

/** A buffer of `length` bytes that begins with the payload: its own, or a new one. */
function payloadWithRoom(payload: Uint8Array, length: number): Uint8Array {
  const { buffer, byteOffset } = payload;
  const isOwn = payload.length >= OWN_BUFFER_BYTES && byteOffset === 0 && buffer.byteLength >= length;
  const bytes = isOwn ? new Uint8Array(buffer, 0, length) : new Uint8Array(length);
  if (!isOwn) bytes.set(payload);
  return bytes;
}

/** Bytes that a bundle has at least, whose payload has so many. It also holds who signed, which is not known yet. */
function leastBytes(payloadBytes: number): number {
  const shell = bundleOf({ material: {} as VerificationMaterial, payloadType: '', signature: new Uint8Array() });
  return base64Length(payloadBytes) + JSON.stringify(shell).length;
}

/** Whether a payload of so many bytes may fit into a bundle. */
export function mayFit(payloadBytes: number): boolean {
  return leastBytes(payloadBytes) <= MAX_BUNDLE_BYTES;
}

/**
 * Refuses a payload that fits into no bundle, before it is made.
 * @param resources how many resources the payload lists, for the message
 * @throws {OmsError} `bundle/too-large`
 */
export function checkPayloadFits(payloadBytes: number, resources: number): void {
  if (mayFit(payloadBytes)) return;
  const message = `the bundle of a model with ${resources} resources would have at least ${leastBytes(payloadBytes)} bytes, more than ${MAX_BUNDLE_BYTES}`;
  throw new OmsError('bundle/too-large', message, { requirement: 'OMS-LIMIT-3' });
}

/** A bundle without its payload. */
function bundleOf({ material, payloadType, signature }: Omit<ParsedBundle, 'method' | 'payload'>) {
  return {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: material,
    dsseEnvelope: { payload: '', payloadType, signatures: [{ sig: toBase64(signature), keyid: '' }] },
  };
}

/**
 * Reads a bundle within limits and by the schema. Historical forms are accepted with a warning (section 14).
 * @throws {OmsError} `bundle/…`, `signer/material-ambiguous`, `signer/historical-…`, `envelope/…`
 */
export function parseBundle(bytes: Uint8Array, warnings: Warnings): ParsedBundle {
  return checkedBundle(readBundle(bytes), warnings);
}

/**
 * Reads a bundle of an attestation that another tool may have written: it may lack `tlogEntries`, and its key hint may have another
 * form, which is left out. A hint only claims a key, so that nothing rests on it.
 * @throws {OmsError} what {@link parseBundle} throws
 */
export function parseForeignBundle(bytes: Uint8Array, warnings: Warnings): ParsedBundle {
  const value = parseBundleJson(bytes) as { verificationMaterial?: Partial<VerificationMaterial> } | null;
  const found = value?.verificationMaterial;
  if (found?.tlogEntries === undefined && (found?.publicKey || found?.x509CertificateChain)) found.tlogEntries = [];
  const { material, ...bundle } = checkedBundle({ value, payload: null }, warnings);
  const { publicKey } = material;
  const isForeign = publicKey?.hint !== undefined && !/^[0-9a-f]{64}$/.test(publicKey.hint);
  return { ...bundle, material: isForeign ? { ...material, publicKey: {} as typeof publicKey } : material };
}

function checkedBundle({ value, payload }: ReadBundle, warnings: Warnings): ParsedBundle {
  const result = validate(value);
  if (!result.ok) throw schemaError('bundle', result.issues, codeOf, () => 'bundle/malformed');
  const { verificationMaterial: material, dsseEnvelope } = value as Bundle;
  const method = methodOf(material);
  if (method === 'certificate' && material.certificate) {
    warnings.add(
      'signer/historical-certificate',
      'the bundle holds its certificate in a form that is no longer written: sign the model again',
    );
  }
  if (method === 'key' && material.publicKey?.hint === undefined) {
    warnings.add(
      'signer/historical-key',
      'the bundle names its key in a form used before version 1.1: sign the model again',
    );
  }
  return {
    method,
    material,
    payloadType: dsseEnvelope.payloadType,
    payload: payload ?? decodeBase64(dsseEnvelope.payload, 'the payload'),
    signature: decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature'),
  };
}

/**
 * The JSON of a bundle, and its payload if that is so long that it was decoded apart: as a string of the JSON, it would be in memory
 * three times. Whatever is unusual about such a bundle is read as a whole, which says what is wrong with it.
 */
function readBundle(bytes: Uint8Array): ReadBundle {
  checkBundle(bytes);
  const apart = bytes.length > MAX_BUNDLE_BYTES ? null : readPayloadApart(bytes, LONG_PAYLOAD);
  return apart ?? { value: parseBundleJson(bytes), payload: null };
}

interface ReadBundle {
  readonly value: unknown;
  readonly payload: Uint8Array | null;
}

/**
 * Returns null for a bundle that has to be read as a whole.
 * @param least the length from which on a payload is long
 */
export function readPayloadApart(bytes: Uint8Array, least: number): ReadBundle | null {
  const apart = cutLongString(bytes, least);
  if (apart === null) return null;
  const value = attemptToParse(apart.rest) as Partial<Bundle> | null;
  if (value?.dsseEnvelope?.payload !== apart.mark) return null;
  const payload = decodeBase64Bytes(apart.part.subarray(1, -1));
  return payload && { value, payload };
}

function attemptToParse(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, 'bundle', LIMITS);
  } catch {
    return null;
  }
}

function checkBundle(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the bundle must be given as a Uint8Array');
  checkMemory(bytes.length);
}

/**
 * The JSON of a bundle, within limits.
 * @throws {OmsError} `bundle/too-large`, `bundle/not-json`, `bundle/duplicate-member`
 */
export function parseBundleJson(bytes: Uint8Array): unknown {
  checkBundle(bytes);
  try {
    return parseJson(bytes, 'bundle', LIMITS);
  } catch (cause) {
    const arrangement = bytes.length > MAX_BUNDLE_BYTES ? null : arrangementOf(bytes);
    if (arrangement === null) throw cause;
    const message = `this file holds several bundles, ${arrangement}, and a signature is one of them`;
    throw new OmsError('bundle/not-json', message, { cause });
  }
}

const LONG_PAYLOAD = 10_000;

/** Validates against the schema, except for the characters of a long payload, which are checked when it is decoded. */
function validate(value: unknown) {
  const { dsseEnvelope } = (value ?? {}) as { dsseEnvelope?: { payload?: unknown } };
  const payload = dsseEnvelope?.payload;
  const isLong = typeof payload === 'string' && payload.length >= LONG_PAYLOAD;
  return isLong ? validateBundleShell(value) : validateBundle(value);
}

/** The method that verification material names (OMS-METHOD-1). */
export function methodOf(material: VerificationMaterial): Method {
  if (material.publicKey) return 'key';
  // A Go client wrote a certificate without a chain in this form; the method sigstore has log entries (OMS-HIST-7).
  return material.x509CertificateChain || material.tlogEntries === undefined ? 'certificate' : 'sigstore';
}

/** The requirements of the schema that have a code of their own. */
const codeOf: SchemaCodes = {
  'OMS-BUNDLE-3': 'bundle/media-type',
  'OMS-JSON-6': 'bundle/not-base64',
  'OMS-METHOD-2': 'signer/material-ambiguous',
  'OMS-SIGSTORE-19': 'signer/log-invalid',
  'OMS-SIGSTORE-3': 'signer/log-missing',
  'OMS-SIGSTORE-4': 'signer/log-invalid',
  'OMS-DSSE-2': 'envelope/payload-type',
  'OMS-DSSE-5': 'envelope/signature-count',
};
