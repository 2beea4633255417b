import { toHex, toLatin1 } from '#platform';
import { hashOf, parseAlgorithm } from './algorithms.ts';
import { parseSignedData, type SignedData } from './cms-parse.ts';
import {
  bitsOf,
  booleanOf,
  context,
  countOf,
  DerError,
  type Element,
  elementsOf,
  Fields,
  integerBytes,
  integerHex,
  oidOf,
  someElementsOf,
  Tag,
  timeOf,
} from './der.ts';
import { X509Error } from './errors.ts';
import { parseGeneralName } from './names.ts';
import type { Hash } from './public-key.ts';
import { printable } from './text.ts';

/** Bytes of a response. Typical responses have one to eight thousand. */
const MAX_RESPONSE_BYTES = 262_144;

const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** A parsed response. Nothing in it is verified: see `verifyTimestamp`. */
export interface TimestampResponse {
  /** 0 and 1 mean granted. */
  readonly status: number;
  /** The authority's explanation of a refusal, escaped for printing. */
  readonly statusText: string | null;
  /** Absent if none was granted. */
  readonly token: TimestampToken | undefined;
}

/** A parsed token. Everything it says is a claim. */
export interface TimestampToken {
  readonly time: Date;
  readonly imprint: { readonly hash: Hash; readonly digest: Uint8Array };
  readonly nonce: bigint | undefined;
  /** Object identifier. */
  readonly policy: string;
  /** Hexadecimal, as encoded. */
  readonly serial: string;
  /** @internal */
  readonly signedData: SignedData;
}

/**
 * Parses a `TimeStampResp` (RFC 3161, 2.4.2) as strict DER.
 * @throws {X509Error} `too-large`, `timestamp-malformed`
 */
export function parseTimestampResponse(response: Uint8Array): TimestampResponse {
  if (!(response instanceof Uint8Array)) throw new TypeError('a timestamp must be given as a Uint8Array');
  if (response.length > MAX_RESPONSE_BYTES) {
    throw new X509Error('too-large', `a timestamp has more than ${MAX_RESPONSE_BYTES} bytes`);
  }
  try {
    const fields = Fields.parse(new Uint8Array(response));
    const { status, statusText } = parseStatus(fields.fields());
    const granted = status <= 1;
    const token = granted ? parseToken(fields.take(Tag.sequence)) : undefined;
    if (!granted) fields.takeIf(Tag.sequence); // a token beside a refusal is ignored
    fields.end();
    return { status, statusText, token };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new X509Error('timestamp-malformed', `the timestamp is malformed: ${error.message}`, { cause: error });
  }
}

function parseStatus(fields: Fields): { status: number; statusText: string | null } {
  const status = countOf(fields.take(Tag.integer));
  const texts = fields.takeIf(Tag.sequence);
  const failure = fields.takeIf(Tag.bitString);
  fields.end();
  if (failure) bitsOf(failure);
  const first = texts && someElementsOf(texts.body)[0];
  return { status, statusText: first ? printable(toLatin1(first.body)) : null };
}

function parseToken(element: Element): TimestampToken {
  const signedData = parseSignedData(element);
  if (signedData.contentType !== TST_INFO) throw new DerError('it does not contain a TSTInfo');
  const fields = Fields.parse(signedData.content);
  if (countOf(fields.take(Tag.integer)) !== 1) throw new DerError('it has a TSTInfo of a version other than 1');
  const policy = oidOf(fields.take(Tag.oid));
  const imprint = parseImprint(fields.fields());
  const serial = integerHex(fields.take(Tag.integer));
  const time = new Date(timeOf(fields.take(Tag.generalizedTime), true));
  const accuracy = fields.takeIf(Tag.sequence);
  if (accuracy) checkAccuracy(new Fields(accuracy.body));
  const ordering = fields.takeIf(Tag.boolean);
  if (ordering && !booleanOf(ordering)) throw new DerError('it encodes a default value');
  const nonce = fields.takeIf(Tag.integer);
  const authority = fields.takeIf(context(0));
  if (authority) parseGeneralName(elementsOf(authority.body)[0] ?? authority);
  const extensions = fields.takeIf(context(1));
  fields.end();
  if (extensions) checkExtensions(extensions.body);
  return { time, imprint, nonce: nonce && numberOf(nonce), policy, serial, signedData };
}

function parseImprint(fields: Fields): TimestampToken['imprint'] {
  const hash = hashOf(parseAlgorithm(fields.take(Tag.sequence)));
  const digest = fields.take(Tag.octetString).body;
  fields.end();
  if (!hash) throw new DerError('it has an imprint by a hash other than SHA-256, SHA-384 and SHA-512');
  return { hash, digest };
}

function checkAccuracy(fields: Fields): void {
  const seconds = fields.takeIf(Tag.integer);
  if (seconds) countOf(seconds);
  for (const number of [0, 1]) {
    const part = fields.takeIf(context(number, false));
    if (part) countOf({ ...part, tag: Tag.integer });
  }
  fields.end();
}

/** No extension is understood here, so a critical one is refused. */
function checkExtensions(body: Uint8Array): void {
  for (const element of someElementsOf(body)) {
    const fields = Fields.of(element);
    const id = oidOf(fields.take(Tag.oid));
    const critical = fields.takeIf(Tag.boolean);
    fields.take(Tag.octetString);
    fields.end();
    if (critical && booleanOf(critical)) throw new DerError(`it has an unknown critical extension: ${id}`);
  }
}

/** Returns a nonce, which must be positive and at most 64 bytes long. */
function numberOf(element: Element): bigint {
  const bytes = integerBytes(element);
  if (bytes.length > 64 || (bytes[0] as number) >= 0x80) throw new DerError('it has a nonce that is negative or huge');
  return BigInt(`0x${toHex(bytes)}`);
}
