import { digest, type PrivateKey, type PublicKey, readPrivateKey, readPublicKey, sha256, toLatin1 } from '#platform';
import { type Curve, hashOfCurve } from '../format/algorithms.ts';
import { encodeUtf8 } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';

/** PEM text, as a string or as its bytes. */
export type Pem = string | Uint8Array;

export const MAX_PEM_BYTES = 65_536;

/** A public key on one of the registry's curves. */
export class EcPublicKey {
  readonly curve: Curve;
  /** Lowercase hexadecimal SHA-256 of the key's canonical PEM text (OMS-KEY-1). */
  readonly hint: string;
  readonly #key: PublicKey;

  /** @throws {OmsError} `signer/key-unsupported` */
  constructor(key: PublicKey) {
    this.#key = key;
    this.curve = supportedCurve(key);
    this.hint = sha256([encodeUtf8(key.pem)]);
  }

  /**
   * Whether `signature`, ASN.1 DER, is this key's over the pieces of `message`, one after another.
   * @param hash the curve's own, except for a historical form
   */
  async verify(
    message: Iterable<Uint8Array>,
    signature: Uint8Array,
    hash: 'sha256' | 'sha384' | 'sha512' = hashOfCurve[this.curve],
  ): Promise<boolean> {
    return this.#key.verify(hash, message, signature);
  }

  /** What this key signs: the digest of the message by the curve's hash. */
  digest(message: Iterable<Uint8Array>): Uint8Array {
    return Uint8Array.from(digest(hashOfCurve[this.curve], message));
  }
}

/** A private key on one of the registry's curves. */
export class EcPrivateKey {
  readonly publicKey: EcPublicKey;
  readonly #key: PrivateKey;

  /** @throws {OmsError} `signer/key-unsupported` */
  constructor(key: PrivateKey) {
    this.#key = key;
    this.publicKey = new EcPublicKey(key.publicKey);
  }

  /** ECDSA over the pieces of `message`, one after another, with the curve's hash; in ASN.1 DER. */
  async sign(message: Iterable<Uint8Array>): Promise<Uint8Array> {
    return this.#key.sign(hashOfCurve[this.publicKey.curve], message);
  }
}

function supportedCurve({ type, curve = 'unknown' }: PublicKey): Curve {
  if (type === 'ec' && Object.hasOwn(hashOfCurve, curve)) return curve as Curve;
  const found = type === 'ec' ? `the curve ${curve}` : `a key of type ${type}`;
  throw new OmsError('signer/key-unsupported', `${found} cannot be used: the format knows P-256, P-384 and P-521`);
}

/**
 * Reads a public key from SubjectPublicKeyInfo PEM. A private key or a certificate in its place is refused: the caller
 * probably chose the wrong file.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`
 */
export function importPublicKey(pem: Pem): EcPublicKey {
  const text = pemText(pem, 'public key');
  if (text.includes('PRIVATE KEY-----')) {
    throw unreadable('a public key was expected, and this is a private key: give its public half instead');
  }
  if (text.includes(' CERTIFICATE-----') || text.includes('-----BEGIN CERTIFICATE')) {
    throw unreadable('a public key was expected, and this is a certificate');
  }
  if (text.split('-----BEGIN ').length > 2) throw unreadable('one public key was expected, and there are several');
  let key: PublicKey;
  try {
    key = readPublicKey(text);
  } catch {
    throw unreadable('the public key is not in PEM form (-----BEGIN PUBLIC KEY-----)');
  }
  return new EcPublicKey(key);
}

/**
 * Reads a private key from PEM: PKCS#8, SEC1, or either of them encrypted.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`, `signer/passphrase-missing`,
 * `signer/passphrase-wrong`
 */
export function importPrivateKey(pem: Pem, passphrase?: string | Uint8Array): EcPrivateKey {
  const text = pemText(pem, 'private key');
  const encrypted = text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || text.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && passphrase === undefined) {
    throw new OmsError('signer/passphrase-missing', 'the private key is encrypted and needs a passphrase');
  }
  if (!text.includes('PRIVATE KEY-----'))
    throw unreadable('the private key is not in PEM form (-----BEGIN PRIVATE KEY-----)');
  let key: PrivateKey;
  try {
    key = readPrivateKey(text, encrypted ? passphrase : undefined);
  } catch {
    // The cause may quote the key or the passphrase, so it is dropped.
    if (encrypted)
      throw new OmsError('signer/passphrase-wrong', 'the private key cannot be decrypted with this passphrase');
    throw unreadable('the private key cannot be decoded');
  }
  const imported = new EcPrivateKey(key);
  if (!signsForItself(key)) {
    throw unreadable('the private key is damaged: a signature by it does not verify with its own public key');
  }
  return imported;
}

/** A file may hold the two halves of different keys, or a number that is no key; what it signs would never verify. */
function signsForItself(key: PrivateKey): boolean {
  const message = [encodeUtf8('a key is tried before anything is hashed for it')];
  try {
    return key.publicKey.verify('sha256', message, key.sign('sha256', message));
  } catch {
    return false; // OpenSSL fails to sign with a number that is not in the range of the curve
  }
}

function pemText(pem: Pem, what: string): string {
  if (typeof pem !== 'string' && !(pem instanceof Uint8Array)) {
    throw new TypeError(`the ${what} must be given as a string or a Uint8Array`);
  }
  if (pem.length > MAX_PEM_BYTES) throw unreadable(`the ${what} has more than ${MAX_PEM_BYTES} bytes`);
  return typeof pem === 'string' ? pem : toLatin1(pem);
}

function unreadable(message: string): OmsError {
  return new OmsError('signer/key-unreadable', message);
}
