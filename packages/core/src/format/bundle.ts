import {
  BUNDLE_MEDIA_TYPE,
  type Bundle,
  type Issue,
  type RequirementId,
  validateBundle,
  validateProducedBundle,
} from '@model-signing/spec';
import { base64Length, decodeBase64, encodeBase64, encodeUtf8, parseJson, writeBase64 } from './encoding.ts';
import { type ErrorCode, OmsError, type Warnings } from './errors.ts';

/** Who signed, as the bundle says it, validated by the schema and otherwise untouched. */
export type VerificationMaterial = Bundle['verificationMaterial'];

/** The signing methods of the format (section 3). */
export type Method = 'key' | 'certificate' | 'sigstore';

/** What a bundle holds, decoded. Nothing of it is to be believed before `envelope.ts` has opened it. */
export interface ParsedBundle {
  readonly method: Method;
  readonly material: VerificationMaterial;
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** 256 MiB: a million descriptors of about 190 bytes, in Base64, and still one string (OMS-LIMIT-2). */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

const LIMITS = { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 64, maxValues: 100_000 };

/** A bundle as the bytes of a signature file (section 2). */
export function encodeBundle(parts: Omit<ParsedBundle, 'method'>): Uint8Array {
  // The beginning of the payload stands for all of it, which encoding sees to.
  const produced = validateProducedBundle(bundleOf(parts, encodeBase64(parts.payload.subarray(0, 3))));
  if (!produced.ok) throw new Error(`a bundle was made that breaks the format: ${describe(produced.issues[0])}`);
  const bytes = encodeJson(parts);
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new OmsError('bundle/too-large', `the bundle would have more than ${MAX_BUNDLE_BYTES} bytes`);
  }
  return bytes;
}

function bundleOf({ material, payloadType, signature }: Omit<ParsedBundle, 'method'>, payload: string): unknown {
  return {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: material,
    dsseEnvelope: { payload, payloadType, signatures: [{ sig: encodeBase64(signature), keyid: '' }] },
  };
}

/** As JSON, with the payload, which may be nearly all of it, written straight into the rest. */
function encodeJson(parts: Omit<ParsedBundle, 'method'>): Uint8Array {
  const rest = JSON.stringify(bundleOf(parts, ''));
  const member = '"payload":"';
  const split = rest.lastIndexOf(member) + member.length;
  const head = encodeUtf8(rest.slice(0, split));
  const tail = encodeUtf8(rest.slice(split));
  const payloadLength = base64Length(parts.payload.length);
  const bytes = new Uint8Array(head.length + payloadLength + tail.length);
  bytes.set(head);
  writeBase64(parts.payload, bytes.subarray(head.length));
  bytes.set(tail, head.length + payloadLength);
  return bytes;
}

/**
 * Reads a bundle within limits and by the schema. Historical forms are accepted with a warning (section 14).
 * @throws {OmsError} `bundle/…`, `signer/material-ambiguous`, `signer/historical-…`, `envelope/…`
 */
export function parseBundle(bytes: Uint8Array, warnings: Warnings): ParsedBundle {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the bundle must be given as a Uint8Array');
  const value = parseJson(bytes, 'bundle', LIMITS);
  const result = validateBundle(withShortPayload(value));
  if (!result.ok) throw refusal(result.issues[0]);
  const { verificationMaterial: material, dsseEnvelope } = value as Bundle;
  const method = methodOf(material);
  if (method === 'certificate' && material.certificate) {
    warnings.add(
      'signer/historical-certificate',
      'the bundle holds its certificate in a form that is not written any more: sign the model again',
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
    payload: decodeBase64(dsseEnvelope.payload, 'the payload'),
    signature: decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature'),
  };
}

const LONG_PAYLOAD = 10_000;

/** What the schema is asked about: a long payload is left out, since decoding it sees to each character anyway. */
function withShortPayload(bundle: unknown): unknown {
  const { dsseEnvelope: envelope } = (bundle ?? {}) as { dsseEnvelope?: { payload?: unknown } };
  if (typeof envelope?.payload !== 'string' || envelope.payload.length < LONG_PAYLOAD) return bundle;
  return { ...(bundle as object), dsseEnvelope: { ...envelope, payload: 'AAAA' } };
}

function methodOf(material: VerificationMaterial): Method {
  if (material.publicKey) return 'key';
  // A Go client wrote a certificate without a chain like this; the method sigstore has log entries (OMS-HIST-7).
  return material.x509CertificateChain || material.tlogEntries === undefined ? 'certificate' : 'sigstore';
}

/** The codes of the schema's refusals that have one of their own. */
const codeOf: Partial<Record<RequirementId, ErrorCode>> = {
  'OMS-BUNDLE-3': 'bundle/media-type',
  'OMS-JSON-6': 'bundle/not-base64',
  'OMS-METHOD-2': 'signer/material-ambiguous',
  'OMS-SIGSTORE-3': 'signer/log-missing',
  'OMS-SIGSTORE-4': 'signer/log-invalid',
  'OMS-DSSE-2': 'envelope/payload-type',
  'OMS-DSSE-5': 'envelope/signature-count',
};

function refusal(issue: Issue | undefined): OmsError {
  const requirement = issue?.requirement ?? null;
  const code = (requirement && codeOf[requirement]) ?? 'bundle/malformed';
  return new OmsError(code, describe(issue), requirement ? { requirement } : {});
}

function describe(issue: Issue | undefined): string {
  return issue ? `the bundle at ${issue.pointer || '/'}: ${issue.message}` : 'the bundle breaks its schema';
}
