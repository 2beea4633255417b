import { fromBase64, toLatin1 } from '#platform';
import { type Certificate, parseCertificate } from './certificate.ts';
import { X509Error } from './errors.ts';

/** Characters of PEM text: about four times a system's whole list of roots. */
const MAX_PEM_LENGTH = 1_048_576;

const MAX_CERTIFICATES = 1000;

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/**
 * Parses the certificates in PEM text, in order. Text around the blocks is skipped, because some tools describe each
 * certificate there. Blocks of another kind are refused: a private key here is a mistake that should be noticed.
 * @throws {X509Error} `not-pem`, `too-large`, `malformed`
 */
export function parsePemCertificates(pem: string | Uint8Array): Certificate[] {
  if (typeof pem !== 'string' && !(pem instanceof Uint8Array)) {
    throw new TypeError('PEM text must be given as a string or a Uint8Array');
  }
  if (pem.length > MAX_PEM_LENGTH) {
    throw new X509Error('too-large', `the PEM text has more than ${MAX_PEM_LENGTH} characters`);
  }
  const text = typeof pem === 'string' ? pem : toLatin1(pem);
  const certificates: Certificate[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; ) {
    const block = blockAt(text, at);
    if (block.label !== 'CERTIFICATE' && block.label !== 'X509 CERTIFICATE') {
      throw notPem(`has a block of another kind: ${kindOf(block.label)}`);
    }
    if (certificates.length === MAX_CERTIFICATES) {
      throw new X509Error('too-large', `the PEM text has more than ${MAX_CERTIFICATES} certificates`);
    }
    certificates.push(parseCertificate(block.contents));
    at = text.indexOf(BEGIN, block.end);
  }
  if (certificates.length === 0) throw notPem('has no certificate (-----BEGIN CERTIFICATE-----)');
  return certificates;
}

function notPem(problem: string): X509Error {
  return new X509Error('not-pem', `the PEM text ${problem}`);
}

/** Returns the label of a block if it is safe to print. */
function kindOf(label: string): string {
  return /^[A-Z0-9 ]{1,40}$/.test(label) ? label : 'unknown';
}

function blockAt(text: string, begin: number): { label: string; contents: Uint8Array; end: number } {
  const labelEnd = text.indexOf(DASHES, begin + BEGIN.length);
  const label = labelEnd === -1 ? '' : text.slice(begin + BEGIN.length, labelEnd);
  const marker = `-----END ${label}${DASHES}`;
  const end = labelEnd === -1 || label.length > 100 ? -1 : text.indexOf(marker, labelEnd + DASHES.length);
  if (end === -1) throw notPem('has a block without an end');
  // Environment variables and JSON hold line ends as `\n` in two characters.
  const base64 = text.slice(labelEnd + DASHES.length, end).replace(/[\t\n\v\f\r ]|\\[nr]/g, '');
  const contents = fromBase64(base64);
  if (!contents) throw notPem('has a block that is not standard Base64');
  return { label, contents, end: end + marker.length };
}
