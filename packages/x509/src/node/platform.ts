import {
  constants,
  createHash,
  createPublicKey,
  createVerify,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  verify,
} from 'node:crypto';
import { concatBytes } from '../bytes.ts';
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

/** The Base64 methods of newer platforms, which do not go through `Buffer`. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/** Standard Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const native = bytes as Uint8Array & { toBase64?: () => string };
  return native.toBase64?.() ?? bufferOf(bytes).toString('base64');
}

/** Decodes standard Base64 with padding; null for any other text, such as one that a lenient decoder would repair. */
export function fromBase64(text: string): Uint8Array | null {
  if (nativeBase64.fromBase64) {
    try {
      const bytes = nativeBase64.fromBase64(text, { lastChunkHandling: 'strict' });
      // White space is skipped, but the length of canonical text has no room for it.
      return text.length === 4 * Math.ceil(bytes.length / 3) ? bytes : null;
    } catch {
      return null;
    }
  }
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
