import type { RequirementId } from '@model-signing/spec';
import { X509Error, type X509ErrorCode } from '@model-signing/x509';
import { withoutByteOrderMark } from '../format/encoding.ts';
import { type ErrorCode, OmsError } from '../format/errors.ts';
import type { Pem } from './ec-key.ts';
import { foreignForm } from './foreign-form.ts';

/** The errors that only a timestamp can cause. */
const timestampCodes = {
  'timestamp-malformed': 'signer/timestamp-malformed',
  'timestamp-refused': 'signer/timestamp-refused',
  'timestamp-imprint': 'signer/timestamp-imprint',
  'timestamp-nonce': 'signer/timestamp-nonce',
  'timestamp-signer': 'signer/timestamp-signer',
  'timestamp-signature': 'signer/timestamp-signature',
} as const;

/** The code for a certificate on the signer's path. */
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

/** The code for a timestamp, or for a certificate on the path of its authority. */
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
 * Runs `work`, and maps its errors about a certificate in a bundle or of a signer; the message names the certificate.
 * @param requirement the broken requirement, if it differs from that of the code
 */
export function mapCertificateErrors<T>(work: () => T, requirement?: RequirementId): T {
  return mapErrors(
    work,
    (error) => new OmsError(certificateCodeOf[error.code], error.message, { cause: error, requirement }),
  );
}

/** Runs `work`, and maps its errors about a timestamp. */
export function mapTimestampErrors<T>(work: () => T): T {
  return mapErrors(work, (error) => {
    const about = error.code.startsWith('timestamp-') ? '' : ' (on the way from a timestamp to an authority)';
    return new OmsError(timestampCodeOf[error.code], `${error.message}${about}`, { cause: error });
  });
}

/**
 * Reads certificates that the caller gave, and maps errors to a code that says nothing about a signature. A text that holds
 * something else is named, with the command that converts it.
 * @param what names the certificates in the message
 */
export function mapUnreadable<T>(what: string, text: Pem, read: (text: Pem) => T): T {
  return mapErrors(
    () => read(withoutByteOrderMark(text)),
    (error) => {
      const form = error.code === 'not-pem' ? foreignForm(withoutByteOrderMark(text), 'certificate') : null;
      const advice = form?.advice === undefined ? '' : `: ${form.advice}`;
      // The message of a certificate with something beside it names that.
      const reason = form === null || form.what.startsWith('a certificate with') ? error.message : `it is ${form.what}`;
      const why = `${reason}${advice}`;
      return new OmsError('signer/certificate-unreadable', `${what} cannot be read: ${why}`, { cause: error });
    },
  );
}

function mapErrors<T>(work: () => T, map: (error: X509Error) => OmsError): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof X509Error ? map(error) : error;
  }
}
