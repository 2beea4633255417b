import { createHash, type KeyObject } from 'node:crypto';
import { type Authority, pss, type TestHash, usualAlgorithm } from './certificates.ts';
import {
  boolean,
  children,
  explicit,
  generalizedTime,
  implicit,
  integer,
  none,
  octetString,
  oid,
  sequence,
  set,
} from './der.ts';

// Timestamps (RFC 3161), both valid ones and ones that no honest authority issues.

/** The signer of a timestamp: a test authority, or just the parts of one that signing needs. */
export interface TimestampSigner extends Pick<Authority, 'der'> {
  readonly keyId?: Uint8Array;
  /** Signs with ECDSA and SHA-256, instead of the authority's key. */
  readonly sign?: (message: Uint8Array) => Uint8Array;
  readonly keys?: Authority['keys'];
}

export interface TokenOptions {
  /** The timestamped signature. */
  readonly signature?: Uint8Array;
  /** The digest that it states, instead of that of `signature`. */
  readonly imprint?: Uint8Array;
  /** The whole imprint in DER. */
  readonly imprintDer?: Uint8Array;
  readonly signer?: TimestampSigner;
  readonly signingKey?: KeyObject;
  readonly algorithm?: 'usual' | 'pss';
  readonly digest?: TestHash;
  readonly status?: number;
  readonly time?: Date;
  readonly timeText?: string;
  readonly nonce?: bigint | undefined;
  readonly nonceDer?: Uint8Array;
  readonly version?: bigint;
  readonly serial?: bigint;
  /** Object identifiers. */
  readonly policy?: string;
  readonly imprintHash?: string;
  readonly contentType?: string;
  readonly signedContentType?: string | null;
  /** Writes the parameters of hash algorithms, which are absent or NULL, as NULL. */
  readonly hashParameters?: boolean;
  /** What the signed digest covers, instead of the content. */
  readonly signedContent?: Uint8Array | null;
  /** Changes the content after it was signed. */
  readonly tamper?: (content: Buffer) => Buffer;
  /** The certificate that the signed attributes name; the signer's if absent. */
  readonly bound?: Pick<Authority, 'der'> | null;
  /** By which hash they name it. */
  readonly boundHash?: TestHash;
  readonly boundV1?: Authority;
  /** The `IssuerSerial` in the signed attributes, which names the issuer and the serial number. */
  readonly boundIssuer?: (signer: Pick<Authority, 'der'>) => Uint8Array;
  readonly certificates?: readonly Pick<Authority, 'der'>[];
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
export const digestOids: Readonly<Record<TestHash, string>> = {
  sha256: SHA256,
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

const hashed = (hash: string, data: Uint8Array) => createHash(hash).update(data).digest();

function hashAlgorithm(id: string, { hashParameters = false }: TokenOptions): Buffer {
  return sequence(oid(id), ...(hashParameters ? [none()] : []));
}

/** A `TimeStampResp` that is valid unless the options say otherwise. */
export function makeToken(options: TokenOptions): Buffer {
  const { signer, status = 0, contentType = TST_INFO, signers = 1, rawCertificates = [] } = options;
  if (!signer) throw new TypeError('a token needs a signer');
  const content = tstInfo(options);
  const certificates = [...(options.certificates ?? [signer]).map(({ der }) => der), ...rawCertificates];
  const info = signerInfo(options, signer, content);
  const signedData = sequence(
    integer(3),
    set(hashAlgorithm(SHA256, options)),
    sequence(oid(contentType), explicit(0, octetString(options.tamper?.(content) ?? content))),
    ...(certificates.length === 0 ? [] : [explicit(0, ...certificates)]),
    set(...new Array<Uint8Array>(signers).fill(info)),
  );
  const token = sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signedData));
  return sequence(sequence(integer(status)), token, ...(options.trailing ? [options.trailing] : []));
}

function tstInfo(options: TokenOptions): Buffer {
  const { signature = new Uint8Array(), nonce, nonceDer, extensionCritical } = options;
  const { imprint = hashed('sha256', signature), policy = '1.2.3.4.1', serial = 1n } = options;
  const extension = sequence(
    oid('1.3.6.1.4.1.55555.9'),
    ...(extensionCritical ? [boolean(true)] : []),
    octetString(none()),
  );
  return sequence(
    integer(options.version ?? 1n),
    oid(policy),
    options.imprintDer ?? sequence(hashAlgorithm(options.imprintHash ?? SHA256, options), octetString(imprint)),
    integer(serial),
    generalizedTime(options.timeText ?? timeText(options.time ?? new Date())),
    ...(nonceDer ? [nonceDer] : nonce === undefined ? [] : [integer(nonce)]),
    ...(extensionCritical === undefined ? [] : [explicit(1, extension)]),
  );
}

/** A time with as many fractional digits as it needs. */
function timeText(time: Date): string {
  const [whole, fraction = ''] = time
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .replace(/\.?0*$/, '')
    .split('.');
  return `${whole?.padEnd(14, '0')}${fraction && `.${fraction}`}Z`;
}

function signerInfo(options: TokenOptions, signer: TimestampSigner, content: Buffer): Buffer {
  const { digest = 'sha256', signingKey = signer.keys?.privateKey, keyId = false } = options;
  const attributes = signedAttributes(options, signer, content, digest);
  const { identifier, sign } = signer.sign
    ? { identifier: sequence(oid('1.2.840.10045.4.3.2')), sign: signer.sign }
    : signatureOf(options, signer, digest, signingKey as KeyObject);
  return sequence(
    integer(keyId ? 3 : 1),
    keyId ? implicit(0, signer.keyId as Uint8Array) : sequence(issuerOf(signer.der), serialOf(signer.der)),
    hashAlgorithm(digestOids[digest], options),
    explicit(0, ...attributes),
    identifier,
    octetString(sign(set(...attributes))),
  );
}

function signatureOf(options: TokenOptions, signer: TimestampSigner, digest: TestHash, key: KeyObject) {
  const usual = usualAlgorithm(signer.keys?.privateKey ?? key);
  const algorithm = options.algorithm === 'pss' ? pss(digest) : usual;
  return { identifier: algorithm.identifier, sign: (message: Uint8Array) => algorithm.sign(message, key) };
}

/** The signed attributes in the order of their encodings, as DER requires for a set. */
function signedAttributes(
  options: TokenOptions,
  signer: TimestampSigner,
  content: Buffer,
  digest: TestHash,
): readonly Buffer[] {
  const { signedContentType = options.contentType ?? TST_INFO, signedContent = content } = options;
  const { bound = signer, boundHash = 'sha256', boundV1, boundIssuer, twice = false } = options;
  const attribute = (id: string, value: Uint8Array) => sequence(oid(id), set(value));
  const type = signedContentType === null ? [] : [attribute('1.2.840.113549.1.9.3', oid(signedContentType))];
  const message =
    signedContent === null ? [] : [attribute('1.2.840.113549.1.9.4', octetString(hashed(digest, signedContent)))];
  const binding = (authority: Pick<Authority, 'der'>, hash: string, algorithm: readonly Buffer[] = []) => {
    const issuer = boundIssuer ? [boundIssuer(authority)] : [];
    return sequence(sequence(sequence(...algorithm, octetString(hashed(hash, authority.der)), ...issuer)));
  };
  // DER leaves out SHA-256, which is the default.
  const algorithm = boundHash === 'sha256' ? [] : [hashAlgorithm(digestOids[boundHash], options)];
  const bindings = [
    ...(bound ? [attribute('1.2.840.113549.1.9.16.2.47', binding(bound, boundHash, algorithm))] : []),
    ...(boundV1 ? [attribute('1.2.840.113549.1.9.16.2.12', binding(boundV1, 'sha1'))] : []),
  ];
  return [...type, ...(twice ? type : []), ...message, ...bindings].sort(Buffer.compare);
}

/** The element at a position in the `TBSCertificate` of a certificate, counted from after the version. */
function fieldOf(der: Uint8Array, place: number): Buffer {
  const [tbs] = children(der);
  return children(tbs as Buffer)[place] as Buffer;
}

/** An `IssuerSerial` whose names are derived from the issuer's by `namesOf`. */
export function issuerSerial(
  { der }: Pick<Authority, 'der'>,
  namesOf: (issuer: Uint8Array) => Uint8Array[],
): Uint8Array {
  return sequence(sequence(...namesOf(issuerOf(der))), serialOf(der));
}

const serialOf = (der: Uint8Array) => fieldOf(der, 1);
const issuerOf = (der: Uint8Array) => fieldOf(der, 3);
