import { createHash, type KeyObject } from 'node:crypto';
import { type Authority, pss, type TestHash, usualAlgorithm } from './chains.ts';
import {
  boolean,
  encodeElement,
  encodeInteger,
  encodeOid,
  explicit,
  implicit,
  octetString,
  sequence,
  set,
} from './der-writer.ts';

// Timestamps that no honest authority issues, for what must be refused. The valid ones are those of `openssl ts`.

export interface TokenOptions {
  readonly signature?: Uint8Array;
  readonly signer?: Authority;
  readonly signingKey?: KeyObject;
  readonly algorithm?: 'usual' | 'pss';
  readonly digest?: TestHash;
  readonly status?: number;
  readonly time?: Date;
  readonly timeText?: string;
  readonly nonce?: bigint | undefined;
  readonly nonceDer?: Uint8Array;
  readonly version?: bigint;
  /** Object identifiers. */
  readonly imprintHash?: string;
  readonly contentType?: string;
  readonly signedContentType?: string | null;
  /** What the signed digest is of, in place of the content. */
  readonly signedContent?: Uint8Array | null;
  /** Whom the signed attributes name; the signer if absent. */
  readonly bound?: Authority | null;
  readonly boundV1?: Authority;
  /** What the signed attributes say besides of the issuer and the serial number: an `IssuerSerial`. */
  readonly boundIssuer?: (signer: Authority) => Uint8Array;
  readonly certificates?: readonly Authority[];
  readonly rawCertificates?: readonly Uint8Array[];
  readonly twice?: boolean;
  readonly signers?: number;
  /** Names the signer by its key. */
  readonly keyId?: boolean;
  readonly extensionCritical?: boolean;
  readonly trailing?: Uint8Array;
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const digestOids: Readonly<Record<TestHash, string>> = {
  sha256: SHA256,
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

const hashed = (hash: string, data: Uint8Array) => new Uint8Array(createHash(hash).update(data).digest());
const generalizedTime = (text: string) => encodeElement(0x18, Buffer.from(text));

/** A `TimeStampResp` that is valid but for what the options say. */
export function makeToken(options: TokenOptions): Uint8Array {
  const { signer, status = 0, contentType = TST_INFO, signers = 1, rawCertificates = [] } = options;
  if (!signer) throw new TypeError('a token needs a signer');
  const content = tstInfo(options);
  const certificates = (options.certificates ?? [signer]).map(({ der }) => der);
  const info = signerInfo(options, signer, content);
  const signedData = sequence(
    encodeInteger(3n),
    set(sequence(encodeOid(SHA256))),
    sequence(encodeOid(contentType), explicit(0, octetString(content))),
    explicit(0, ...certificates, ...rawCertificates),
    set(...new Array<Uint8Array>(signers).fill(info)),
  );
  const token = sequence(encodeOid('1.2.840.113549.1.7.2'), explicit(0, signedData));
  return sequence(sequence(encodeInteger(BigInt(status))), token, ...(options.trailing ? [options.trailing] : []));
}

function tstInfo(options: TokenOptions): Uint8Array {
  const { signature = new Uint8Array(), time = new Date(), nonce, nonceDer, extensionCritical } = options;
  const [whole, fraction = ''] = time
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .replace(/\.?0*$/, '')
    .split('.');
  const text = options.timeText ?? `${whole?.padEnd(14, '0')}${fraction && `.${fraction}`}Z`;
  const extension = sequence(
    encodeOid('1.3.6.1.4.1.55555.9'),
    ...(extensionCritical ? [boolean(true)] : []),
    octetString(Uint8Array.of(5, 0)),
  );
  return sequence(
    encodeInteger(options.version ?? 1n),
    encodeOid('1.2.3.4.1'),
    sequence(sequence(encodeOid(options.imprintHash ?? SHA256)), octetString(hashed('sha256', signature))),
    encodeInteger(1n),
    generalizedTime(text),
    ...(nonceDer ? [nonceDer] : nonce === undefined ? [] : [encodeInteger(nonce)]),
    ...(extensionCritical === undefined ? [] : [explicit(1, extension)]),
  );
}

function signerInfo(options: TokenOptions, signer: Authority, content: Uint8Array): Uint8Array {
  const { digest = 'sha256', signingKey = signer.keys.privateKey, keyId = false } = options;
  const algorithm = options.algorithm === 'pss' ? pss(digest) : usualAlgorithm(signer.keys.privateKey);
  const attributes = signedAttributes(options, signer, content, digest);
  return sequence(
    encodeInteger(keyId ? 3n : 1n),
    keyId ? implicit(0, signer.keyId) : sequence(issuerOf(signer.der), serialOf(signer.der)),
    sequence(encodeOid(digestOids[digest])),
    explicit(0, ...attributes),
    algorithm.identifier,
    octetString(algorithm.sign(set(...attributes), signingKey)),
  );
}

function signedAttributes(
  options: TokenOptions,
  signer: Authority,
  content: Uint8Array,
  digest: TestHash,
): readonly Uint8Array[] {
  const { signedContentType = options.contentType ?? TST_INFO, signedContent = content } = options;
  const { bound = signer, boundV1, boundIssuer, twice = false } = options;
  const attribute = (oid: string, value: Uint8Array) => sequence(encodeOid(oid), set(value));
  const type = signedContentType === null ? [] : [attribute('1.2.840.113549.1.9.3', encodeOid(signedContentType))];
  const message =
    signedContent === null ? [] : [attribute('1.2.840.113549.1.9.4', octetString(hashed(digest, signedContent)))];
  const binding = (authority: Authority, hash: string) =>
    sequence(
      sequence(sequence(octetString(hashed(hash, authority.der)), ...(boundIssuer ? [boundIssuer(authority)] : []))),
    );
  const bindings = [
    ...(bound ? [attribute('1.2.840.113549.1.9.16.2.47', binding(bound, 'sha256'))] : []),
    ...(boundV1 ? [attribute('1.2.840.113549.1.9.16.2.12', binding(boundV1, 'sha1'))] : []),
  ];
  return [...type, ...(twice ? type : []), ...message, ...bindings];
}

/** The element at a place in the `TBSCertificate`, which begins with an explicit version and a serial number. */
function fieldOf(der: Uint8Array, place: number): Uint8Array {
  let at = headerLength(der, 0);
  at += headerLength(der, at);
  for (let i = 0; i < place; i++) at += headerLength(der, at) + contentLength(der, at);
  return der.subarray(at, at + headerLength(der, at) + contentLength(der, at));
}

/** An `IssuerSerial` with the names that are made of the issuer's. */
export function issuerSerial({ der }: Authority, namesOf: (issuer: Uint8Array) => Uint8Array[]): Uint8Array {
  return sequence(sequence(...namesOf(issuerOf(der))), serialOf(der));
}

const serialOf = (der: Uint8Array) => fieldOf(der, 1);
const issuerOf = (der: Uint8Array) => fieldOf(der, 3);

function headerLength(der: Uint8Array, at: number): number {
  const first = der[at + 1] as number;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function contentLength(der: Uint8Array, at: number): number {
  const first = der[at + 1] as number;
  if (first < 0x80) return first;
  return [...der.subarray(at + 2, at + headerLength(der, at))].reduce((length, octet) => length * 256 + octet, 0);
}
