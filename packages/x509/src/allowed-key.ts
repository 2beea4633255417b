import { importPublicKey } from '#platform';
import { isAbsentOrNull, parseAlgorithm } from './algorithms.ts';
import { type Element, elementsOf, integerBytes, octetsOfBits, oidOf, parseElement, Tag } from './der.ts';
import { X509Error } from './errors.ts';
import type { PublicKey } from './public-key.ts';

const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const ED25519 = '1.3.101.112';

/** Octets of a coordinate. */
const curves: Readonly<Record<string, number>> = {
  '1.2.840.10045.3.1.7': 32, // P-256
  '1.3.132.0.34': 48, // P-384
  '1.3.132.0.35': 66, // P-521
};

const MIN_RSA_BITS = 2048;

/** Twice the size of the largest keys in use; larger ones only cost a verifier time. */
const MAX_RSA_BITS = 8192;

/** Larger exponents only cost a verifier time. */
const MAX_RSA_EXPONENT = 2n ** 32n;

/**
 * Imports a key on the allow-list: P-256, P-384, P-521 by name, RSA of 2048 to 8192 bits, Ed25519.
 * @param spki a `SubjectPublicKeyInfo`
 * @param subject of the certificate whose key it is
 * @throws {X509Error} `algorithm-weak`, `algorithm-unsupported`, `malformed`
 */
export function importAllowedKey(spki: Uint8Array, subject: string): PublicKey {
  const refuse: Refuse = (code, found) => new X509Error(code, `the key of ${subject} ${found}`, { subject });
  const [first, second] = elementsOf(parseElement(spki, Tag.sequence).body) as [Element, Element];
  const { oid, parameters } = parseAlgorithm(first);
  if (oid === EC) {
    const size = parameters?.tag === Tag.oid ? curves[oidOf(parameters)] : undefined;
    if (!size) throw refuse('algorithm-unsupported', 'is not on P-256, P-384 or P-521, given by name');
    const form = second.body[1];
    if (second.body.length !== 2 + 2 * size || form !== 4) {
      throw refuse('algorithm-unsupported', 'is not an uncompressed point');
    }
  } else if (oid === RSA ? !isAbsentOrNull(parameters) : oid !== ED25519 || parameters) {
    throw refuse('algorithm-unsupported', `is of a kind that is not allowed: ${oid}`);
  }
  let key: PublicKey;
  try {
    const octets = octetsOfBits(second);
    if (oid === RSA) checkRsaNumbers(octets);
    key = importPublicKey(spki);
  } catch (cause) {
    throw new X509Error('malformed', `the key of ${subject} is not valid`, { subject, cause });
  }
  if (oid === RSA) checkRsaKey(key, refuse);
  return key;
}

/** Platforms differ in what they make of a negative number, or of more than the modulus and the exponent. */
function checkRsaNumbers(octets: Uint8Array): void {
  const numbers = elementsOf(parseElement(octets, Tag.sequence).body);
  const isPositive = numbers.every((number) => (integerBytes(number)[0] as number) < 0x80);
  if (numbers.length !== 2 || !isPositive) throw new TypeError('it is not made of two positive numbers');
}

type Refuse = (code: 'algorithm-weak' | 'algorithm-unsupported' | 'malformed', found: string) => X509Error;

function checkRsaKey({ rsa }: PublicKey, refuse: Refuse): void {
  if (!rsa?.bits || !rsa.exponent) throw refuse('malformed', 'has no modulus or no exponent');
  if (rsa.bits < MIN_RSA_BITS) throw refuse('algorithm-weak', `is RSA of only ${rsa.bits} bits`);
  if (rsa.bits > MAX_RSA_BITS) throw refuse('algorithm-unsupported', `is RSA of more than ${MAX_RSA_BITS} bits`);
  if (rsa.exponent < 3n) throw refuse('algorithm-weak', 'has an exponent below 3');
  if (rsa.exponent % 2n === 0n || rsa.exponent > MAX_RSA_EXPONENT) {
    throw refuse('algorithm-unsupported', 'has an exponent that is even or above 2^32');
  }
}
