import { digest, toHex } from '#platform';
import { type AlgorithmIdentifier, parseAlgorithm, signatureScheme } from './algorithms.ts';
import { importAllowedKey } from './allowed-key.ts';
import { equalBytes } from './bytes.ts';
import {
  bitsOf,
  context,
  countOf,
  DerError,
  type Element,
  Fields,
  integerHex,
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
import type { PublicKey } from './public-key.ts';

/** Bytes of a certificate. Typical certificates have one to three thousand. */
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
 * A parsed certificate. Only its form has been verified; everything it says is a claim. It is immutable and keeps its own
 * copy of the bytes. Only {@link parseCertificate} creates one.
 */
export class Certificate {
  /** DER. */
  readonly raw: Uint8Array;
  readonly version: number;
  /** Hexadecimal, as encoded. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The first and the last second of its validity. */
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
  #key: PublicKey | undefined;
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
    this.fingerprint = toHex(digest('sha256', [raw]));
    this.spki = parsed.spki;
    this.keyFingerprint = toHex(digest('sha256', [parsed.spki]));
    this.#parsed = parsed;
  }

  /**
   * The subject's key.
   * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`: the key is not on the allow-list
   */
  get publicKey(): PublicKey {
    this.#key ??= importAllowedKey(this.spki, this.subject.text);
    return this.#key;
  }

  /** Whether its basic constraints say that it is a CA certificate. */
  get isCa(): boolean {
    return this.extensions.basicConstraints?.ca ?? false;
  }

  /** Whether its subject and issuer have the same name. That alone does not make it self-signed. */
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
   * Whether the key of `issuer` signed it. That alone does not make it trusted: see `verifyPath`.
   * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`
   */
  isSignedBy(issuer: Certificate): boolean {
    const { algorithm, signed, signature } = this.#parsed;
    const scheme = signatureScheme(algorithm, this.subject.text);
    return issuer.publicKey.verify(scheme, [signed], signature);
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
 * Parses a certificate: strict DER, no duplicate extension, every extension that is understood well-formed.
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
  const serial = integerHex(fields.take(Tag.integer));
  const inner = fields.take(Tag.sequence);
  const issuer = parseName(fields.take(Tag.sequence));
  const validity = parseValidity(fields.fields());
  const subject = parseName(fields.take(Tag.sequence));
  onSubject(subject);
  const spki = fields.take(Tag.sequence);
  checkKeyForm(spki);
  checkUniqueIdentifiers(fields, version);
  const wrapper = fields.takeIf(context(3));
  fields.end();
  if (wrapper && version !== 3) throw new DerError('it has extensions, which only version 3 has');
  if (!equalBytes(inner.raw, algorithm.raw)) throw new DerError('it names two signature algorithms');
  const extensions = parseExtensions(wrapper ? someElementsOf(parseElement(wrapper.body, Tag.sequence).body) : []);
  return {
    signed: tbs.raw,
    version,
    serial,
    algorithm,
    issuer,
    ...validity,
    subject,
    spki: spki.raw,
    extensions,
    signature,
  };
}

function parseValidity(fields: Fields): Pick<Parsed, 'notBefore' | 'notAfter'> {
  const notBefore = timeOf(fields.takeAny());
  const notAfter = timeOf(fields.takeAny());
  fields.end();
  return { notBefore, notAfter };
}

function checkUniqueIdentifiers(fields: Fields, version: number): void {
  for (const number of [1, 2]) {
    const id = fields.takeIf(context(number, false));
    if (id && version === 1) throw new DerError('it has a unique identifier, which version 1 does not have');
    if (id) bitsOf({ ...id, tag: Tag.bitString });
  }
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
