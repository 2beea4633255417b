import {
  type Certificate,
  createTimestampRequest,
  parseTimestampResponse,
  type Timestamp,
  verifyTimestamp,
} from '@model-signing/x509';
import { sha256, toHex } from '#platform';
import type { VerificationMaterial } from '../format/bundle.ts';
import { decodeBase64 } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import type { Warn } from '../signer.ts';
import type { Pem } from './ec-key.ts';
import { readPem } from './read-pem.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { mapTimestampErrors } from './x509-errors.ts';

/** A signer may ask several authorities, but never this many. */
const MAX_TIMESTAMPS = 16;

/**
 * Has a signature timestamped. Checks that the response belongs to this request; whether its authority is trusted is for the
 * verifier to decide (OMS-TIME-3).
 * @throws {OmsError} `signer/timestamp-…`, and what the authority throws
 */
export async function requestTimestamp(signature: Uint8Array, authority: TimestampAuthority): Promise<Uint8Array> {
  const { der, nonce } = createTimestampRequest({ signature });
  const response = await authority(der);
  const { status, statusText, token } = mapTimestampErrors(() => parseTimestampResponse(response));
  if (!token) {
    const reason = statusText === null ? '' : ` "${statusText}"`;
    throw new OmsError('signer/timestamp-refused', `the authority issued no timestamp: status ${status}${reason}`);
  }
  if (token.imprint.hash !== 'sha256' || toHex(token.imprint.digest) !== sha256([signature])) {
    throw wrongResponse('signer/timestamp-imprint', 'the timestamp is about another signature');
  }
  if (token.nonce !== nonce) {
    throw wrongResponse('signer/timestamp-nonce', 'the timestamp is not for this request: its nonce differs');
  }
  return response;
}

function wrongResponse(code: 'signer/timestamp-imprint' | 'signer/timestamp-nonce', message: string): OmsError {
  return new OmsError(code, message, { requirement: 'OMS-TIME-3' });
}

/**
 * Reads the certificates of timestamping authorities.
 * @throws {OmsError} `signer/certificate-unreadable`
 */
export function readAuthorities(texts: readonly Pem[]): Certificate[] {
  return readPem('a certificate of a timestamp authority', texts);
}

function timestampsOf({ timestampVerificationData }: VerificationMaterial) {
  return timestampVerificationData?.rfc3161Timestamps ?? [];
}

/** Ignores the timestamps, if there are any, with a warning (OMS-CERT-25). */
export function ignoreTimestamps(material: VerificationMaterial, reason: string, warn: Warn): null {
  if (timestampsOf(material).length > 0) {
    warn('signer/timestamp-ignored', `the timestamp of the signature is ignored: ${reason}`);
  }
  return null;
}

/**
 * The earliest time at which a trusted authority saw the signature, or null if the bundle has no timestamp that counts.
 * @param authorities if there are none, timestamps are ignored with a warning (OMS-CERT-25)
 * @throws {OmsError} `signer/timestamp-…` if there are timestamps and none of them verifies (OMS-TIME-7)
 */
export function verifiedTime(
  material: VerificationMaterial,
  signature: Uint8Array,
  authorities: readonly Certificate[],
  warn: Warn,
): Date | null {
  const timestamps = timestampsOf(material);
  if (timestamps.length === 0) return null;
  if (authorities.length === 0) return ignoreTimestamps(material, 'no timestamp authority is trusted', warn);
  if (timestamps.length > MAX_TIMESTAMPS) {
    throw new OmsError('signer/timestamp-malformed', `the bundle has more than ${MAX_TIMESTAMPS} timestamps`);
  }
  const verified: Timestamp[] = [];
  const refused: OmsError[] = [];
  for (const { signedTimestamp } of timestamps) {
    const response = decodeBase64(signedTimestamp, 'the timestamp');
    try {
      verified.push(mapTimestampErrors(() => verifyTimestamp({ response, signature, roots: authorities })));
    } catch (error) {
      if (!(error instanceof OmsError)) throw error;
      refused.push(error);
    }
  }
  const [first] = refused;
  if (verified.length === 0) throw first;
  if (first) warn('signer/timestamp-ignored', `another timestamp of the signature is ignored: ${first.message}`);
  return new Date(Math.min(...verified.map(({ time }) => time.getTime())));
}
