import { digest } from '#platform';
import { type Budgets, checkBudgets } from './budget.ts';
import { equalBytes } from './bytes.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { certificates } from './certificate-rules.ts';
import { checkSignedAttributes, findSigner, verifySignerInfo } from './cms-verify.ts';
import { DerError } from './der.ts';
import { X509Error } from './errors.ts';
import { aBigInt, anObject, bytes, checkEach } from './option-rules.ts';
import { verifyPath } from './path.ts';
import { parseTimestampResponse, type TimestampToken } from './timestamp-response.ts';

export interface TimestampOptions {
  /** The whole `TimeStampResp`, DER. */
  readonly response: Uint8Array;
  /** The timestamped data: the decoded bytes of a signature. */
  readonly signature: Uint8Array;
  /** Trust anchors for timestamping: roots, intermediates, or an authority's own certificate. */
  readonly roots: readonly Certificate[];
  /** Further certificates that may help to build a path, beside those in the token. They are not trusted. */
  readonly intermediates?: readonly Certificate[] | undefined;
  /** The nonce of the request, when the response is fresh; the token must repeat it. */
  readonly nonce?: bigint | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
}

const rules = {
  response: bytes,
  signature: bytes,
  roots: certificates,
  intermediates: certificates,
  nonce: aBigInt,
  budgets: anObject,
};

/** A verified timestamp. */
export interface Timestamp {
  /** The signature existed at this time. */
  readonly time: Date;
  /** The certificate of the authority that issued it. */
  readonly authority: Certificate;
  /** From the authority's certificate to the trust anchor. */
  readonly certificates: readonly Certificate[];
  /** Object identifier. */
  readonly policy: string;
  /** Hexadecimal, as encoded. */
  readonly serial: string;
}

/**
 * Verifies that a timestamp (RFC 3161) is about this signature and was issued by a trusted authority whose certificates
 * were valid at the time it states.
 *
 * This proves that the signature existed at that time, provided the authority is honest. It says nothing about what was
 * signed.
 * @throws {X509Error} `too-large`, `timestamp-…`, and for the authority's certificate every code of `verifyPath`
 */
export function verifyTimestamp(options: TimestampOptions): Timestamp {
  const checked = checkEach(options, rules, { required: ['response', 'signature', 'roots'] });
  const { response, signature, roots, intermediates = [], nonce, budgets } = checked;
  checkBudgets(budgets);
  const token = grantedToken(response);
  const { imprint, time, policy, serial } = token;
  if (!equalBytes(digest(imprint.hash, [signature]), imprint.digest)) {
    throw new X509Error('timestamp-imprint', 'the timestamp is about another signature');
  }
  if (nonce !== undefined && token.nonce !== nonce) {
    throw new X509Error('timestamp-nonce', 'the timestamp does not answer this request: its nonce is different');
  }
  try {
    const { signedData } = token;
    checkSignedAttributes(signedData);
    const helpers = [...parseUsable(signedData.certificates), ...intermediates];
    const authority = findSigner(signedData.signer, [...helpers, ...roots]);
    const path = { leaf: authority, intermediates: helpers, anchors: roots, time, budgets };
    const verified = verifyPath({ ...path, usage: 'timestamping' });
    verifySignerInfo(signedData.signer, authority);
    return { time, authority, certificates: verified.certificates, policy, serial };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new X509Error('timestamp-malformed', `the timestamp is malformed: ${error.message}`, { cause: error });
  }
}

function grantedToken(response: Uint8Array): TimestampToken {
  const { status, statusText, token } = parseTimestampResponse(response);
  if (token) return token;
  const reason = statusText === null ? '' : ` "${statusText}"`;
  throw new X509Error('timestamp-refused', `the authority issued no timestamp: status ${status}${reason}`);
}

/** Parses certificates of a token. Malformed ones are ignored, like certificates that are of no use for the path. */
function parseUsable(certificates: readonly Uint8Array[]): Certificate[] {
  return certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof X509Error) return [];
      throw error;
    }
  });
}
