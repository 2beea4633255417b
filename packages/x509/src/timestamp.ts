import { createHash } from 'node:crypto';
import {
  type AlgorithmIdentifier,
  type Hash,
  hashOf,
  isAbsentOrNull,
  parseAlgorithm,
  type SignatureScheme,
  signatureScheme,
  verifySignature,
} from './algorithms.ts';
import type { Budgets } from './budget.ts';
import { equalBytes } from './bytes.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import type { SignedData, SignerInfo } from './cms.ts';
import { context, DerError, type Element, elementsOf, Fields, integerBytes, oidOf, parseElement, Tag } from './der.ts';
import { X509Error } from './errors.ts';
import { parseName } from './names.ts';
import { verifyPath } from './path.ts';
import { parseTimestampResponse, type TimestampToken } from './timestamp-response.ts';

export interface TimestampOptions {
  /** The whole `TimeStampResp`, DER. */
  readonly response: Uint8Array;
  /** What the timestamp has to be about: the decoded bytes of a signature. */
  readonly signature: Uint8Array;
  /** Certificates of timestamping authorities that are trusted: roots, intermediates, or the authority's own. */
  readonly roots: readonly Certificate[];
  /** Certificates that may help to build a path, besides those that the token carries. */
  readonly intermediates?: readonly Certificate[] | undefined;
  /** That of the request, while the answer to it is fresh. */
  readonly nonce?: bigint | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
}

/** A timestamp that was verified. */
export interface Timestamp {
  /** When the signature existed already. */
  readonly time: Date;
  /** Who says so. */
  readonly authority: Certificate;
  /** From the authority's certificate to the one that is trusted. */
  readonly certificates: readonly Certificate[];
  /** Object identifier. */
  readonly policy: string;
  readonly serial: string;
}

const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/**
 * Verifies that a timestamp (RFC 3161) is about this signature, and by an authority that is trusted and was valid then.
 *
 * It proves that the signature existed at that time if the authority is honest, and says nothing about what was signed.
 * @throws {X509Error} `too-large`, `timestamp-…`, and for the authority's certificate every code of `verifyPath`
 */
export function verifyTimestamp(options: TimestampOptions): Timestamp {
  const { signature, roots, intermediates = [], nonce, budgets } = options;
  const token = grantedToken(options.response);
  if (!equalBytes(createHash(token.imprint.hash).update(signature).digest(), token.imprint.digest)) {
    throw new X509Error('timestamp-imprint', 'the timestamp is about another signature');
  }
  if (nonce !== undefined && token.nonce !== nonce) {
    throw new X509Error('timestamp-nonce', 'the timestamp is not the answer to this request: its nonce is another');
  }
  try {
    const { signedData } = token;
    checkAttributes(signedData);
    const helpers = [...readable(signedData.certificates), ...intermediates];
    const authority = findSigner(signedData.signer, [...helpers, ...roots]);
    const { time, policy, serial } = token;
    const path = {
      leaf: authority,
      intermediates: helpers,
      anchors: roots,
      time,
      usage: 'timestamping',
      budgets,
    } as const;
    const { certificates } = verifyPath(path);
    checkSignature(signedData.signer, authority);
    return { time, authority, certificates, policy, serial };
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

/** The signed attributes bind the signature to the content. */
function checkAttributes({ content, contentType, signer }: SignedData): void {
  const type = signer.attributes.get(ATTRIBUTE.contentType);
  if (!type || oidOf(type) !== contentType) throw new DerError('its signature is about content of another type');
  const digest = signer.attributes.get(ATTRIBUTE.messageDigest);
  const expected = createHash(digestOf(signer)).update(content).digest();
  if (digest?.tag !== Tag.octetString || !equalBytes(digest.body, expected)) {
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

/** Those that can be parsed. Another is of no use, and as good as left out. */
function readable(certificates: readonly Uint8Array[]): Certificate[] {
  return certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof X509Error) return [];
      throw error;
    }
  });
}

/** The certificate that the signer names, and that the signed attributes are bound to (RFC 2634, RFC 5035). */
function findSigner({ id, attributes }: SignerInfo, certificates: readonly Certificate[]): Certificate {
  const refuse = (problem: string) => new X509Error('timestamp-signer', `the timestamp ${problem}`);
  const named = certificates.filter((certificate) =>
    'keyId' in id
      ? certificate.extensions.subjectKeyId === id.keyId
      : certificate.serial === id.serial && equalBytes(certificate.issuer.raw, id.issuer),
  );
  if (named.length === 0) throw refuse("comes without its signer's certificate, and none that was given is it");
  const bindings = [attributes.get(ATTRIBUTE.signingCertificate), attributes.get(ATTRIBUTE.signingCertificateV2)].map(
    (attribute, i) => attribute && parseBinding(attribute, i === 1),
  );
  if (!bindings.some(Boolean)) throw refuse('is not bound to a certificate by a signed attribute');
  const signer = named.find((certificate) => bindings.every((isBound) => !isBound || isBound(certificate)));
  if (!signer) throw refuse("is bound to another certificate than its signer's");
  return signer;
}

/** Whether a certificate is the first one that a `SigningCertificate` or `SigningCertificateV2` names. */
function parseBinding(attribute: Element, second: boolean): (certificate: Certificate) => boolean {
  const fields = Fields.of(attribute);
  const list = fields.fields();
  fields.takeIf(Tag.sequence); // policies
  fields.end();
  const entry = list.fields();
  const algorithm = second ? entry.takeIf(Tag.sequence) : undefined;
  const hash = second ? bindingHash(algorithm && parseAlgorithm(algorithm)) : 'sha1';
  const digest = entry.take(Tag.octetString).body;
  const issuerSerial = entry.takeIf(Tag.sequence);
  entry.end();
  const isIssued = issuerSerial ? parseIssuerSerial(issuerSerial) : () => true;
  return (certificate) =>
    equalBytes(createHash(hash).update(certificate.raw).digest(), digest) && isIssued(certificate);
}

function bindingHash(algorithm: AlgorithmIdentifier | undefined): Hash {
  const hash = algorithm ? hashOf(algorithm) : 'sha256';
  if (!hash) throw new X509Error('algorithm-unsupported', 'the timestamp names its signer by an unsupported hash');
  return hash;
}

function parseIssuerSerial(element: Element): (certificate: Certificate) => boolean {
  const fields = Fields.of(element);
  const names = elementsOf(fields.take(Tag.sequence).body);
  const serial = integerBytes(fields.take(Tag.integer));
  fields.end();
  const issuers = names
    .filter(({ tag }) => tag === context(4))
    .map(({ body }) => parseName(parseElement(body, Tag.sequence)));
  return (certificate) =>
    Buffer.from(serial).toString('hex') === certificate.serial &&
    issuers.some(({ canonical }) => canonical === certificate.issuer.canonical);
}

function checkSignature(signer: SignerInfo, authority: Certificate): void {
  const scheme = schemeOf(signer, authority);
  if (!verifySignature(scheme, authority.publicKey, signer.signedAttributes, signer.signature)) {
    throw new X509Error('timestamp-signature', `the timestamp is not signed by ${authority.subject.text}`, {
      subject: authority.subject.text,
    });
  }
}

/** The scheme and the digest have to agree: two hashes for one signature are one too many. */
function schemeOf(signer: SignerInfo, { subject }: Certificate): SignatureScheme {
  const { signatureAlgorithm: algorithm } = signer;
  const digest = digestOf(signer);
  if (algorithm.oid === RSA_ENCRYPTION && isAbsentOrNull(algorithm.parameters)) return { keyType: 'rsa', hash: digest };
  const scheme = signatureScheme(algorithm, subject.text);
  if ((scheme.hash ?? 'sha512') !== digest) {
    throw new X509Error('algorithm-unsupported', 'the timestamp is signed with two different hashes', {
      subject: subject.text,
    });
  }
  return scheme;
}
