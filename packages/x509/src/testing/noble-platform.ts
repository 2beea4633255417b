// A second platform, in pure JavaScript: with it, the tests show that only `#platform` depends on Node.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../bytes.ts';
import type { Hash, PublicKey, SignatureScheme } from '../public-key.ts';

export { concatBytes, equalBytes };

const hashes = { sha1, sha256, sha384, sha512 };

export function digest(algorithm: keyof typeof hashes, pieces: Iterable<Uint8Array>): Uint8Array {
  return hashes[algorithm](concatBytes([...pieces]));
}

/** The bodies of the elements in `bytes`, which the caller has already parsed strictly. `der.ts` cannot be used here, since it
 * needs the platform. */
function bodiesIn(bytes: Uint8Array): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] ?? 0;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + octets;
    const length = octets === 0 ? first : Number(`0x${toHex(bytes.subarray(at + 2, start))}`);
    bodies.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  return bodies;
}

const ecdsa = {
  '2a8648ce3d030107': { curve: 'P-256', ecdsa: p256 },
  '2b81040022': { curve: 'P-384', ecdsa: p384 },
  '2b81040023': { curve: 'P-521', ecdsa: p521 },
} as const;

export function importPublicKey(spki: Uint8Array): PublicKey {
  const [algorithm, bits] = bodiesIn(bodiesIn(spki)[0] ?? spki);
  if (!algorithm || !bits) throw new TypeError('the key is incomplete');
  const [oid, parameters] = bodiesIn(algorithm).map(toHex);
  const key = bits.subarray(1);
  switch (oid) {
    case '2a8648ce3d0201':
      return ecKey(ecdsa[parameters as keyof typeof ecdsa], key);
    case '2a864886f70d010101':
      return rsaKey(key);
    case '2b6570': {
      const verify = attempt((_, message, signature) => ed25519.verify(signature, message, key, { zip215: false }));
      return { type: 'ed25519', verify: of('ed25519', verify) };
    }
    default:
      throw new TypeError('the key is of an unknown kind');
  }
}

function ecKey({ curve, ecdsa: scheme }: (typeof ecdsa)[keyof typeof ecdsa], key: Uint8Array): PublicKey {
  scheme.Point.fromBytes(key).assertValidity();
  const verify = attempt(({ hash }, message, signature) =>
    scheme.verify(signature, digest(hash ?? 'sha1', [message]), key, { prehash: false, lowS: false, format: 'der' }),
  );
  return { type: 'ec', curve, verify: of('ec', verify) };
}

type Verify = (scheme: SignatureScheme, message: Uint8Array, signature: Uint8Array) => boolean;

function of(keyType: string, verify: Verify): PublicKey['verify'] {
  return (scheme, message, signature) =>
    scheme.keyType === keyType && verify(scheme, concatBytes([...message]), signature);
}

function attempt(verify: Verify): Verify {
  return (...args) => {
    try {
      return verify(...args);
    } catch {
      return false;
    }
  };
}

function rsaKey(key: Uint8Array): PublicKey {
  const [modulus, exponent] = bodiesIn(bodiesIn(key)[0] ?? key).map((body) => BigInt(`0x${toHex(body)}`));
  if (modulus === undefined || exponent === undefined) throw new TypeError('the key is incomplete');
  const bits = modulus === 0n ? 0 : modulus.toString(2).length;
  const verify: Verify = ({ hash, saltLength }, message, signature) => {
    const size = Math.ceil(bits / 8);
    const value = BigInt(`0x${toHex(signature) || '0'}`);
    if (signature.length !== size || value >= modulus || !hash) return false;
    const encoded = fromHex(
      power(value, exponent, modulus)
        .toString(16)
        .padStart(2 * size, '0'),
    );
    const hashed = digest(hash, [message]);
    return saltLength === undefined
      ? equalBytes(encoded, pkcs1(hash, hashed, size))
      : isPss(encoded, hash, hashed, saltLength, bits - 1);
  };
  return { type: 'rsa', rsa: { bits, exponent }, verify: of('rsa', verify) };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

const digestInfo = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

function pkcs1(hash: Hash, hashed: Uint8Array, size: number): Uint8Array {
  const end = concatBytes([fromHex(digestInfo[hash]), hashed]);
  return concatBytes([fromHex('0001'), new Uint8Array(size - end.length - 3).fill(0xff), new Uint8Array(1), end]);
}

/** RFC 8017, 9.1.2. */
function isPss(encoded: Uint8Array, hash: Hash, hashed: Uint8Array, saltLength: number, bits: number): boolean {
  const block = encoded.subarray(encoded.length - Math.ceil(bits / 8));
  const length = hashed.length;
  if (block.length < length + saltLength + 2 || block.at(-1) !== 0xbc) return false;
  const masked = block.subarray(0, -length - 1);
  const seal = block.subarray(-length - 1, -1);
  const unused = 0xff >> (8 * block.length - bits);
  if (((masked[0] ?? 0) & ~unused) !== 0) return false;
  const mask = mgf1(hash, seal, masked.length);
  const data = masked.map((byte, i) => byte ^ (mask[i] ?? 0));
  data[0] = (data[0] ?? 0) & unused;
  const salt = data.subarray(data.length - saltLength);
  const head = data.subarray(0, data.length - saltLength);
  if (head.at(-1) !== 1 || head.subarray(0, -1).some((byte) => byte !== 0)) return false;
  return equalBytes(digest(hash, [new Uint8Array(8), hashed, salt]), seal);
}

function mgf1(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 0; blocks.length * digest(hash, []).length < length; i++) {
    blocks.push(digest(hash, [seed, Uint8Array.of(i >> 24, i >> 16, i >> 8, i)]));
  }
  return concatBytes(blocks).subarray(0, length);
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(toLatin1(bytes));
}

export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
