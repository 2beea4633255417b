import { PREDICATE_TYPE } from '@model-signing/spec';
import { encodeUtf8 } from '../encoding.ts';
import { OmsError, quote, type Warnings } from '../errors.ts';
import { rootDigest } from '../manifest.ts';
import { type ParsedStatement, parsePayload, readStatement } from '../statement.ts';

/**
 * The form that version 0.2.0 of the Python package wrote (section 14): another predicate, and a signature over a text that is
 * not DSSE. It is only read, never written.
 */
const HISTORICAL_PREDICATE_TYPE = 'https://model_signing/Digests/v0.1';

/** What a caller is told of the form. */
export const HISTORICAL_FORM = 'the bundle has the form of version 0.2.0 and before: sign the model again';

/**
 * Bytes of a payload that are tried as one of that version: some 200,000 files. Every signature that does not hold is tried so,
 * and a stranger's large bundle is not to cost several seconds more.
 */
export const MAX_HISTORICAL_BYTES = 32 * 1024 * 1024;

/** Bytes of a payload that are printed at a time. */
const CHUNK = 65_536;

/**
 * The text that version 0.2.0 signed instead of the PAE, in pieces: Python's `repr` of a large payload is several times as
 * large as the payload. The hash that goes with it is SHA-256 whatever the key.
 */
export function* historicalEncoding(payloadType: string, payload: Uint8Array): Generator<Uint8Array> {
  const type = encodeUtf8(payloadType);
  yield encodeUtf8(`DSSEV1 ${type.length} ${payloadType} ${payload.length} `);
  const delimiter = payload.includes(0x27) && !payload.includes(0x22) ? '"' : "'";
  const escapes = escapesWithin(delimiter);
  yield encodeUtf8(`b${delimiter}`);
  for (let at = 0; at < payload.length; at += CHUNK) yield print(payload.subarray(at, at + CHUNK), escapes);
  yield encodeUtf8(delimiter);
}

/** How Python prints each byte that it does not print as it is, in a byte string with these quotes around it. */
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
 * Reads a statement of version 0.2.0 from a payload whose signature was over {@link historicalEncoding}.
 * @throws {OmsError} `statement/…`, `manifest/…`; `statement/predicate-type` for any other predicate, since nobody has signed
 * one that way (OMS-HIST-4)
 */
export function parseHistoricalStatement(payload: Uint8Array, warnings: Warnings): ParsedStatement {
  const value = parsePayload(payload);
  const found = predicateTypeOf(value);
  if (found === HISTORICAL_PREDICATE_TYPE) return readHistorical(value, warnings);
  const type = typeof found === 'string' ? quote(found) : 'none';
  throw new OmsError(
    'statement/predicate-type',
    `the signature has the form of version 0.2.0, and the predicate is not of that version: ${type}`,
    { requirement: 'OMS-HIST-4' },
  );
}

/** Reads a statement whose signature nobody looked at, so that nothing says which form it should have. */
export function parseClaimedStatement(payload: Uint8Array, warnings: Warnings): ParsedStatement {
  const value = parsePayload(payload);
  if (predicateTypeOf(value) !== HISTORICAL_PREDICATE_TYPE) return readStatement(value, warnings, '1.1');
  warnings.add('envelope/historical-form', HISTORICAL_FORM);
  return readHistorical(value, warnings);
}

function predicateTypeOf(value: unknown): unknown {
  return isObject(value) ? value.predicateType : undefined;
}

/**
 * By the rules of today's form, which says the same in other places (OMS-HIST-8): its subjects are the resources of a manifest
 * of whole files with SHA-256 and without links. It has neither a name nor a root digest.
 */
function readHistorical(value: unknown, warnings: Warnings): ParsedStatement {
  const { _type, subject } = isObject(value) ? value : {};
  const files: readonly unknown[] = Array.isArray(subject) ? subject : [];
  const resources = files.map((file) => {
    const { name, digest } = isObject(file) ? file : {};
    return { name, digest: isObject(digest) ? digest.sha256 : undefined, algorithm: 'sha256' };
  });
  const today = {
    _type,
    subject: [{ name: HISTORICAL_PREDICATE_TYPE, digest: { sha256: '0'.repeat(64) } }],
    predicateType: PREDICATE_TYPE,
    predicate: { serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false }, resources },
  };
  const { manifest } = readStatement(today, warnings);
  return { subjectName: null, manifest: { ...manifest, rootDigest: rootDigest(manifest.resources) } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
