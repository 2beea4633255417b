import {
  constants,
  createHash,
  createPublicKey,
  createVerify,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  verify,
} from 'node:crypto';
import { concatBytes, fromBase64Natively, toBase64Natively } from '../bytes.ts';
import type { PublicKey } from '../public-key.ts';

export { concatBytes, equalBytes } from '../bytes.ts';
export type { PublicKey, SignatureScheme } from '../public-key.ts';

/** SHA-1 is only for the certificate hash of RFC 2634, which a timestamp repeats beside a signature. */
export type DigestAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Hashes the pieces, one after another. */
export function digest(algorithm: DigestAlgorithm, pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/**
 * Imports a public key of any kind that the platform knows.
 * @param spki a `SubjectPublicKeyInfo`, DER
 * @throws {Error} if it is not a valid key
 */
export function importPublicKey(spki: Uint8Array): PublicKey {
  const key = createPublicKey({ key: bufferOf(spki), format: 'der', type: 'spki' });
  refuseInfinity(key);
  const { modulusLength: bits, publicExponent: exponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  return {
    type: key.asymmetricKeyType ?? 'unknown',
    curve: namedCurve && curveNames[namedCurve],
    rsa: bits !== undefined && exponent !== undefined ? { bits, exponent } : undefined,
    verify: (scheme, message, signature) =>
      key.asymmetricKeyType === scheme.keyType &&
      (scheme.hash === null
        ? verify(null, concatBytes([...message]), key, signature)
        : verifyHash(scheme.hash, message, withPadding(key, scheme.saltLength), signature)),
  };
}

/**
 * Exporting fails for the point at infinity. Asked for the details of such a key, Node 22 and 24 end the process.
 * @throws {Error} if the key is that point
 */
function refuseInfinity(key: KeyObject): void {
  if (key.asymmetricKeyType === 'ec') key.export({ format: 'der', type: 'spki' });
}

/** JWK names of the curves, by OpenSSL's. */
const curveNames: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

type VerifyKey = Parameters<ReturnType<typeof createVerify>['verify']>[0];

function withPadding(key: KeyObject, saltLength: number | undefined): VerifyKey {
  return saltLength === undefined ? key : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

function verifyHash(hash: string, message: Iterable<Uint8Array>, key: VerifyKey, signature: Uint8Array): boolean {
  const state = createVerify(hash);
  for (const piece of message) state.update(piece);
  return state.verify(key, signature);
}

export function randomBytes(length: number): Uint8Array {
  return nodeRandomBytes(length);
}

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

/** Decodes hexadecimal up to the first character that is not. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Standard Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return toBase64Natively(bytes) ?? bufferOf(bytes).toString('base64');
}

/** Decodes standard Base64 with padding; null for any other text, such as one that a lenient decoder would repair. */
export function fromBase64(text: string): Uint8Array | null {
  const bytes = fromBase64Natively(text);
  if (bytes !== undefined) return bytes;
  const decoded = Buffer.from(text, 'base64');
  const isCanonical = decoded.toString('base64') === text;
  return isCanonical ? new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length) : null;
}

/** One character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

/** A view of the same bytes with the methods of Node's buffers. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
