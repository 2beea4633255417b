import { decodeBase64, isHex } from './encoding.ts';
import { type Json, type JsonObject, parseJson, textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { isObject } from './statement.ts';

export type MaterialMethod = 'key' | 'certificate' | 'sigstore';

export interface ParsedBundle {
  readonly method: MaterialMethod;
  readonly material: JsonObject;
  /** The hint of a `key` bundle, or null if the historical form replaces it. */
  readonly hint: string | null;
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

const FAMILY = 'application/vnd.dev.sigstore.bundle';
const MEDIA_TYPE = `${FAMILY}.v0.3+json`;
const earlierMediaTypes: readonly (Json | undefined)[] = [`${FAMILY}+json;version=0.2`, `${FAMILY}+json;version=0.3`];
const oldestMediaTypes = [`${FAMILY}+json;version=0.1`, `${FAMILY}.v0.2+json`];
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const methods: readonly [MaterialMethod, string][] = [
  ['key', 'publicKey'],
  ['certificate', 'x509CertificateChain'],
  ['sigstore', 'certificate'],
];

/**
 * Reads a signature file: section 2, and the shapes of sections 3 and 10.
 * @param anyHint whether a hint in another form is left out, as in an attestation
 */
export function readBundle(bytes: Uint8Array, judge: Judge, anyHint = false): ParsedBundle {
  const bundle = parseJson(bytes, 'bundle', judge);
  if (!isObject(bundle)) throw new Refusal('bundle/malformed', 'not an object');
  checkMediaType(bundle.mediaType, judge);
  judge.refuseUnknown(bundle, 3, 'unknown-members-refused', 'bundle/malformed');
  const material = bundle.verificationMaterial;
  if (!isObject(material)) throw new Refusal('bundle/malformed', 'no verification material');
  const present = methods.filter(
    ([, member]) => member in material && !(material[member] === null && judge.has('null-materials-not-counted')),
  );
  if (present.length === 0) throw new Refusal('signer/material-ambiguous', 'none');
  judge.refuseIf(present.length > 1, 'first-of-many-materials', 'signer/material-ambiguous', 'more than one');
  const [named, member] = present[0] as (typeof methods)[number];
  const alone = named === 'sigstore' && !('tlogEntries' in material) && !judge.has('singular-certificate-refused');
  const method = alone ? 'certificate' : named;
  checkLogEntries(material.tlogEntries, method, judge);
  checkTimestamps(material.timestampVerificationData, method, judge);
  const held = material[member];
  if (!isObject(held)) throw new Refusal('bundle/malformed', member);
  const hint = method === 'key' ? readKeyHint(held, anyHint, judge) : null;
  return { method, material, hint, ...readEnvelope(bundle.dsseEnvelope, judge) };
}

function checkMediaType(value: Json | undefined, judge: Judge): void {
  judge.refuseIf(value === undefined, 'media-type-may-be-absent', 'bundle/media-type', 'absent');
  if (value === undefined) return;
  const byPrefix = judge.has('media-type-by-prefix') && textOf(value).startsWith(MEDIA_TYPE);
  const byFamily = judge.has('media-type-of-any-version') && textOf(value).startsWith(FAMILY);
  const folded = judge.has('media-type-folds-case') && textOf(value).toLowerCase() === MEDIA_TYPE;
  const earlier = earlierMediaTypes.includes(value) && !judge.has('earlier-media-types-refused');
  const oldest = oldestMediaTypes.includes(textOf(value)) && judge.has('oldest-media-types-accepted');
  const wrong = value !== MEDIA_TYPE && !oldest && !earlier && !byPrefix && !byFamily && !folded;
  judge.refuseIf(wrong, 'any-media-type', 'bundle/media-type', textOf(value));
}

function checkLogEntries(entries: Json | undefined, method: MaterialMethod, judge: Judge): void {
  if (method === 'sigstore') {
    const some = Array.isArray(entries) && entries.length > 0;
    if (!some) throw new Refusal('signer/log-missing', 'no entry');
  } else if (entries === undefined) {
    if (judge.has('log-entries-required')) throw new Refusal('bundle/malformed', 'no tlogEntries');
  } else if (!Array.isArray(entries)) throw new Refusal('bundle/malformed', 'tlogEntries');
  else if (entries.length > 0 && judge.has('log-entries-refused')) throw new Refusal('bundle/malformed', 'tlogEntries');
  else if (entries.length === 0 && judge.has('empty-log-entries-refused')) {
    throw new Refusal('bundle/malformed', 'tlogEntries');
  }
}

function checkTimestamps(value: Json | undefined, method: MaterialMethod, judge: Judge): void {
  const stamps = isObject(value) ? value.rfc3161Timestamps : undefined;
  const some = Array.isArray(stamps) && stamps.length > 0;
  if (method === 'key' && some && judge.has('timestamps-refused-with-key')) {
    throw new Refusal('bundle/malformed', 'timestamps');
  }
}

function readKeyHint(key: JsonObject, anyHint: boolean, judge: Judge): string | null {
  if ('hint' in key) {
    judge.refuseIf('rawBytes' in key, 'hint-beside-raw-bytes', 'bundle/malformed', 'hint and rawBytes');
    if (judge.has('hint-refused')) throw new Refusal('bundle/malformed', 'the hint');
    const hint = judge.has('hint-folds-case') && typeof key.hint === 'string' ? key.hint.toLowerCase() : key.hint;
    const isText = typeof hint === 'string' || hint === null;
    judge.refuseIf(!isText, 'hint-of-any-type', 'bundle/malformed', 'the hint');
    if (!isText) return null;
    const wellFormed = isHex(hint, 64);
    if (anyHint && !wellFormed && !judge.has('attestation-hint-of-the-format-alone')) return null;
    judge.refuseIf(!wellFormed, 'hint-of-any-form', 'bundle/malformed', 'the hint');
    return wellFormed ? hint : null;
  }
  if (!('rawBytes' in key)) {
    judge.refuseIf(true, 'key-without-identifier', 'bundle/malformed', 'neither hint nor rawBytes');
    return null;
  }
  if (judge.has('raw-bytes-refused')) throw new Refusal('signer/historical-key', 'rawBytes');
  judge.warn('signer/historical-key', 'raw-bytes-without-warning');
  return null;
}

function readEnvelope(
  envelope: Json | undefined,
  judge: Judge,
): Pick<ParsedBundle, 'payload' | 'payloadType' | 'signature'> {
  if (!isObject(envelope)) throw new Refusal('bundle/malformed', 'no envelope');
  const { payload, signatures } = envelope;
  const payloadType =
    envelope.payloadType === undefined && judge.has('payload-type-assumed') ? PAYLOAD_TYPE : envelope.payloadType;
  judge.refuseUnknown(envelope, 3, 'unknown-envelope-members-refused', 'bundle/malformed');
  if (!Array.isArray(signatures) && judge.has('signatures-of-any-type')) {
    return { payload: decodeBase64(textOf(payload), judge), payloadType: textOf(payloadType), signature: Buffer.of() };
  }
  if (typeof payload !== 'string' || typeof payloadType !== 'string' || !Array.isArray(signatures)) {
    throw new Refusal('bundle/malformed', 'the envelope', {
      checks: !Array.isArray(signatures)
        ? ['signatures-of-any-type']
        : payloadType === undefined
          ? ['payload-type-assumed']
          : [],
    });
  }
  const trimmed = judge.has('payload-type-trimmed') ? payloadType.trim() : payloadType;
  const folded = judge.has('payload-type-folds-case') ? trimmed.toLowerCase() : trimmed;
  const foreign = folded !== PAYLOAD_TYPE;
  const lenientType = judge.has('payload-type-assumed') ? 'payload-type-assumed' : 'any-payload-type';
  judge.refuseIf(foreign, lenientType, 'envelope/payload-type', payloadType);
  if (signatures.length === 0) throw new Refusal('envelope/signature-count', 'none');
  const lenient = judge.has('last-of-many-signatures') ? 'last-of-many-signatures' : 'first-of-many-signatures';
  if (signatures.length > 1 && !judge.has(lenient)) {
    const checks = ['first-of-many-signatures', 'last-of-many-signatures'] as const;
    throw new Refusal('envelope/signature-count', 'more than one', { checks });
  }
  const signature = judge.has('last-of-many-signatures') ? signatures.at(-1) : signatures[0];
  if (!isObject(signature) || typeof signature.sig !== 'string') throw new Refusal('bundle/malformed', 'no sig');
  checkKeyId(signature.keyid, judge);
  return {
    payload: decodeBase64(payload, judge),
    payloadType: judge.has('payload-type-assumed') ? PAYLOAD_TYPE : payloadType,
    signature: decodeBase64(signature.sig, judge),
  };
}

function checkKeyId(keyid: Json | undefined, judge: Judge): void {
  if (keyid === undefined ? judge.has('keyid-required') : keyid === null && judge.has('keyid-null-refused')) {
    throw new Refusal('bundle/malformed', 'keyid');
  }
  if (keyid === '' && judge.has('keyid-empty-refused')) throw new Refusal('bundle/malformed', 'keyid');
  if (typeof keyid === 'string' && keyid !== '' && judge.has('keyid-decides')) {
    throw new Refusal('signer/key-mismatch', 'keyid');
  }
  if (keyid !== undefined && keyid !== null && typeof keyid !== 'string')
    throw new Refusal('bundle/malformed', 'keyid');
}
