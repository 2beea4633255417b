import { createHash, createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto';
import { OmsError } from '../format/errors.ts';

/** The curves of the registry, each with the hash that goes with it (OMS-ALG-4). */
const hashOf = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

export type Curve = keyof typeof hashOf;

/** PEM text, as a string or as its bytes. */
export type Pem = string | Uint8Array;

const MAX_PEM_BYTES = 65_536;

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

/** The certificates that the operating system trusts, in PEM. The module for them is loaded when somebody asks. */
export function systemRoots(): readonly Pem[] {
  return process.getBuiltinModule('node:tls').getCACertificates('system');
}

/** A public key on one of the registry's curves. */
export class EcPublicKey {
  readonly curve: Curve;
  /** Lowercase hexadecimal SHA-256 of the key's canonical PEM text (OMS-KEY-1). */
  readonly hint: string;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    const normalised = normalise(key);
    this.#key = normalised.key;
    this.curve = normalised.curve;
    const pem = this.#key.export({ type: 'spki', format: 'pem' });
    this.hint = createHash('sha256').update(pem).digest('hex');
  }

  /**
   * Whether `signature`, ASN.1 DER, is this key's over the pieces of `message`, one after another.
   * @param hash the curve's own, save for a historical form
   */
  async verify(
    message: Iterable<Uint8Array>,
    signature: Uint8Array,
    hash: 'sha256' | 'sha384' | 'sha512' = hashOf[this.curve],
  ): Promise<boolean> {
    const verify = createVerify(hash);
    for (const piece of message) verify.update(piece);
    return verify.verify(this.#key, signature);
  }
}

/** A private key on one of the registry's curves. */
export class EcPrivateKey {
  readonly publicKey: EcPublicKey;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
    this.publicKey = new EcPublicKey(createPublicKey(key));
  }

  /** ECDSA over the pieces of `message`, one after another, with the curve's hash; in ASN.1 DER. */
  async sign(message: readonly Uint8Array[]): Promise<Uint8Array> {
    const sign = createSign(hashOf[this.publicKey.curve]);
    for (const piece of message) sign.update(piece);
    return new Uint8Array(sign.sign(this.#key));
  }
}

/**
 * Through JWK: a compressed point or explicit curve parameters would otherwise be exported as they came, with another hint.
 * @throws {OmsError} `signer/key-unsupported`
 */
function normalise(key: KeyObject): { key: KeyObject; curve: Curve } {
  if (key.asymmetricKeyType !== 'ec') throw unsupportedKey(`a key of type ${key.asymmetricKeyType}`);
  let jwk: { crv?: string };
  try {
    jwk = key.export({ format: 'jwk' });
  } catch {
    throw unsupportedKey(`the curve ${key.asymmetricKeyDetails?.namedCurve ?? 'unknown'}`);
  }
  const curve = jwk.crv ?? 'unknown';
  if (!(curve in hashOf)) throw unsupportedKey(`the curve ${curve}`);
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), curve: curve as Curve };
}

function unsupportedKey(found: string): OmsError {
  return new OmsError('signer/key-unsupported', `${found} cannot be used: the format knows P-256, P-384 and P-521`);
}

/**
 * Reads a public key from SubjectPublicKeyInfo PEM. A private key or a certificate in its place is refused, so that what
 * decides is what the caller meant.
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
  let key: KeyObject;
  try {
    key = createPublicKey(text);
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
  let key: KeyObject;
  try {
    const secret = typeof passphrase === 'object' ? Buffer.from(passphrase) : passphrase;
    key = createPrivateKey({
      key: text,
      format: 'pem',
      ...(encrypted && secret !== undefined ? { passphrase: secret } : {}),
    });
  } catch {
    // The cause may quote the key or the passphrase, so it is not carried along.
    if (encrypted) throw new OmsError('signer/passphrase-wrong', 'the private key does not open with this passphrase');
    throw unreadable('the private key cannot be decoded');
  }
  return new EcPrivateKey(key);
}

function pemText(pem: Pem, what: string): string {
  if (typeof pem !== 'string' && !(pem instanceof Uint8Array)) {
    throw new TypeError(`the ${what} must be given as a string or a Uint8Array`);
  }
  if (pem.length > MAX_PEM_BYTES) throw unreadable(`the ${what} has more than ${MAX_PEM_BYTES} bytes`);
  return typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1');
}

function unreadable(message: string): OmsError {
  return new OmsError('signer/key-unreadable', message);
}
