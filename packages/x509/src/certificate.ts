import { createHash, type KeyObject } from 'node:crypto';
import { type AlgorithmIdentifier, importKey, parseAlgorithm, signatureScheme, verifySignature } from './algorithms.ts';
import { equalBytes, hexOf } from './bytes.ts';
import {
  bitsOf,
  context,
  countOf,
  DerError,
  type Element,
  Fields,
  integerBytes,
  octetsOfBits,
  oidOf,
  parseElement,
  someElementsOf,
  Tag,
  timeOf,
} from './der.ts';
import { X509Error } from './errors.ts';
import { type Extensions, type KeyUsage, type NameConstraints, parseExtensions } from './extensions.ts';
import { type DistinguishedName, type GeneralName, parseName } from './names.ts';

/** Bytes of a certificate. Those in use have one to three thousand. */
const MAX_CERTIFICATE_BYTES = 65_536;

interface Parsed {
  readonly signed: Uint8Array;
  readonly version: number;
  readonly serial: string;
  readonly algorithm: AlgorithmIdentifier;
  readonly issuer: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly subject: DistinguishedName;
  readonly spki: Uint8Array;
  readonly extensions: Extensions;
  readonly signature: Uint8Array;
}

/**
 * A certificate, as it says of itself: nothing is verified but its form. It does not change, nor do the bytes it was made
 * from. Only {@link parseCertificate} makes one.
 */
export class Certificate {
  /** DER. */
  readonly raw: Uint8Array;
  readonly version: number;
  /** Hexadecimal, as it is encoded. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** First and last second of its validity. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** What the extensions say; each is undefined if absent. */
  readonly extensions: Readonly<Extensions>;
  /** Lowercase hexadecimal SHA-256 of the DER. */
  readonly fingerprint: string;
  /** The `SubjectPublicKeyInfo`, DER. */
  readonly spki: Uint8Array;
  /** Lowercase hexadecimal SHA-256 of the `SubjectPublicKeyInfo`. */
  readonly keyFingerprint: string;
  readonly #parsed: Parsed;
  #key: KeyObject | undefined;
  #selfSigned: boolean | undefined;

  /** @internal */
  constructor(raw: Uint8Array, parsed: Parsed) {
    this.raw = raw;
    this.version = parsed.version;
    this.serial = parsed.serial;
    this.subject = parsed.subject;
    this.issuer = parsed.issuer;
    this.notBefore = new Date(parsed.notBefore);
    this.notAfter = new Date(parsed.notAfter);
    this.extensions = parsed.extensions;
    this.fingerprint = createHash('sha256').update(raw).digest('hex');
    this.spki = parsed.spki;
    this.keyFingerprint = createHash('sha256').update(parsed.spki).digest('hex');
    this.#parsed = parsed;
  }

  /**
   * The subject's key.
   * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`: it is not on the allow-list
   */
  get publicKey(): KeyObject {
    this.#key ??= importKey(this.spki, this.subject.text);
    return this.#key;
  }

  /** Whether it says that it is an authority's. */
  get isCa(): boolean {
    return this.extensions.basicConstraints?.ca ?? false;
  }

  /** Whether subject and issuer have the same name, which does not make it self-signed. */
  get isSelfIssued(): boolean {
    return this.subject.canonical === this.issuer.canonical;
  }

  /** Whether its own key signed it, with an algorithm on the allow-list. */
  get isSelfSigned(): boolean {
    this.#selfSigned ??= this.isSelfIssued && succeeds(() => this.isSignedBy(this));
    return this.#selfSigned;
  }

  get keyUsage(): readonly KeyUsage[] | undefined {
    return this.extensions.keyUsage;
  }

  /** Object identifiers. */
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.extensions.extendedKeyUsage;
  }

  get subjectAltNames(): readonly GeneralName[] {
    return this.extensions.subjectAltNames ?? [];
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.extensions.nameConstraints;
  }

  /**
   * Whether the key of `issuer` signed it. That alone is no reason to trust it: see `verifyPath`.
   * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`
   */
  isSignedBy(issuer: Certificate): boolean {
    const { algorithm, signed, signature } = this.#parsed;
    return verifySignature(signatureScheme(algorithm, this.subject.text), issuer.publicKey, signed, signature);
  }
}

function succeeds(attempt: () => boolean): boolean {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof X509Error) return false;
    throw error;
  }
}

/**
 * Parses a certificate: strict DER, no extension twice, every extension that is understood well-formed.
 * @throws {X509Error} `too-large`, `malformed`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (!(der instanceof Uint8Array)) throw new TypeError('a certificate must be given as a Uint8Array');
  if (der.length > MAX_CERTIFICATE_BYTES) {
    throw new X509Error('too-large', `a certificate has more than ${MAX_CERTIFICATE_BYTES} bytes`);
  }
  const raw = new Uint8Array(der);
  let subject: string | undefined;
  try {
    return new Certificate(
      raw,
      parseFields(raw, (name) => {
        subject = name.text;
      }),
    );
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const which = subject === undefined ? 'a certificate' : `the certificate ${subject}`;
    throw new X509Error('malformed', `${which} is malformed: ${error.message}`, { subject, cause: error });
  }
}

function parseFields(raw: Uint8Array, onSubject: (subject: DistinguishedName) => void): Parsed {
  const outer = Fields.parse(raw);
  const tbs = outer.take(Tag.sequence);
  const algorithm = parseAlgorithm(outer.take(Tag.sequence));
  const signature = octetsOfBits(outer.take(Tag.bitString));
  outer.end();

  const fields = Fields.of(tbs);
  const version = parseVersion(fields.takeIf(context(0)));
  const serial = hexOf(integerBytes(fields.take(Tag.integer)));
  const inner = fields.take(Tag.sequence);
  const issuer = parseName(fields.take(Tag.sequence));
  const validity = fields.fields();
  const notBefore = timeOf(validity.takeAny());
  const notAfter = timeOf(validity.takeAny());
  validity.end();
  const subject = parseName(fields.take(Tag.sequence));
  onSubject(subject);
  const spki = fields.take(Tag.sequence);
  checkKeyForm(spki);
  for (const number of [1, 2]) {
    const id = fields.takeIf(context(number, false));
    if (id && version === 1) throw new DerError('it has a unique identifier, which version 1 does not have');
    if (id) bitsOf({ ...id, tag: Tag.bitString });
  }
  const extensions = fields.takeIf(context(3));
  fields.end();
  if (extensions && version !== 3) throw new DerError('it has extensions, which only version 3 has');
  if (!equalBytes(inner.raw, algorithm.raw)) throw new DerError('it names two signature algorithms');
  const list = extensions ? someElementsOf(parseElement(extensions.body, Tag.sequence).body) : [];
  return {
    signed: tbs.raw,
    version,
    serial,
    algorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    spki: spki.raw,
    extensions: parseExtensions(list),
    signature,
  };
}

function parseVersion(element: Element | undefined): number {
  if (!element) return 1;
  const version = countOf(parseElement(element.body, Tag.integer)) + 1;
  if (version !== 2 && version !== 3) throw new DerError('it has a version other than 1, 2 and 3');
  return version;
}

function checkKeyForm(spki: Element): void {
  const fields = Fields.of(spki);
  const { parameters } = parseAlgorithm(fields.take(Tag.sequence));
  if (parameters?.tag === Tag.oid) oidOf(parameters);
  bitsOf(fields.take(Tag.bitString));
  fields.end();
}
