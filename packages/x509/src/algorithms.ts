import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bufferOf } from './bytes.ts';
import { context, countOf, DerError, type Element, elementsOf, Fields, oidOf, parseElement, Tag } from './der.ts';
import { X509Error } from './errors.ts';

export type Hash = 'sha256' | 'sha384' | 'sha512';

export const hashOids: Readonly<Record<string, Hash>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** An algorithm and its parameters, as certificates and timestamps name them. */
export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters: Element | undefined;
  readonly raw: Uint8Array;
}

export function parseAlgorithm(element: Element): AlgorithmIdentifier {
  const fields = Fields.of(element);
  const oid = oidOf(fields.take(Tag.oid));
  const [, parameters] = elementsOf(element.body);
  if (parameters) fields.takeAny();
  fields.end();
  return { oid, parameters, raw: element.raw };
}

/** How a signature is to be checked. */
export interface SignatureScheme {
  readonly keyType: 'ec' | 'rsa' | 'ed25519';
  /** The hash that is signed; Ed25519 signs the message itself. */
  readonly hash: Hash | null;
  /** For RSASSA-PSS: the octets of salt. */
  readonly saltLength?: number;
}

const schemes: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: null },
};

/** Refused because of what has become of them, and not for being unknown. */
const weakSignatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2',
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.3.14.3.2.29': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10040.4.3': 'SHA-1',
};

const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** Octets of salt above which OpenSSL has nothing to say for any key that is allowed here. */
const MAX_SALT = 512;

/**
 * The scheme of a signature algorithm on the allow-list: ECDSA, RSA PKCS #1 v1.5 or RSASSA-PSS with SHA-2, Ed25519.
 * @param subject of the certificate that carries the signature
 * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`
 */
export function signatureScheme({ oid, parameters }: AlgorithmIdentifier, subject: string): SignatureScheme {
  if (oid === PSS) return pssScheme(parameters, subject);
  const weak = weakSignatures[oid];
  if (weak) throw new X509Error('algorithm-weak', `the signature on ${subject} uses ${weak}`, { subject });
  const scheme = schemes[oid];
  if (!scheme) throw unsupportedSignature(subject, `the algorithm ${oid}`);
  const expected = scheme.keyType === 'rsa' ? isAbsentOrNull(parameters) : parameters === undefined;
  if (!expected) throw unsupportedSignature(subject, `the algorithm ${oid} with parameters`);
  return scheme;
}

export function isAbsentOrNull(parameters: Element | undefined): boolean {
  return parameters === undefined || (parameters.tag === Tag.null && parameters.body.length === 0);
}

function unsupportedSignature(subject: string, found: string): X509Error {
  return new X509Error('algorithm-unsupported', `the signature on ${subject} uses ${found}`, { subject });
}

/** All parameters written out, one SHA-2 hash for both uses: the defaults are SHA-1. */
function pssScheme(parameters: Element | undefined, subject: string): SignatureScheme {
  try {
    if (!parameters) throw new DerError('it has no parameters');
    const fields = Fields.of(parameters);
    const one = (number: number) => fields.take(context(number)).body;
    const hash = hashOf(parseAlgorithm(parseElement(one(0), Tag.sequence)));
    const mask = parseAlgorithm(parseElement(one(1), Tag.sequence));
    const maskHash = mask.parameters && hashOf(parseAlgorithm(mask.parameters));
    const saltLength = countOf(parseElement(one(2), Tag.integer));
    fields.end();
    if (mask.oid !== MGF1 || !hash || hash !== maskHash || saltLength > MAX_SALT) throw new DerError('not allowed');
    return { keyType: 'rsa', hash, saltLength };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw unsupportedSignature(subject, 'RSASSA-PSS with parameters other than one SHA-2 hash and a salt length');
  }
}

/** The hash of the allow-list that the algorithm is. */
export function hashOf({ oid, parameters }: AlgorithmIdentifier): Hash | undefined {
  return isAbsentOrNull(parameters) ? hashOids[oid] : undefined;
}

/** Whether `signature` is by `key` over `message`. A signature of another shape is simply none. */
export function verifySignature(
  scheme: SignatureScheme,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.asymmetricKeyType !== scheme.keyType) return false;
  if (scheme.saltLength === undefined) return verify(scheme.hash, message, key, signature);
  const { RSA_PKCS1_PSS_PADDING: padding } = constants;
  return verify(scheme.hash, message, { key, padding, saltLength: scheme.saltLength }, signature);
}

const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const ED25519 = '1.3.101.112';

const curves: Readonly<Record<string, number>> = {
  '1.2.840.10045.3.1.7': 32, // P-256
  '1.3.132.0.34': 48, // P-384
  '1.3.132.0.35': 66, // P-521
};

const MIN_RSA_BITS = 2048;

/** Twice the size of the largest in use. Larger ones only make a verifier work. */
const MAX_RSA_BITS = 8192;

/** Exponents above 2^32 only make a verifier work, and even ones or 1 are no RSA. */
const MAX_RSA_EXPONENT = 2n ** 32n;

/**
 * Imports a key on the allow-list: P-256, P-384, P-521 by name, RSA of 2048 to 8192 bits, Ed25519.
 * @param spki a `SubjectPublicKeyInfo`
 * @param subject of the certificate whose key it is
 * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`
 */
export function importKey(spki: Uint8Array, subject: string): KeyObject {
  const refuse = (code: 'algorithm-weak' | 'algorithm-unsupported' | 'malformed', found: string) =>
    new X509Error(code, `the key of ${subject} ${found}`, { subject });
  const [first, second] = elementsOf(parseElement(spki, Tag.sequence).body) as [Element, Element];
  const { oid, parameters } = parseAlgorithm(first);
  if (oid === EC) {
    const size = parameters?.tag === Tag.oid ? curves[oidOf(parameters)] : undefined;
    if (!size) throw refuse('algorithm-unsupported', 'is not on P-256, P-384 or P-521, named as such');
    const form = second.body[1];
    if (second.body.length !== 2 + 2 * size || form !== 4) {
      throw refuse('algorithm-unsupported', 'is a point that is not written out in full');
    }
  } else if (oid === RSA ? !isAbsentOrNull(parameters) : oid !== ED25519 || parameters) {
    throw refuse('algorithm-unsupported', `is of a kind that is not allowed: ${oid}`);
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: bufferOf(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new X509Error('malformed', `the key of ${subject} is not a valid one`, { subject, cause });
  }
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (oid === RSA) {
    if (!modulusLength || !publicExponent) throw refuse('malformed', 'has no modulus');
    if (modulusLength < MIN_RSA_BITS) throw refuse('algorithm-weak', `has only ${modulusLength} bits of RSA`);
    if (modulusLength > MAX_RSA_BITS)
      throw refuse('algorithm-unsupported', `has more than ${MAX_RSA_BITS} bits of RSA`);
    if (publicExponent < 3n) throw refuse('algorithm-weak', 'has an exponent below 3');
    if (publicExponent % 2n === 0n || publicExponent > MAX_RSA_EXPONENT) {
      throw refuse('algorithm-unsupported', 'has an exponent that is even or above 2^32');
    }
  }
  return key;
}
