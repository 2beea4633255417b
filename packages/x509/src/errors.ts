/**
 * Every code that an {@link X509Error} can carry, with the rule that it enforces by default. The table is closed: a new
 * refusal gets a new line here, and a code never changes its meaning.
 */
const ruleOf = {
  /** Not strict DER, or not built as the standard says. */
  malformed: 'RFC 5280, 4.1',
  /** Not PEM text with at least one certificate, or a broken block. */
  'not-pem': 'RFC 7468, 5',
  /** More bytes than are ever parsed. */
  'too-large': 'limit of this package',
  /** A key or a hash that is too weak: RSA below 2048 bits, SHA-1, MD5. */
  'algorithm-weak': 'allow-list of this package',
  /** A key, a curve or a signature algorithm that is not on the allow-list, or with parameters that are not. */
  'algorithm-unsupported': 'allow-list of this package',
  'critical-extension': 'RFC 5280, 4.2',
  expired: 'RFC 5280, 6.1.3 (a)(2)',
  'not-yet-valid': 'RFC 5280, 6.1.3 (a)(2)',
  /** No path to a trusted certificate. */
  untrusted: 'RFC 5280, 6.1',
  /** An issuer that may not issue. */
  'not-a-ca': 'RFC 5280, 6.1.4 (k)',
  'path-length': 'RFC 5280, 6.1.4 (m)',
  'name-constraint': 'RFC 5280, 6.1.3 (b)',
  /** A key usage or an extended key usage that does not allow what the certificate is used for. */
  usage: 'RFC 5280, 4.2.1.12',
  /** The search for a path was given up, or paths were longer than allowed. */
  budget: 'limit of this package',

  'timestamp-malformed': 'RFC 3161, 2.4.2',
  /** The authority refused to issue one. */
  'timestamp-refused': 'RFC 3161, 2.4.2',
  'timestamp-imprint': 'RFC 3161, 2.4.2',
  'timestamp-nonce': 'RFC 3161, 2.4.2',
  /** The signer's certificate is missing, or not the one that the signature names. */
  'timestamp-signer': 'RFC 5816, 2.2.1',
  'timestamp-signature': 'RFC 5652, 5.6',
} as const satisfies Record<string, string>;

/** One code per cause of refusal. */
export type X509ErrorCode = keyof typeof ruleOf;

/** All codes. */
export const x509ErrorCodes = Object.keys(ruleOf) as readonly X509ErrorCode[];

export interface X509ErrorOptions {
  /** Subject of the certificate in question, already harmless to print; none where it could not be read. */
  readonly subject?: string | null | undefined;
  /** The rule that was broken, where it is a narrower one than the code's own. */
  readonly rule?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A verdict: a certificate, a path or a timestamp was refused.
 *
 * The message names the certificate, what was expected and what was found, with every text of a stranger made printable. A
 * bug of the caller's, such as a time that is not one, is not a verdict and stays an ordinary error.
 */
export class X509Error extends Error {
  override readonly name = 'X509Error';
  readonly code: X509ErrorCode;
  /** Subject of the certificate that broke the rule, as text that is harmless to print; null where there is none. */
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

const MAX_SHOWN = 200;

/** Makes a stranger's text harmless to print: control characters, direction marks and the like escaped, and cut. */
export function printable(text: string, special = ''): string {
  let out = '';
  for (const character of text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text) {
    out += special.includes(character) ? `\\${character}` : escaped(character);
  }
  return out;
}

function escaped(character: string): string {
  const point = character.codePointAt(0) as number;
  const hidden =
    point < 0x20 ||
    (point >= 0x7f && point <= 0xa0) ||
    (point >= 0x2000 && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202f) ||
    (point >= 0x205f && point <= 0x206f) ||
    (point >= 0xd800 && point <= 0xdfff) ||
    point === 0xad ||
    point === 0x061c ||
    point === 0x3000 ||
    point === 0x3164 ||
    point === 0xfeff ||
    (point >= 0xe0000 && point <= 0xe007f);
  return hidden ? `\\u{${point.toString(16)}}` : character;
}
