import { createHash, createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto';

export { now, Yielder } from './yielder.ts';

/** The hash of the pieces, one after another. */
export function digest(hash: SignatureHash, pieces: Iterable<Uint8Array>): Uint8Array {
  const state = createHash(hash);
  for (const piece of pieces) state.update(piece);
  return new Uint8Array(state.digest());
}

/** Lowercase hexadecimal SHA-256 of the pieces, one after another. */
export function sha256(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Like {@link sha256}, over the bytes that pieces in hexadecimal stand for. */
export function sha256OfHex(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece, 'hex');
  return hash.digest('hex');
}

/** A public key of any kind. */
export interface PublicKey {
  /** `ec`, or the platform's name for another kind. */
  readonly type: string;
  /** The curve of an `ec` key, by its JWK name where it has one; absent where the key does not name its curve. */
  readonly curve?: string | undefined;
  /** The canonical SubjectPublicKeyInfo PEM text: an `ec` key has a named curve and an uncompressed point. */
  readonly pem: string;
  /** Whether `signature` is this key's over the pieces of `message`; an ECDSA signature is ASN.1 DER. False if malformed. */
  verify(hash: SignatureHash, message: Iterable<Uint8Array>, signature: Uint8Array): boolean;
}

export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** Signs the pieces of `message`, one after another; ECDSA signatures are ASN.1 DER. */
  sign(hash: SignatureHash, message: Iterable<Uint8Array>): Uint8Array;
}

export type SignatureHash = 'sha256' | 'sha384' | 'sha512';

/**
 * Reads a public key.
 * @param source PEM text, or the bytes of a SubjectPublicKeyInfo
 * @throws {Error} if it is none
 */
export function readPublicKey(source: string | Uint8Array): PublicKey {
  return describeKey(
    createPublicKey(
      typeof source === 'string' ? source : { key: bufferOf(source), format: 'der' as const, type: 'spki' as const },
    ),
  );
}

/**
 * Reads a private key from PEM: PKCS#8 or SEC1, encrypted if there is a passphrase.
 * @throws {Error} if it is none or the passphrase is wrong; the message may quote either, so do not repeat it
 */
export function readPrivateKey(pem: string, passphrase?: string | Uint8Array): PrivateKey {
  const secret = typeof passphrase === 'object' ? bufferOf(passphrase) : passphrase;
  const key = createPrivateKey({ key: pem, format: 'pem', ...(secret !== undefined && { passphrase: secret }) });
  return {
    publicKey: describeKey(createPublicKey(key)),
    sign(hash, message) {
      const state = createSign(hash);
      for (const piece of message) state.update(piece);
      return new Uint8Array(state.sign(key));
    },
  };
}

/** Through JWK, since a compressed point or explicit curve parameters would be exported as they came. */
function describeKey(found: KeyObject): PublicKey {
  const type = found.asymmetricKeyType ?? 'unknown';
  const jwk = type === 'ec' ? attemptJwk(found) : null;
  const key = jwk ? createPublicKey({ key: jwk, format: 'jwk' }) : found;
  return {
    type,
    curve: jwk?.crv ?? found.asymmetricKeyDetails?.namedCurve,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verify(hash, message, signature) {
      const state = createVerify(hash);
      for (const piece of message) state.update(piece);
      return state.verify(key, signature);
    },
  };
}

/** The key as JWK; null for a curve that has no name there. */
function attemptJwk(key: KeyObject): { crv?: string } | null {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    return null;
  }
}

/** The certificates that the operating system trusts, in PEM. The module for them is loaded only when they are needed. */
export function systemRoots(): readonly string[] {
  return process.getBuiltinModule('node:tls').getCACertificates('system');
}

/** The Base64 methods of newer platforms, which take no detour through `Buffer`. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

/** One character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

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

/** A view of the same bytes with the methods of Node's buffers. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
