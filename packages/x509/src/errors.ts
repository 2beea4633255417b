/**
 * Every code that an {@link X509Error} can carry, with the rule that it enforces by default. The table is closed: a new
 * refusal needs a new line here, and a code never changes its meaning.
 */
const ruleOf = {
  /** Not strict DER, or not the structure that the standard defines. */
  malformed: 'RFC 5280, 4.1',
  /** Text that is not PEM, that has no certificate, or that has a broken block. */
  'not-pem': 'RFC 7468, 5',
  /** Larger than this package parses. */
  'too-large': 'limit of this package',
  /** A weak key or hash: RSA below 2048 bits, SHA-1, MD5. */
  'algorithm-weak': 'allow-list of this package',
  /** A key, curve, signature algorithm or parameter that is not on the allow-list. */
  'algorithm-unsupported': 'allow-list of this package',
  'critical-extension': 'RFC 5280, 4.2',
  expired: 'RFC 5280, 6.1.3 (a)(2)',
  'not-yet-valid': 'RFC 5280, 6.1.3 (a)(2)',
  /** No path to a trust anchor. */
  untrusted: 'RFC 5280, 6.1',
  /** An issuer that may not issue certificates. */
  'not-a-ca': 'RFC 5280, 6.1.4 (k)',
  'path-length': 'RFC 5280, 6.1.4 (m)',
  'name-constraint': 'RFC 5280, 6.1.3 (b)',
  /** A key usage or extended key usage that does not allow this use of the certificate. */
  usage: 'RFC 5280, 4.2.1.12',
  /** The search for a path exceeded a limit, or the path is longer than allowed. */
  budget: 'limit of this package',

  'timestamp-malformed': 'RFC 3161, 2.4.2',
  /** The authority refused the request. */
  'timestamp-refused': 'RFC 3161, 2.4.2',
  'timestamp-imprint': 'RFC 3161, 2.4.2',
  'timestamp-nonce': 'RFC 3161, 2.4.2',
  /** The signer's certificate is missing, or is not the one that the signature names. */
  'timestamp-signer': 'RFC 5816, 2.2.1',
  'timestamp-signature': 'RFC 5652, 5.6',
} as const satisfies Record<string, string>;

/** One code for each cause of refusal. */
export type X509ErrorCode = keyof typeof ruleOf;

/** All codes. */
export const x509ErrorCodes = Object.keys(ruleOf) as readonly X509ErrorCode[];

export interface X509ErrorOptions {
  /** The subject of the certificate in question, already escaped for printing; absent if it could not be parsed. */
  readonly subject?: string | null | undefined;
  /** The rule that was broken, if it is narrower than the code's own. */
  readonly rule?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A certificate, a path or a timestamp was refused.
 *
 * The message names the certificate, what was expected and what was found, with untrusted text escaped. A bug in the
 * caller, such as an invalid `Date`, is not a refusal and stays an ordinary error.
 */
export class X509Error extends Error {
  override readonly name = 'X509Error';
  readonly code: X509ErrorCode;
  /** The subject of the certificate that broke the rule, escaped for printing; null if there is none. */
  readonly subject: string | null;
  /** The rule that was broken, such as `RFC 5280, 4.2.1.9`. */
  readonly rule: string;

  constructor(code: X509ErrorCode, message: string, options: X509ErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.subject = options.subject ?? null;
    this.rule = options.rule ?? ruleOf[code];
  }
}
