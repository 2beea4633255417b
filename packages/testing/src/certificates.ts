import { constants, createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  distinguishedName,
  element,
  explicit,
  implicit,
  integer,
  namedBits,
  none,
  octetString,
  oid,
  pem,
  sequence,
  time,
} from './der.ts';

// Makes certificates for tests, both valid and invalid. Keys are generated in the test and never stored.

export type KeyType = 'P-256' | 'P-384' | 'P-521' | 'RSA-2048' | 'RSA-3072' | 'RSA-1024' | 'Ed25519' | 'secp256k1';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function generateKey(type: KeyType = 'P-256'): KeyPair {
  if (type.startsWith('RSA-')) return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) });
  if (type === 'Ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: type });
}

/** A public key as a `SubjectPublicKeyInfo`. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** How a certificate is signed: the algorithm's identifier in DER, and how to sign. */
export interface SignatureAlgorithm {
  readonly identifier: Uint8Array;
  readonly sign: (message: Uint8Array, key: KeyObject) => Uint8Array;
}

const hashOids = { sha256: 1, sha384: 2, sha512: 3 } as const;
export type TestHash = keyof typeof hashOids;

export const ecdsa = (hash: TestHash): SignatureAlgorithm => ({
  identifier: sequence(oid(`1.2.840.10045.4.3.${1 + hashOids[hash]}`)),
  sign: (message, key) => sign(hash, message, key),
});

export const rsa = (hash: TestHash | 'sha1'): SignatureAlgorithm => ({
  identifier: sequence(oid(`1.2.840.113549.1.1.${hash === 'sha1' ? 5 : 10 + hashOids[hash]}`), none()),
  sign: (message, key) => sign(hash, message, key),
});

export const pss = (hash: TestHash, saltLength = 32, maskHash: TestHash = hash): SignatureAlgorithm => {
  const algorithm = (name: TestHash) => sequence(oid(`2.16.840.1.101.3.4.2.${hashOids[name]}`), none());
  const mask = sequence(oid('1.2.840.113549.1.1.8'), algorithm(maskHash));
  return {
    identifier: sequence(
      oid('1.2.840.113549.1.1.10'),
      sequence(explicit(0, algorithm(hash)), explicit(1, mask), explicit(2, integer(saltLength))),
    ),
    sign: (message, key) => sign(hash, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
  };
};

export const ed25519: SignatureAlgorithm = {
  identifier: sequence(oid('1.3.101.112')),
  sign: (message, key) => sign(null, message, key),
};

/** The algorithm that a key is usually used with. */
export function usualAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SignatureAlgorithm {
  if (asymmetricKeyType === 'rsa') return rsa('sha256');
  if (asymmetricKeyType === 'ed25519') return ed25519;
  const hashes: Record<string, TestHash> = { secp384r1: 'sha384', secp521r1: 'sha512' };
  return ecdsa(hashes[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256');
}

const keyUsageBits = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;

export type KeyUsageName = keyof typeof keyUsageBits;

export const eku = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  any: '2.5.29.37.0',
} as const;

export interface ExtensionOptions {
  readonly id: string;
  readonly critical?: boolean;
  readonly value: Uint8Array;
}

export function extension({ id, critical = false, value }: ExtensionOptions): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** The value of a key usage extension. */
export function keyUsageValue(names: readonly KeyUsageName[]): Buffer {
  return namedBits(names.map((name) => keyUsageBits[name]));
}

/** The values of the usual extensions of a certificate. */
export interface UsualExtensions {
  readonly ca?: boolean;
  readonly pathLength?: number | undefined;
  /** `null`: no such extension. For an authority `keyCertSign` and `cRLSign`, otherwise `digitalSignature`. */
  readonly keyUsage?: readonly KeyUsageName[] | null | undefined;
  /** Object identifiers; `null`: no such extension. */
  readonly extendedKeyUsage?: readonly string[] | null | undefined;
  readonly extendedKeyUsageCritical?: boolean | undefined;
}

/** Basic constraints, key usage and extended key usage. */
export function usualExtensions(options: UsualExtensions): ExtensionOptions[] {
  const { ca = false, pathLength, extendedKeyUsage: purposes } = options;
  const { keyUsage = ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'] } = options;
  const list: ExtensionOptions[] = [];
  if (ca) {
    const length = pathLength === undefined ? [] : [integer(pathLength)];
    list.push({ id: '2.5.29.19', critical: true, value: sequence(boolean(true), ...length) });
  }
  if (keyUsage) list.push({ id: '2.5.29.15', critical: true, value: keyUsageValue(keyUsage) });
  if (purposes) {
    const critical = options.extendedKeyUsageCritical ?? false;
    list.push({ id: '2.5.29.37', critical, value: sequence(...purposes.map(oid)) });
  }
  return list;
}

/** Subject and authority key identifiers. */
export function keyIdentifiers(subject: Uint8Array, issuer: Uint8Array): ExtensionOptions[] {
  return [
    { id: '2.5.29.14', value: octetString(subject) },
    { id: '2.5.29.35', value: sequence(implicit(0, issuer)) },
  ];
}

/** The fields of a `TBSCertificate`, the part of a certificate that is signed. */
export interface TbsFields {
  readonly version?: 1 | 2 | 3;
  readonly serial: Uint8Array;
  /** The algorithm's identifier, the names, the validity and the key, in DER. */
  readonly algorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions?: readonly ExtensionOptions[];
}

export function tbsCertificate(fields: TbsFields): Buffer {
  const { version = 3, extensions = [] } = fields;
  return sequence(
    ...(version === 1 ? [] : [explicit(0, integer(version - 1))]),
    fields.serial,
    fields.algorithm,
    fields.issuer,
    fields.validity,
    fields.subject,
    fields.spki,
    ...(extensions.length === 0 ? [] : [explicit(3, sequence(...extensions.map(extension)))]),
  );
}

export interface CertificateOptions extends UsualExtensions {
  /** Such as `O=Test, CN=Leaf`. */
  readonly subject?: string;
  /** The issuer; the certificate is self-signed if absent. */
  readonly issuer?: Authority | undefined;
  /** The issuer's name in the certificate, if it should differ from that of `issuer`. */
  readonly issuerName?: string;
  readonly key?: KeyType | KeyPair;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Object identifiers. None for an authority, otherwise `codeSigning`; `null`: no such extension. */
  readonly extendedKeyUsage?: readonly string[] | null;
  /** General names, in DER. */
  readonly subjectAltNames?: readonly Uint8Array[];
  /** The value of the extension. */
  readonly nameConstraints?: Uint8Array;
  /** Subject and authority key identifiers; on by default. */
  readonly keyIds?: boolean;
  readonly extensions?: readonly ExtensionOptions[];
  readonly version?: 1 | 2 | 3;
  readonly serial?: Uint8Array;
  readonly algorithm?: SignatureAlgorithm;
  /** The algorithm outside the signed part, if it should differ from the one inside. */
  readonly outerAlgorithm?: SignatureAlgorithm;
  /** Validity, subject and key in DER, if a test encodes its own. */
  readonly raw?: { readonly validity?: Uint8Array; readonly subject?: Uint8Array; readonly spki?: Uint8Array };
}

/** A certificate with its private key. */
export interface Authority {
  readonly der: Uint8Array;
  /** One `CERTIFICATE` block. */
  readonly pem: string;
  readonly keys: KeyPair;
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** The subject's name, in DER. */
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
}

const DAY = 86_400_000;

/** A certificate that is valid now, for code signing, unless the options say otherwise. */
export function makeCertificate(options: CertificateOptions = {}): Authority {
  const { subject = 'CN=Test', issuer, key, raw = {}, version = 3 } = options;
  const keys = typeof key === 'object' ? key : generateKey(key);
  const name = raw.subject ?? distinguishedName(subject);
  const spki = raw.spki ?? spkiOf(keys.publicKey);
  const keyId = createHash('sha256').update(spki).digest().subarray(0, 20);
  const signingKey = (issuer?.keys ?? keys).privateKey;
  const algorithm = options.algorithm ?? usualAlgorithm(signingKey);
  const tbs = tbsCertificate({
    version,
    serial: element(2, options.serial ?? Uint8Array.of(0x40, ...randomBytes(11))),
    algorithm: algorithm.identifier,
    issuer: options.issuerName === undefined ? (issuer?.name ?? name) : distinguishedName(options.issuerName),
    validity: raw.validity ?? validity(options),
    subject: name,
    spki,
    extensions: version === 3 ? extensionsOf(options, keyId, issuer?.keyId ?? keyId) : [],
  });
  const signature = algorithm.sign(tbs, signingKey);
  const der = new Uint8Array(sequence(tbs, (options.outerAlgorithm ?? algorithm).identifier, bitString(signature)));
  const privateKeyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { der, pem: pem(der), keys, privateKeyPem, name, keyId };
}

function validity({ notBefore, notAfter }: CertificateOptions): Buffer {
  const now = Date.now();
  return sequence(time(notBefore ?? new Date(now - DAY)), time(notAfter ?? new Date(now + 365 * DAY)));
}

function extensionsOf(options: CertificateOptions, keyId: Uint8Array, issuerKeyId: Uint8Array): ExtensionOptions[] {
  const { ca = false, subjectAltNames, nameConstraints, keyIds = true, extensions = [] } = options;
  const { extendedKeyUsage = ca ? null : [eku.codeSigning] } = options;
  return [
    ...usualExtensions({ ...options, extendedKeyUsage }),
    ...(subjectAltNames ? [{ id: '2.5.29.17', value: sequence(...subjectAltNames) }] : []),
    ...(nameConstraints ? [{ id: '2.5.29.30', critical: true, value: nameConstraints }] : []),
    ...(keyIds ? keyIdentifiers(keyId, issuerKeyId) : []),
    ...extensions,
  ];
}

/** A self-signed CA certificate. */
export function makeRoot(options: CertificateOptions = {}): Authority {
  return makeCertificate({ subject: 'O=Test, CN=Root', ca: true, ...options });
}

export interface Chain {
  readonly root: Authority;
  /** Issuer of the leaf first, in the order of a bundle. */
  readonly intermediates: readonly Authority[];
  readonly leaf: Authority;
}

export interface ChainOptions {
  /** How many authorities there are between root and leaf; one if absent. */
  readonly intermediates?: number;
  /** The type of every key, unless the options of a certificate say otherwise. */
  readonly key?: KeyType;
  readonly root?: CertificateOptions;
  readonly intermediate?: CertificateOptions;
  readonly leaf?: CertificateOptions;
}

/** A root, intermediates and a leaf for code signing, valid now unless the options say otherwise. */
export function makeChain({ intermediates = 1, key = 'P-256', ...options }: ChainOptions = {}): Chain {
  const root = makeRoot({ key, ...options.root });
  const made: Authority[] = [];
  for (let i = 1; i <= intermediates; i++) {
    const subject = `O=Test, CN=Intermediate ${i}`;
    made.unshift(makeCertificate({ subject, ca: true, key, issuer: made[0] ?? root, ...options.intermediate }));
  }
  const leaf = makeCertificate({ subject: 'O=Test, CN=Leaf', key, issuer: made[0] ?? root, ...options.leaf });
  return { root, intermediates: made, leaf };
}
