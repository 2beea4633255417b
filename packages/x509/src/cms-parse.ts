import { toHex } from '#platform';
import { type AlgorithmIdentifier, parseAlgorithm } from './algorithms.ts';
import {
  context,
  countOf,
  DerError,
  type Element,
  elementsOf,
  Fields,
  integerHex,
  oidOf,
  parseElement,
  someElementsOf,
  Tag,
} from './der.ts';

/** Identifies the signer's certificate. */
export type SignerId = { readonly keyId: string } | { readonly issuer: Uint8Array; readonly serial: string };

/** The one signature of a `SignedData` (RFC 5652). */
export interface SignerInfo {
  readonly id: SignerId;
  readonly digestAlgorithm: AlgorithmIdentifier;
  /** The bytes that are signed: the signed attributes, encoded as a `SET`. */
  readonly signedAttributes: Uint8Array;
  /** The one value of each signed attribute, by its object identifier. */
  readonly attributes: ReadonlyMap<string, Element>;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** DER of each certificate in it. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfo;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** Certificates in a token. */
const MAX_CERTIFICATES = 32;

/**
 * Parses a `ContentInfo` that holds a `SignedData` with content, signed attributes and exactly one signer. Verifies
 * nothing.
 */
export function parseSignedData(element: Element): SignedData {
  const info = Fields.of(element);
  const type = oidOf(info.take(Tag.oid));
  if (type !== SIGNED_DATA) throw new DerError('it is not a CMS SignedData');
  const data = Fields.parse(info.take(context(0)).body);
  info.end();

  const version = countOf(data.take(Tag.integer));
  if (version < 1 || version > 5) throw new DerError('it has a SignedData of an unknown version');
  for (const algorithm of elementsOf(data.take(Tag.set).body)) parseAlgorithm(algorithm);
  const encapsulated = data.fields();
  const contentType = oidOf(encapsulated.take(Tag.oid));
  const content = parseElement(encapsulated.take(context(0)).body, Tag.octetString).body;
  encapsulated.end();
  // The list may hold other forms of certificates, which are ignored.
  const listed = elementsOf(data.takeIf(context(0))?.body ?? new Uint8Array());
  const certificates = listed.filter(({ tag }) => tag === Tag.sequence).map(({ raw }) => raw);
  if (certificates.length > MAX_CERTIFICATES)
    throw new DerError(`it carries more than ${MAX_CERTIFICATES} certificates`);
  data.takeIf(context(1)); // revocation lists
  const [signer, ...others] = someElementsOf(data.take(Tag.set).body);
  data.end();
  if (others.length > 0) throw new DerError('it has more than one signer');
  return { contentType, content, certificates, signer: parseSigner(signer as Element) };
}

function parseSigner(element: Element): SignerInfo {
  const fields = Fields.of(element);
  const version = countOf(fields.take(Tag.integer));
  const keyId = fields.takeIf(context(0, false));
  const id = keyId ? { keyId: toHex(keyId.body) } : parseIssuerAndSerial(fields.fields());
  if (version !== (keyId ? 3 : 1)) throw new DerError('it has a signer of another version than its form');
  const digestAlgorithm = parseAlgorithm(fields.take(Tag.sequence));
  const signed = fields.take(context(0));
  const signatureAlgorithm = parseAlgorithm(fields.take(Tag.sequence));
  const signature = fields.take(Tag.octetString).body;
  fields.takeIf(context(1)); // unsigned attributes: anyone can change them
  fields.end();
  const signedAttributes = new Uint8Array(signed.raw);
  signedAttributes[0] = Tag.set;
  return {
    id,
    digestAlgorithm,
    signedAttributes,
    attributes: parseAttributes(signed.body),
    signatureAlgorithm,
    signature,
  };
}

function parseIssuerAndSerial(fields: Fields): SignerId {
  const issuer = fields.take(Tag.sequence).raw;
  const serial = integerHex(fields.take(Tag.integer));
  fields.end();
  return { issuer, serial };
}

function parseAttributes(body: Uint8Array): Map<string, Element> {
  const attributes = new Map<string, Element>();
  for (const element of someElementsOf(body)) {
    const fields = Fields.of(element);
    const type = oidOf(fields.take(Tag.oid));
    const [value, ...others] = elementsOf(fields.take(Tag.set).body);
    fields.end();
    if (!value || others.length > 0) throw new DerError('it has a signed attribute without exactly one value');
    if (attributes.has(type)) throw new DerError('it has a signed attribute twice');
    attributes.set(type, value);
  }
  return attributes;
}
