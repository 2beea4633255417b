import { PREDICATE_TYPE } from '@model-signing/spec';
import { encodeUtf8 } from '../encoding.ts';
import { OmsError } from '../errors.ts';
import type { SignedBytes } from '../pae.ts';
import { quote } from '../text.ts';
import { v1_0 } from './v1.0.ts';
import type { FormatVersion } from './version.ts';

const HISTORICAL_PREDICATE_TYPE = 'https://model_signing/Digests/v0.1';

/** What version 0.2.0 of the Python package signed, a text that is not DSSE, with SHA-256 for every key. */
export const historicalBytes: SignedBytes = {
  form: 'historical',
  encode: historicalEncoding,
  hash: 'sha256',
  // Some 200,000 files. Every signature that fails is tried in this form too, and a large hostile bundle must not cost extra seconds.
  maxPayloadBytes: 32 * 1024 * 1024,
  warning: 'the bundle has the form of version 0.2.0 and before: sign the model again',
};

/** The form that version 0.2.0 of the Python package wrote (section 14). It is only read, never written. */
export const v0_2: FormatVersion = {
  name: '0.2',
  predicateType: HISTORICAL_PREDICATE_TYPE,
  signedBytes: historicalBytes,
  readStatement(value, warnings) {
    const predicateType = isObject(value) ? value.predicateType : undefined;
    if (predicateType !== HISTORICAL_PREDICATE_TYPE) throw otherPredicate(predicateType);
    const { manifest } = v1_0.readStatement(asVersion10(value), warnings);
    return { subjectName: null, manifest: { ...manifest, rootDigest: null } };
  },
  rootDigest: v1_0.rootDigest,
};

/** Only statements of that version are accepted with that signature (OMS-HIST-4). */
function otherPredicate(found: unknown): OmsError {
  const type = typeof found === 'string' ? quote(found) : 'none';
  const message = `the signature has the form of version 0.2.0, but the predicate belongs to another version: ${type}`;
  return new OmsError('statement/predicate-type', message, { requirement: 'OMS-HIST-4' });
}

/** Bytes of a payload to print at a time. */
const CHUNK = 65_536;

/** The signed text in pieces, because Python's `repr` of a large payload is several times as large as the payload. */
function* historicalEncoding(payloadType: string, payload: Uint8Array): Generator<Uint8Array> {
  const type = encodeUtf8(payloadType);
  yield encodeUtf8(`DSSEV1 ${type.length} ${payloadType} ${payload.length} `);
  const delimiter = payload.includes(0x27) && !payload.includes(0x22) ? '"' : "'";
  const escapes = escapesWithin(delimiter);
  yield encodeUtf8(`b${delimiter}`);
  for (let at = 0; at < payload.length; at += CHUNK) yield print(payload.subarray(at, at + CHUNK), escapes);
  yield encodeUtf8(delimiter);
}

/** The escapes that Python prints in a byte string within these quotes; undefined for bytes that it prints unchanged. */
function escapesWithin(delimiter: string): readonly (Uint8Array | undefined)[] {
  const short: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
  return Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    if (character === delimiter) return encodeUtf8(`\\${character}`);
    const letter = short[character];
    if (letter === undefined && byte >= 0x20 && byte < 0x7f) return undefined;
    return encodeUtf8(letter ?? `\\x${byte.toString(16).padStart(2, '0')}`);
  });
}

function print(bytes: Uint8Array, escapes: readonly (Uint8Array | undefined)[]): Uint8Array {
  const out = new Uint8Array(4 * bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const escaped = escapes[byte];
    if (escaped === undefined) out[length++] = byte;
    else for (let j = 0; j < escaped.length; j++) out[length++] = escaped[j] as number;
  }
  return out.subarray(0, length);
}

/**
 * The same statement in the form of version 1.0, whose rules apply (OMS-HIST-8): the subjects are the resources of a manifest
 * of whole files with SHA-256 and without links. Subject name and root digest are placeholders, since this form has neither.
 */
function asVersion10(value: unknown): unknown {
  const { _type, subject } = isObject(value) ? value : {};
  const files: readonly unknown[] = Array.isArray(subject) ? subject : [];
  const resources = files.map((file) => {
    const { name, digest } = isObject(file) ? file : {};
    return { name, digest: isObject(digest) ? digest.sha256 : undefined, algorithm: 'sha256' };
  });
  return {
    _type,
    subject: [{ name: HISTORICAL_PREDICATE_TYPE, digest: { sha256: '0'.repeat(64) } }],
    predicateType: PREDICATE_TYPE,
    predicate: { serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false }, resources },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
