// What the libraries of Sigstore use of `node:crypto`, on the platform of browsers.
import {
  concatBytes,
  type DigestAlgorithm,
  digest as digestOf,
  equalBytes,
  importPublicKey,
  type PublicKey,
} from '@model-signing/x509/platform';
import { type Bytes, makeBytes } from './bytes.ts';

/** A key as the libraries pass it around. */
interface KeyObject {
  readonly key: PublicKey;
}

interface KeySource {
  readonly key: Uint8Array;
  readonly format: 'der';
  readonly type: 'spki' | 'pkcs1';
}

/** @throws {Error} if it is not a valid key */
function createPublicKey({ key, format, type }: KeySource): KeyObject {
  if (format !== 'der') throw new TypeError('a key is read only from DER');
  return { key: importPublicKey(new Uint8Array(type === 'pkcs1' ? keyInfoOf(key) : key)) };
}

/** The AlgorithmIdentifier of RSA, DER. */
const RSA = Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0);

/** The `SubjectPublicKeyInfo` around an `RSAPublicKey`. */
function keyInfoOf(rsaKey: Uint8Array): Uint8Array {
  return element(0x30, [RSA, element(0x03, [Uint8Array.of(0), rsaKey])]);
}

function element(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes([Uint8Array.of(tag, ...size), body]);
}

const algorithms: Readonly<Record<string, DigestAlgorithm>> = {
  sha1: 'sha1',
  sha256: 'sha256',
  'sha2-256': 'sha256',
  sha384: 'sha384',
  'sha2-384': 'sha384',
  sha512: 'sha512',
  'sha2-512': 'sha512',
};

function algorithmOf(name: string): DigestAlgorithm {
  const plain = name.toLowerCase().replace(/^(?:rsa-)?sha-?(?=\d)/, 'sha');
  const algorithm = Object.hasOwn(algorithms, plain) ? algorithms[plain] : undefined;
  if (!algorithm) throw new TypeError(`the hash ${name} is unknown`);
  return algorithm;
}

class Hash {
  readonly #algorithm: DigestAlgorithm;
  readonly #pieces: Uint8Array[] = [];

  constructor(algorithm: DigestAlgorithm) {
    this.#algorithm = algorithm;
  }

  update(data: Uint8Array | string): this {
    this.#pieces.push(makeBytes.from(data));
    return this;
  }

  digest(): Bytes {
    return makeBytes.from(digestOf(this.#algorithm, this.#pieces));
  }
}

/** Without an algorithm, it is that of the key: for an `ec` key SHA-256, as in Node. */
function verify(name: string | null | undefined, data: Uint8Array, { key }: KeyObject, signature: Uint8Array): boolean {
  const message = [new Uint8Array(data)];
  const bytes = new Uint8Array(signature);
  if (key.type === 'ed25519') {
    return (name ?? null) === null && key.verify({ keyType: 'ed25519', hash: null }, message, bytes);
  }
  const hash = algorithmOf(name ?? 'sha256');
  if (hash === 'sha1' || (key.type !== 'ec' && key.type !== 'rsa')) return false;
  return key.verify({ keyType: key.type, hash }, message, bytes);
}

/** The name is that of Node. Nothing that is compared here is secret. */
function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) throw new RangeError('the lengths differ');
  return equalBytes(a, b);
}

export const nodeCrypto = {
  createHash: (name: string) => new Hash(algorithmOf(name)),
  createPublicKey,
  timingSafeEqual,
  verify,
};
