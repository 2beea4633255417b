import { digest } from '#platform';
import { type AlgorithmIdentifier, hashOf, isAbsentOrNull, parseAlgorithm, signatureScheme } from './algorithms.ts';
import { equalBytes } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import type { SignedData, SignerInfo } from './cms-parse.ts';
import { context, DerError, type Element, elementsOf, Fields, integerHex, oidOf, parseElement, Tag } from './der.ts';
import { X509Error } from './errors.ts';
import { parseName } from './names.ts';
import type { Hash, SignatureScheme } from './public-key.ts';

const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/**
 * Checks that the signed attributes are about this content.
 * @throws {X509Error} `timestamp-signature`, `algorithm-unsupported`
 * @throws {DerError} for attributes about content of another type
 */
export function checkSignedAttributes({ content, contentType, signer }: SignedData): void {
  const type = signer.attributes.get(ATTRIBUTE.contentType);
  if (!type || oidOf(type) !== contentType) throw new DerError('its signature is about content of another type');
  const claimed = signer.attributes.get(ATTRIBUTE.messageDigest);
  const actual = digest(digestOf(signer), [content]);
  if (claimed?.tag !== Tag.octetString || !equalBytes(claimed.body, actual)) {
    throw new X509Error('timestamp-signature', 'the signature on the timestamp is about other content');
  }
}

function digestOf({ digestAlgorithm }: SignerInfo): Hash {
  const hash = hashOf(digestAlgorithm);
  if (!hash) {
    throw new X509Error('algorithm-unsupported', `the timestamp is signed with the hash ${digestAlgorithm.oid}`);
  }
  return hash;
}

/**
 * Finds the certificate that the signer names and that the signed attributes are bound to (RFC 2634, RFC 5035).
 * @throws {X509Error} `timestamp-signer`, `algorithm-unsupported`
 */
export function findSigner({ id, attributes }: SignerInfo, certificates: readonly Certificate[]): Certificate {
  const refuse = (problem: string) => new X509Error('timestamp-signer', `the timestamp ${problem}`);
  const named = certificates.filter((certificate) =>
    'keyId' in id
      ? certificate.extensions.subjectKeyId === id.keyId
      : certificate.serial === id.serial && equalBytes(certificate.issuer.raw, id.issuer),
  );
  if (named.length === 0)
    throw refuse("does not contain its signer's certificate, and neither do the given certificates");
  const bindings = [attributes.get(ATTRIBUTE.signingCertificate), attributes.get(ATTRIBUTE.signingCertificateV2)].map(
    (attribute, i) => attribute && parseBinding(attribute, i === 1),
  );
  if (!bindings.some(Boolean)) throw refuse('is not bound to a certificate by a signed attribute');
  const signer = named.find((certificate) => bindings.every((isBound) => !isBound || isBound(certificate)));
  if (!signer) throw refuse("is bound to a certificate other than its signer's");
  return signer;
}

/** Parses a `SigningCertificate` or `SigningCertificateV2` into a test for the first certificate that it names. */
function parseBinding(attribute: Element, second: boolean): (certificate: Certificate) => boolean {
  const fields = Fields.of(attribute);
  const list = fields.fields();
  fields.takeIf(Tag.sequence); // policies
  fields.end();
  const entry = list.fields();
  const algorithm = second ? entry.takeIf(Tag.sequence) : undefined;
  const hash = second ? bindingHash(algorithm && parseAlgorithm(algorithm)) : 'sha1';
  const expected = entry.take(Tag.octetString).body;
  const issuerSerial = entry.takeIf(Tag.sequence);
  entry.end();
  const isIssued = issuerSerial ? parseIssuerSerial(issuerSerial) : () => true;
  return (certificate) => equalBytes(digest(hash, [certificate.raw]), expected) && isIssued(certificate);
}

function bindingHash(algorithm: AlgorithmIdentifier | undefined): Hash {
  const hash = algorithm ? hashOf(algorithm) : 'sha256';
  if (!hash) throw new X509Error('algorithm-unsupported', 'the timestamp names its signer by an unsupported hash');
  return hash;
}

function parseIssuerSerial(element: Element): (certificate: Certificate) => boolean {
  const fields = Fields.of(element);
  const names = elementsOf(fields.take(Tag.sequence).body);
  const serial = integerHex(fields.take(Tag.integer));
  fields.end();
  const issuers = names
    .filter(({ tag }) => tag === context(4))
    .map(({ body }) => parseName(parseElement(body, Tag.sequence)));
  return (certificate) =>
    serial === certificate.serial && issuers.some(({ canonical }) => canonical === certificate.issuer.canonical);
}

/**
 * Verifies the signature over the signed attributes.
 * @throws {X509Error} `timestamp-signature`, `algorithm-weak`, `algorithm-unsupported`
 */
export function verifySignerInfo(signer: SignerInfo, { publicKey, subject: { text: subject } }: Certificate): void {
  if (publicKey.verify(schemeOf(signer, subject), [signer.signedAttributes], signer.signature)) return;
  throw new X509Error('timestamp-signature', `the timestamp is not signed by ${subject}`, { subject });
}

/** The signature algorithm and the digest algorithm must name the same hash. */
function schemeOf(signer: SignerInfo, subject: string): SignatureScheme {
  const { signatureAlgorithm: algorithm } = signer;
  const hash = digestOf(signer);
  if (algorithm.oid === RSA_ENCRYPTION && isAbsentOrNull(algorithm.parameters)) return { keyType: 'rsa', hash };
  const scheme = signatureScheme(algorithm, subject);
  if ((scheme.hash ?? 'sha512') !== hash) {
    throw new X509Error('algorithm-unsupported', 'the timestamp is signed with two different hashes', { subject });
  }
  return scheme;
}
