import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { digest, fromHex, toHex } from '@model-signing/x509/platform';
import { Yielder } from './yielder.ts';

export { digest, fromBase64, fromHex, randomBytes, toBase64, toHex, toLatin1 } from '@model-signing/x509/platform';
export { heapBytes } from './heap.ts';
export { now } from './yielder.ts';

/** Lowercase hexadecimal SHA-256 of the pieces, one after another. */
export function sha256(pieces: Iterable<Uint8Array>): string {
  return toHex(digest('sha256', pieces));
}

/** Like {@link sha256}, over the bytes that the pieces encode in hexadecimal. */
export function sha256OfHex(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(fromHex(piece));
  return hash.digest('hex');
}

/** A public key of any kind. */
export interface PublicKey {
  /** `ec`, or the platform's name for another kind. */
  readonly type: string;
  /** The curve of an `ec` key, by its JWK name if it has one; absent if the key does not name its curve. */
  readonly curve?: string | undefined;
  /** The canonical SubjectPublicKeyInfo PEM text: an `ec` key has a named curve and an uncompressed point. */
  readonly pem: string;
  /**
   * Whether an ECDSA signature, ASN.1 DER, is this key's over the pieces of `message`. False if it is malformed.
   * @param hash null for an algorithm that hashes by itself
   */
  verify(hash: SignatureHash | null, message: Iterable<Uint8Array>, signature: Uint8Array): boolean;
}

export type SignatureHash = 'sha256' | 'sha384' | 'sha512';

export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** Signs the pieces of `message`, one after another, as `PublicKey.verify` takes them; ECDSA signatures are ASN.1 DER. */
  sign(hash: SignatureHash | null, message: Iterable<Uint8Array>): Uint8Array;
}

/**
 * Reads a public key.
 * @param source PEM text, or the bytes of a SubjectPublicKeyInfo
 * @throws {Error} if it is not a public key
 */
export function readPublicKey(source: string | Uint8Array): PublicKey {
  if (typeof source === 'string') return describeKey(createPublicKey(source));
  return describeKey(createPublicKey({ key: Buffer.from(source), format: 'der', type: 'spki' }));
}

/**
 * Reads a private key from PEM: PKCS#8 or SEC1, encrypted if there is a passphrase.
 * @throws {Error} if it is not a private key or the passphrase is wrong; the message may quote either, so do not repeat it
 */
export function readPrivateKey(pem: string, passphrase?: string | Uint8Array): PrivateKey {
  const secret = typeof passphrase === 'object' ? Buffer.from(passphrase) : passphrase;
  const key = createPrivateKey({ key: pem, format: 'pem', ...(secret !== undefined && { passphrase: secret }) });
  return {
    publicKey: describeKey(createPublicKey(key)),
    sign(hash, message) {
      if (hash === null) return new Uint8Array(sign(null, Buffer.concat([...message]), key));
      const state = createSign(hash);
      for (const piece of message) state.update(piece);
      return new Uint8Array(state.sign(key));
    },
  };
}

/** Converts the key through JWK, since exporting it directly would keep a compressed point or explicit curve parameters. */
function describeKey(found: KeyObject): PublicKey {
  refuseInfinity(found);
  const jwk = found.asymmetricKeyType === 'ec' ? jwkOf(found) : null;
  const key = jwk ? createPublicKey({ key: jwk, format: 'jwk' }) : found;
  return {
    type: key.asymmetricKeyType ?? 'unknown',
    curve: jwk?.crv ?? found.asymmetricKeyDetails?.namedCurve,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verify(hash, message, signature) {
      if (hash === null) return verify(null, Buffer.concat([...message]), key, signature);
      const state = createVerify(hash);
      for (const piece of message) state.update(piece);
      return state.verify(key, signature);
    },
  };
}

/**
 * Exporting to DER fails for the point at infinity. Asked for the JWK or the details of such a key, Node 22 and 24 end the process.
 * @throws {Error} if the key is that point
 */
function refuseInfinity(key: KeyObject): void {
  if (key.asymmetricKeyType === 'ec') key.export({ format: 'der', type: 'spki' });
}

/** The key as JWK; null if its curve has no JWK name. */
function jwkOf(key: KeyObject): { crv?: string } | null {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    return null;
  }
}

/**
 * Why this platform has no ML-DSA, or null if it has it.
 * @param spki a public key in DER
 */
export function lackOfMlDsa(spki: Uint8Array): string | null {
  return isKnownKey(spki) ? null : `Node ${process.version} has no ML-DSA, and Node 26 has it`;
}

/** Some versions read keys that their OpenSSL knows, and have no name for them. */
function isKnownKey(spki: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}

/** The certificates that the operating system trusts, in PEM. The module for them is loaded only when they are needed. */
export function systemRoots(): readonly string[] {
  return process.getBuiltinModule('node:tls').getCACertificates('system');
}

/** For long work that consists of short synchronous steps: says when to yield to other work, and does it. */
export function createYielder(signal: AbortSignal | undefined): Pick<Yielder, 'shouldYield' | 'yieldNow'> {
  return new Yielder(signal);
}
