import { digest, type PrivateKey, type PublicKey, readPrivateKey, readPublicKey, sha256 } from '#platform';
import { type Curve, hashOfCurve } from '../format/algorithms.ts';
import { encodeUtf8, withoutByteOrderMark } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import { foreignForm } from './foreign-form.ts';
import { isOverfull, keyBlocks } from './key-text.ts';

/** PEM text, as a string or as its bytes. Keys may be DER too. */
export type Pem = string | Uint8Array;

const MAX_PEM_BYTES = 65_536;

/** A public key on one of the registry's curves. */
export class EcPublicKey {
  readonly curve: Curve;
  /** Lowercase hexadecimal SHA-256 of the key's canonical PEM text (OMS-KEY-1). */
  readonly hint: string;
  /** The text that the hint is of. */
  readonly pem: string;
  readonly #key: PublicKey;

  /** @throws {OmsError} `signer/key-unsupported` */
  constructor(key: PublicKey) {
    this.#key = key;
    this.curve = supportedCurve(key);
    this.pem = key.pem;
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
 * Reads a public key: SubjectPublicKeyInfo in PEM or DER. Anything else is refused by its name, with the command that converts it:
 * the caller probably chose the wrong file.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`
 */
export function importPublicKey(source: Pem): EcPublicKey {
  const text = keyText(source, 'public key');
  const blocks = keyBlocks(text);
  const [block, ...others] = blocks;
  if (others.length > 0) throw severalBlocks('public key', blocks);
  if (block?.label !== 'PUBLIC KEY') throw notAKey('public key', text);
  if (isOverfull(block)) throw unreadable('the public key cannot be decoded: other bytes follow it in the same block');
  let key: PublicKey;
  try {
    key = readPublicKey(block.pem);
  } catch {
    throw unreadable('the public key cannot be decoded: the file is damaged, or not all of it is there');
  }
  return new EcPublicKey(key);
}

/** The labels of private keys that can be read. */
const privateLabels: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'EC PRIVATE KEY',
  'RSA PRIVATE KEY',
  'DSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
]);

/**
 * Reads a private key from PEM or DER: PKCS#8, SEC1, or either of them encrypted. Certificates and curve parameters beside it are
 * skipped, as in the files of other tools.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`, `signer/passphrase-missing`,
 * `signer/passphrase-wrong`
 */
export function importPrivateKey(source: Pem, passphrase?: string | Uint8Array): EcPrivateKey {
  const key = decodePrivateKey(source, passphrase);
  const imported = new EcPrivateKey(key);
  checkHalves(key, 'sha256');
  return imported;
}

/**
 * Reads a private key of any kind, from the same forms.
 * @throws {OmsError} `signer/key-unreadable`, `signer/passphrase-missing`, `signer/passphrase-wrong`
 */
export function decodePrivateKey(source: Pem, passphrase?: string | Uint8Array): PrivateKey {
  const text = keyText(source, 'private key');
  const blocks = keyBlocks(text);
  const [block, ...others] = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  if (others.length > 0) throw severalBlocks('private key', blocks);
  if (!block || !privateLabels.has(block.label)) throw notAKey('private key', text);
  const encrypted = block.label === 'ENCRYPTED PRIVATE KEY' || block.pem.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && passphrase === undefined) {
    throw new OmsError('signer/passphrase-missing', 'the private key is encrypted and needs a passphrase');
  }
  try {
    return readPrivateKey(block.pem, encrypted ? passphrase : undefined);
  } catch (error) {
    // The cause may quote the key or the passphrase, so it is dropped.
    if (encrypted) throw notDecrypted(error);
    throw unreadable('the private key cannot be decoded: the file is damaged, or not all of it is there');
  }
}

/** @throws {OmsError} `signer/key-unreadable` */
export function checkHalves(key: PrivateKey, hash: 'sha256' | null): void {
  if (signsForItself(key, hash)) return;
  throw unreadable('the private key is damaged: a signature by it does not verify with its own public key');
}

/** A file may hold the two halves of different keys, or a number that is no key; what it signs would never verify. */
function signsForItself(key: PrivateKey, hash: 'sha256' | null): boolean {
  const message = [encodeUtf8('a key is tried before anything is hashed for it')];
  try {
    return key.publicKey.verify(hash, message, key.sign(hash, message));
  } catch {
    return false; // OpenSSL fails to sign with a number that is not in the range of the curve
  }
}

/** What OpenSSL says of bytes that are no key: here, those that a wrong passphrase made. Now and then their padding looks right. */
const NOTHING_DECODED = 'ERR_OSSL_UNSUPPORTED';

/** Only the code of the error is looked at. */
function notDecrypted(error: unknown): OmsError {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  if (code !== NOTHING_DECODED && /UNSUPPORTED|UNKNOWN|FETCH_FAILED/.test(code)) {
    return unreadable(
      'the private key is encrypted in a way that this platform does not know: openssl pkcs8 -topk8 -v2 aes-256-cbc ' +
        '-in FILE -out NEW encrypts it in a usual one (with -provider legacy -provider default for an old one)',
    );
  }
  return new OmsError('signer/passphrase-wrong', 'the private key cannot be decrypted with this passphrase');
}

function keyText(source: Pem, what: string): Pem {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw new TypeError(`the ${what} must be given as a string or a Uint8Array`);
  }
  if (source.length > MAX_PEM_BYTES) throw unreadable(`the ${what} has more than ${MAX_PEM_BYTES} bytes`);
  return withoutByteOrderMark(source);
}

function severalBlocks(what: 'private key' | 'public key', blocks: readonly { readonly label: string }[]): OmsError {
  const labels = blocks.map(({ label }) => (/^[A-Z0-9 ]{1,40}$/.test(label) ? label : 'unknown'));
  const advice = what === 'private key' ? '' : publicHalf(labels);
  return unreadable(
    `one ${what} was expected, and there are several blocks: ${[...new Set(labels)].join(', ')}${advice}`,
  );
}

/** How to get one public key from a file that holds more. */
function publicHalf(labels: readonly string[]): string {
  if (labels.some((label) => label.endsWith('PRIVATE KEY')))
    return ' (openssl pkey -in FILE -pubout -out NEW writes one)';
  return labels.includes('CERTIFICATE') ? ' (openssl x509 -in FILE -pubkey -noout > NEW prints one)' : '';
}

/** The error that names what was given. It repeats nothing of it, which may be a secret. */
function notAKey(what: 'private key' | 'public key', text: Pem): OmsError {
  const form = foreignForm(text, what);
  if (form === null) return unreadable(`the ${what} is not in PEM form (-----BEGIN ${what.toUpperCase()}-----)`);
  const advice = form.advice === undefined ? '' : `: ${form.advice}`;
  return unreadable(`a ${what} was expected, and this is ${form.what}${advice}`);
}

function unreadable(message: string): OmsError {
  return new OmsError('signer/key-unreadable', message);
}
