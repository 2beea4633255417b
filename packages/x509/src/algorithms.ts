import { context, countOf, DerError, type Element, elementsOf, Fields, oidOf, parseElement, Tag } from './der.ts';
import { X509Error } from './errors.ts';
import type { Hash, SignatureScheme } from './public-key.ts';

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

const schemes: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: null },
};

/** Algorithms whose refusal names the broken hash instead of calling them unknown. */
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

/** Octets of salt. The largest allowed key has no room for more. */
const MAX_SALT = 512;

/**
 * Returns the scheme of a signature algorithm on the allow-list: ECDSA, RSA PKCS #1 v1.5 or RSASSA-PSS with SHA-2, Ed25519.
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

/** Requires every parameter to be present, because the defaults are SHA-1, and one SHA-2 hash for both uses. */
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

/** Returns the hash on the allow-list that the algorithm names, if it names one. */
export function hashOf({ oid, parameters }: AlgorithmIdentifier): Hash | undefined {
  return isAbsentOrNull(parameters) ? hashOids[oid] : undefined;
}
