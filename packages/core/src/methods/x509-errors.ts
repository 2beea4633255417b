import type { RequirementId } from '@model-signing/spec';
import { X509Error, type X509ErrorCode } from '@model-signing/x509';
import { type ErrorCode, OmsError } from '../format/errors.ts';

/** The refusals of a timestamp, which only reading and verifying one can end in. */
const timestampCodes = {
  'timestamp-malformed': 'signer/timestamp-malformed',
  'timestamp-refused': 'signer/timestamp-refused',
  'timestamp-imprint': 'signer/timestamp-imprint',
  'timestamp-nonce': 'signer/timestamp-nonce',
  'timestamp-signer': 'signer/timestamp-signer',
  'timestamp-signature': 'signer/timestamp-signature',
} as const;

/** What a refusal of a certificate on the signer's path is called here. */
const certificateCodeOf: Readonly<Record<X509ErrorCode, ErrorCode>> = {
  'not-pem': 'signer/certificate-unreadable',
  malformed: 'signer/certificate-malformed',
  'too-large': 'signer/certificate-too-large',
  'algorithm-weak': 'signer/certificate-algorithm-weak',
  'algorithm-unsupported': 'signer/certificate-algorithm-unsupported',
  'critical-extension': 'signer/certificate-critical-extension',
  expired: 'signer/certificate-expired',
  'not-yet-valid': 'signer/certificate-not-yet-valid',
  untrusted: 'signer/certificate-untrusted',
  'not-a-ca': 'signer/certificate-not-a-ca',
  'path-length': 'signer/certificate-path-length',
  'name-constraint': 'signer/certificate-name-constraint',
  usage: 'signer/certificate-usage',
  budget: 'signer/certificate-budget',
  ...timestampCodes,
};

/** What a refusal of a timestamp, or of a certificate on the path of its authority, is called here. */
const timestampCodeOf: Readonly<Record<X509ErrorCode, ErrorCode>> = {
  ...timestampCodes,
  'not-pem': 'signer/timestamp-malformed',
  malformed: 'signer/timestamp-malformed',
  'too-large': 'signer/timestamp-malformed',
  'algorithm-weak': 'signer/timestamp-path',
  'algorithm-unsupported': 'signer/timestamp-path',
  'critical-extension': 'signer/timestamp-path',
  expired: 'signer/timestamp-expired',
  'not-yet-valid': 'signer/timestamp-not-yet-valid',
  untrusted: 'signer/timestamp-untrusted',
  'not-a-ca': 'signer/timestamp-path',
  'path-length': 'signer/timestamp-path',
  'name-constraint': 'signer/timestamp-path',
  usage: 'signer/timestamp-usage',
  budget: 'signer/timestamp-path',
};

/**
 * Does what can refuse a certificate of the bundle or of the signer; its message says which one.
 * @param requirement what is broken if it is not what the code says
 */
export function refusingCertificates<T>(work: () => T, requirement?: RequirementId): T {
  return translating(
    work,
    (error) => new OmsError(certificateCodeOf[error.code], error.message, { cause: error, requirement }),
  );
}

/** Does what can refuse a timestamp. */
export function refusingTimestamps<T>(work: () => T): T {
  return translating(work, (error) => {
    const about = error.code.startsWith('timestamp-') ? '' : ' (on the way from a timestamp to an authority)';
    return new OmsError(timestampCodeOf[error.code], `${error.message}${about}`, { cause: error });
  });
}

/**
 * Reads certificates that the caller gave: whatever is wrong with them says nothing about a signature.
 * @param what names them in the message
 */
export function readingCertificates<T>(what: string, read: () => T): T {
  return translating(
    read,
    (error) =>
      new OmsError('signer/certificate-unreadable', `${what} cannot be read: ${error.message}`, { cause: error }),
  );
}

function translating<T>(work: () => T, translate: (error: X509Error) => OmsError): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof X509Error ? translate(error) : error;
  }
}
