import {
  type Certificate,
  createTimestampRequest,
  parseTimestampResponse,
  type Timestamp,
  verifyTimestamp,
} from '@model-signing/x509';
import type { VerificationMaterial } from '../format/bundle.ts';
import { decodeBase64, encodeHex } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import { sha256 } from '../node/crypto.ts';
import type { Warn } from '../signer.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { refusingTimestamps } from './x509-errors.ts';

/** Several authorities may have been asked; nobody asks this many. */
const MAX_TIMESTAMPS = 16;

/**
 * Has a signature timestamped. That the answer is to this request is checked here; whether its authority is to be trusted,
 * whoever verifies decides (OMS-TIME-3).
 * @throws {OmsError} `signer/timestamp-…`, and what the authority throws
 */
export async function requestTimestamp(signature: Uint8Array, authority: TimestampAuthority): Promise<Uint8Array> {
  const { der, nonce } = createTimestampRequest({ signature });
  const response = await authority(der);
  const { status, statusText, token } = refusingTimestamps(() => parseTimestampResponse(response));
  if (!token) {
    const reason = statusText === null ? '' : ` "${statusText}"`;
    throw new OmsError('signer/timestamp-refused', `the authority issued no timestamp: status ${status}${reason}`);
  }
  if (token.imprint.hash !== 'sha256' || encodeHex(token.imprint.digest) !== sha256([signature])) {
    throw answerRefusal('signer/timestamp-imprint', 'the timestamp is about another signature');
  }
  if (token.nonce !== nonce) {
    throw answerRefusal(
      'signer/timestamp-nonce',
      'the timestamp is not the answer to this request: its nonce is another',
    );
  }
  return response;
}

function answerRefusal(code: 'signer/timestamp-imprint' | 'signer/timestamp-nonce', message: string): OmsError {
  return new OmsError(code, message, { requirement: 'OMS-TIME-3' });
}

function timestampsOf({ timestampVerificationData }: VerificationMaterial) {
  return timestampVerificationData?.rfc3161Timestamps ?? [];
}

/** Leaves whatever timestamps there are out of account, with a warning (OMS-CERT-25). */
export function ignoreTimestamps(material: VerificationMaterial, reason: string, warn: Warn): null {
  if (timestampsOf(material).length > 0) {
    warn('signer/timestamp-ignored', `the timestamp of the signature is ignored: ${reason}`);
  }
  return null;
}

/**
 * The earliest time at which a trusted authority saw the signature, or null where the bundle has no timestamp that counts.
 * @param authorities none: timestamps are left out of account, with a warning (OMS-CERT-25)
 * @throws {OmsError} `signer/timestamp-…` when there are timestamps and none of them verifies (OMS-TIME-7)
 */
export function verifiedTime(
  material: VerificationMaterial,
  signature: Uint8Array,
  authorities: readonly Certificate[],
  warn: Warn,
): Date | null {
  const timestamps = timestampsOf(material);
  if (timestamps.length === 0) return null;
  if (authorities.length === 0) return ignoreTimestamps(material, 'no authority for it is trusted', warn);
  if (timestamps.length > MAX_TIMESTAMPS) {
    throw new OmsError('signer/timestamp-malformed', `the bundle has more than ${MAX_TIMESTAMPS} timestamps`);
  }
  const verified: Timestamp[] = [];
  const refused: OmsError[] = [];
  for (const { signedTimestamp } of timestamps) {
    const response = decodeBase64(signedTimestamp, 'the timestamp');
    try {
      verified.push(refusingTimestamps(() => verifyTimestamp({ response, signature, roots: authorities })));
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
