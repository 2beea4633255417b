import { SourceError } from '../source-error.ts';

/** A server could not be reached, for a reason that stays the same at another attempt. */
export class PermanentFailure extends SourceError {
  constructor(message: string) {
    super('source/unreachable', message);
  }
}

/** Whether another attempt may succeed. */
export function mayPass(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'source/unreachable' && !(error instanceof PermanentFailure);
}

const UNTRUSTED_CERTIFICATE =
  /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|PATH_LENGTH_|HOSTNAME_|ERROR_IN_CERT_)/;

const PRIVATE_AUTHORITY =
  'is not trusted; in Node, NODE_EXTRA_CA_CERTS names a file with the certificates of a private authority';

/** What is wrong with a certificate; what is not here is the issuer. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  HOSTNAME_MISMATCH: 'is for another host',
  CERT_HAS_EXPIRED: 'has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'is not valid yet, or the clock of this machine is wrong',
  CERT_REVOKED: 'was revoked',
};

/**
 * The failure of a request. Messages of a platform may quote the server or the password of a proxy, so only the code of a system
 * call is kept.
 */
export function failureOf(error: unknown, host: string): SourceError {
  const code = codeOf(error) ?? codeOf((error as Error | null)?.cause);
  if (code === 'ENOTFOUND') return new PermanentFailure(`there is no host ${host} (${code})`);
  if (code !== null && UNTRUSTED_CERTIFICATE.test(code)) {
    const problem = CERTIFICATE_PROBLEMS[code] ?? PRIVATE_AUTHORITY;
    return new PermanentFailure(`the certificate of ${host} ${problem} (${code})`);
  }
  const why = code === null ? '' : ` (${code})`;
  return new SourceError('source/unreachable', `${host} could not be reached, or the connection broke off${why}`);
}

function codeOf(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : null;
}
